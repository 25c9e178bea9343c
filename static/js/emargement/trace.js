// A signature drawn with the finger: each stroke as points between 0 and 999. Drawing is never required.
(function (scope) {
  "use strict";

  const MOST = 3900;

  function pad(canvas, clear) {
    const pen = canvas.getContext("2d");
    let strokes = [];
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      const share = (value, size) => Math.max(0, Math.min(999, Math.round((value / size) * 999)));
      return [share(event.clientX - box.left, box.width), share(event.clientY - box.top, box.height)];
    };
    const inside = ([x, y]) => [(x / 999) * canvas.width, (y / 999) * canvas.height];
    const wipe = () => { strokes = []; pen.clearRect(0, 0, canvas.width, canvas.height); };
    pen.lineWidth = 5;
    pen.lineCap = pen.lineJoin = "round";
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      strokes.push([place(event)]);
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!strokes.length || !event.buttons) return;
      const stroke = strokes[strokes.length - 1], before = stroke[stroke.length - 1], now = place(event);
      if (Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]) < 6) return;
      stroke.push(now);
      pen.strokeStyle = getComputedStyle(canvas).color;
      pen.beginPath();
      pen.moveTo(...inside(before));
      pen.lineTo(...inside(now));
      pen.stroke();
    });
    clear?.addEventListener("click", wipe);
    return {
      wipe,
      value: () => strokes.map((one) => one.map((point) => point.join(",")).join(" ")).join(";").slice(0, MOST),
    };
  }

  for (const form of document.querySelectorAll("form[data-drawn]")) {
    const part = form.querySelector("[data-drawing]");
    part.hidden = false;
    const drawn = pad(part.querySelector("[data-pad]"), part.querySelector("[data-clear]"));
    form.addEventListener("submit", () => { form.elements.trace.value = drawn.value(); });
  }

  scope.tracePad = pad;
})(self);
