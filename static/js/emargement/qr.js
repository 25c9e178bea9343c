// A QR code made on the phone, so that the code goes on changing without network. Bytes, error correction M, versions 1
// to 9 (180 signs): ISO/IEC 18004.
(function (scope) {
  "use strict";

  const TOTAL = [0, 26, 44, 70, 100, 134, 172, 196, 242, 292]; // codewords of each version
  const PER_BLOCK = [0, 10, 16, 26, 18, 24, 16, 18, 22, 22]; // of error correction
  const BLOCKS = [0, 1, 1, 1, 2, 2, 4, 4, 4, 5];
  const ALIGNED = [0, [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46]];
  const MASKS = [
    (x, y) => (x + y) % 2 === 0,
    (x, y) => y % 2 === 0,
    (x) => x % 3 === 0,
    (x, y) => (x + y) % 3 === 0,
    (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
    (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
    (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
    (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
  ];

  function times(x, y) { // in GF(2^8), modulo 0x11d
    let product = 0;
    for (let bit = 7; bit >= 0; bit -= 1) {
      product = (product << 1) ^ ((product >>> 7) * 0x11d);
      product ^= ((y >>> bit) & 1) * x;
    }
    return product;
  }

  function divisor(degree) {
    const found = new Array(degree - 1).fill(0).concat(1);
    let root = 1;
    for (let step = 0; step < degree; step += 1) {
      for (let at = 0; at < degree; at += 1) {
        found[at] = times(found[at], root) ^ (at + 1 < degree ? found[at + 1] : 0);
      }
      root = times(root, 2);
    }
    return found;
  }

  function correction(data, by) {
    const rest = new Array(by.length).fill(0);
    for (const one of data) {
      const factor = one ^ rest.shift();
      rest.push(0);
      by.forEach((coefficient, at) => { rest[at] ^= times(coefficient, factor); });
    }
    return rest;
  }

  function codewords(bytes, version) {
    const room = TOTAL[version] - PER_BLOCK[version] * BLOCKS[version];
    const bits = [];
    const put = (value, length) => { for (let at = length - 1; at >= 0; at -= 1) bits.push((value >>> at) & 1); };
    put(4, 4);
    put(bytes.length, 8);
    bytes.forEach((one) => put(one, 8));
    put(0, Math.min(4, room * 8 - bits.length));
    put(0, (8 - (bits.length % 8)) % 8);
    for (let pad = 0xec; bits.length < room * 8; pad ^= 0xec ^ 0x11) put(pad, 8);
    const data = [];
    for (let at = 0; at < bits.length; at += 8) data.push(parseInt(bits.slice(at, at + 8).join(""), 2));

    const by = divisor(PER_BLOCK[version]);
    const short = Math.floor(room / BLOCKS[version]);
    const long = room % BLOCKS[version];
    const blocks = [];
    for (let block = 0, at = 0; block < BLOCKS[version]; block += 1) {
      const length = short + (block >= BLOCKS[version] - long ? 1 : 0);
      const part = data.slice(at, at + length);
      blocks.push({ data: part, more: correction(part, by) });
      at += length;
    }
    const woven = [];
    for (let at = 0; at <= short; at += 1) blocks.forEach((one) => { if (at < one.data.length) woven.push(one.data[at]); });
    for (let at = 0; at < PER_BLOCK[version]; at += 1) blocks.forEach((one) => woven.push(one.more[at]));
    return woven;
  }

  function frame(version) {
    const side = version * 4 + 17;
    const dark = Array.from({ length: side }, () => new Array(side).fill(false));
    const fixed = Array.from({ length: side }, () => new Array(side).fill(false));
    const set = (x, y, on) => { dark[y][x] = Boolean(on); fixed[y][x] = true; };
    for (let at = 0; at < side; at += 1) { set(6, at, at % 2 === 0); set(at, 6, at % 2 === 0); }
    for (const [cx, cy] of [[3, 3], [side - 4, 3], [3, side - 4]]) {
      for (let dy = -4; dy <= 4; dy += 1) for (let dx = -4; dx <= 4; dx += 1) {
        const x = cx + dx, y = cy + dy, far = Math.max(Math.abs(dx), Math.abs(dy));
        if (x >= 0 && y >= 0 && x < side && y < side) set(x, y, far !== 2 && far !== 4);
      }
    }
    const places = ALIGNED[version], last = places.length - 1;
    places.forEach((cx, i) => places.forEach((cy, j) => {
      if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return;
      for (let dy = -2; dy <= 2; dy += 1) for (let dx = -2; dx <= 2; dx += 1) {
        set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
      }
    }));
    if (version >= 7) {
      let rest = version;
      for (let at = 0; at < 12; at += 1) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
      const bits = (version << 12) | rest;
      for (let at = 0; at < 18; at += 1) {
        const a = side - 11 + (at % 3), b = Math.floor(at / 3);
        set(a, b, (bits >>> at) & 1);
        set(b, a, (bits >>> at) & 1);
      }
    }
    return { side, dark, fixed, set };
  }

  function format(one, mask) {
    let rest = mask; // level M is 00
    for (let at = 0; at < 10; at += 1) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
    const bits = ((mask << 10) | rest) ^ 0x5412;
    const bit = (at) => (bits >>> at) & 1;
    for (let at = 0; at <= 5; at += 1) one.set(8, at, bit(at));
    one.set(8, 7, bit(6));
    one.set(8, 8, bit(7));
    one.set(7, 8, bit(8));
    for (let at = 9; at < 15; at += 1) one.set(14 - at, 8, bit(at));
    for (let at = 0; at < 8; at += 1) one.set(one.side - 1 - at, 8, bit(at));
    for (let at = 8; at < 15; at += 1) one.set(8, one.side - 15 + at, bit(at));
    one.set(8, one.side - 8, true);
  }

  function fill(one, words) {
    let at = 0;
    for (let right = one.side - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      for (let step = 0; step < one.side; step += 1) for (let column = 0; column < 2; column += 1) {
        const x = right - column;
        const y = ((right + 1) & 2) === 0 ? one.side - 1 - step : step;
        if (one.fixed[y][x]) continue;
        one.dark[y][x] = at < words.length * 8 && Boolean((words[at >>> 3] >>> (7 - (at & 7))) & 1);
        at += 1;
      }
    }
  }

  function awkward(dark) { // long runs, blocks and imbalance make a code harder to read
    const side = dark.length;
    let score = 0, ink = 0;
    for (let y = 0; y < side; y += 1) {
      let across = 0, down = 0;
      for (let x = 0; x < side; x += 1) {
        ink += dark[y][x];
        across = x && dark[y][x] === dark[y][x - 1] ? across + 1 : 1;
        down = x && dark[x][y] === dark[x - 1][y] ? down + 1 : 1;
        score += (across === 5 ? 3 : across > 5) + (down === 5 ? 3 : down > 5);
        if (x && y && dark[y][x] === dark[y][x - 1] && dark[y][x] === dark[y - 1][x] && dark[y][x] === dark[y - 1][x - 1]) score += 3;
      }
    }
    return score + Math.floor(Math.abs((ink * 20) / (side * side) - 10)) * 10;
  }

  function matrix(text, wanted) {
    const bytes = new TextEncoder().encode(text);
    let version = 1;
    while (version <= 9 && TOTAL[version] - PER_BLOCK[version] * BLOCKS[version] < bytes.length + 2) version += 1;
    if (version > 9) throw new Error("too long");
    const words = codewords(bytes, version);
    let best = null, least = Infinity;
    for (const mask of wanted === undefined ? MASKS.keys() : [wanted]) {
      const one = frame(version);
      format(one, mask);
      fill(one, words);
      one.dark.forEach((line, y) => line.forEach((_, x) => { if (!one.fixed[y][x] && MASKS[mask](x, y)) line[x] = !line[x]; }));
      const score = awkward(one.dark);
      if (score < least) { best = one.dark; least = score; }
    }
    return best;
  }

  // Draws the code of a text in an <svg> that holds one <path>.
  function draw(svg, text) {
    const dark = matrix(text);
    let path = "";
    dark.forEach((line, y) => line.forEach((on, x) => { if (on) path += `M${x} ${y}h1v1h-1z`; }));
    svg.setAttribute("viewBox", `-3 -3 ${dark.length + 6} ${dark.length + 6}`);
    svg.querySelector("path").setAttribute("d", path);
  }

  scope.codeQr = { matrix, draw };
})(self);
