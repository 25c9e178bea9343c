// The trainer's page with or without network: the code that changes, « Signer ici », and the queue that leaves by itself.
(function () {
  "use strict";

  const { emargement, codeQr, tracePad } = self;
  const said = document.getElementById("telephone");
  const phone = said ? JSON.parse(said.textContent) : null;
  const find = (name) => document.querySelector(`[data-${name}]`);
  const rows = [...document.querySelectorAll("[data-person]")];
  const people = new Map(rows.map((row) => [Number(row.dataset.person), row]));
  const known = new Set(rows.filter((row) => "known" in row.dataset).map((row) => Number(row.dataset.person)));
  const first = new Map(rows.map((row) => [Number(row.dataset.person), row.querySelector("[data-said]").cloneNode(true)]));
  let offset = 0; // the portal's clock less this phone's
  let live = phone?.state === "ouverte";
  let cutSince = null;
  let refusal = "";

  const hour = (at) => {
    const when = new Date(at), minutes = String(when.getMinutes()).padStart(2, "0");
    return `${when.getHours()}\u00a0h${when.getMinutes() ? `\u00a0${minutes}` : ""}`;
  };
  const plural = (number, one, many) => `${number}\u00a0${number > 1 ? many : one}`;

  function node(tag, text, name) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  // --- The code

  let shown = "";
  function tick() {
    if (!live) return;
    const now = (Date.now() + offset) / 1000;
    const rank = Math.floor(now / phone.window) - phone.first;
    const code = rank >= 0 ? phone.codes.slice(rank * 4, rank * 4 + 4) : "";
    find("time").value = phone.window - (now % phone.window);
    if (code === shown) return;
    shown = code;
    find("signs").textContent = code || "L’heure est passée";
    const svg = find("qr");
    svg.toggleAttribute("hidden", !code);
    if (code) codeQr.draw(svg, phone.address.replace(/\/+$/, "/") + code + "/");
    svg.setAttribute("aria-label", `Code à scanner pour signer, ${code}`);
  }

  // --- The people

  function say(person, words, tone, detail) {
    const place = people.get(person)?.querySelector("[data-said]");
    if (!place) return;
    place.replaceChildren(node("span", words, `sm num em-${tone}`));
    if (detail) place.append(node("span", detail, "sm em-detail"));
  }

  function button(person) {
    const place = people.get(person).querySelector("[data-said]");
    if (place.querySelector("[data-sign]")) return;
    const made = node("button", "Signer ici", "btn");
    made.type = "button";
    made.dataset.sign = "";
    made.append(node("span", `, ${people.get(person).dataset.name}`, "sr"));
    place.replaceChildren(made);
  }

  async function show() {
    const queue = (await emargement.all("queue")).filter((one) => one.halfDay === phone?.halfDay);
    const answers = (await emargement.all("answers")).filter((one) => one.halfDay === phone?.halfDay);
    const waiting = new Map(queue.map((one) => [one.parcours, one]));
    const settled = new Map();
    for (const one of answers) if (one.status !== "refusee" || !settled.has(one.parcours)) settled.set(one.parcours, one);
    const counted = new Set(known);
    for (const person of people.keys()) {
      const mine = waiting.get(person), answer = settled.get(person);
      if (known.has(person)) continue;
      if (mine) {
        say(person, `${hour(mine.at)}, à envoyer`, "wait");
        counted.add(person);
      } else if (answer && ["prise", "deja_signee"].includes(answer.status)) {
        say(person, hour(answer.at) + (answer.late ? ", tardive" : ""), "done");
        counted.add(person);
      } else if (live) {
        button(person);
        if (answer) people.get(person).querySelector("[data-said]").append(node("span", answer.text, "sm em-detail"));
      } else {
        people.get(person).querySelector("[data-said]").replaceChildren(...first.get(person).cloneNode(true).childNodes);
      }
    }
    count(counted.size);
    news((await emargement.all("queue")).length);
  }

  function count(done) {
    find("count").textContent = `${plural(done, "réponse", "réponses")} sur ${people.size}`;
    document.querySelectorAll("[data-pips] circle").forEach((one, rank) => {
      one.setAttribute("class", rank < done ? "pip" : "pip free");
    });
    const left = people.size - done, place = find("missing");
    if (place) place.textContent = left ? plural(left, "manque", "manquent") : "Tout le monde a répondu";
  }

  function news(waiting) {
    const place = find("news");
    const kept = waiting > 1 ? `${waiting} signatures sont gardées dans ce téléphone, à l’heure où elles ont été faites. Elles partiront d’elles-mêmes.`
      : waiting ? "1 signature est gardée dans ce téléphone, à l’heure où elle a été faite. Elle partira d’elle-même." : "";
    let title = "", text = "";
    if (cutSince) {
      title = `Hors connexion depuis ${hour(cutSince)}. `;
      text = `Continuez\u00a0: ${kept || "vos signatures seront gardées dans ce téléphone et partiront d’elles-mêmes."}`;
    } else if (refusal) {
      text = refusal;
    } else if (waiting) {
      text = kept;
    }
    if (place.dataset.said === title + text) return;
    place.dataset.said = title + text;
    place.replaceChildren();
    if (!text) return;
    const note = node("p", "", "note doute");
    if (title) note.append(node("b", title));
    note.append(text);
    place.append(note);
  }

  // --- Sending and hearing

  async function send() {
    try {
      const done = await emargement.send();
      refusal = done.error;
      cutSince = null;
    } catch {
      cutSince ??= Date.now();
      const ready = await navigator.serviceWorker?.getRegistration("/emargement/");
      await ready?.sync?.register("emargement").catch(() => {});
    }
    await show();
  }

  async function hear() {
    if (!phone || document.hidden) return;
    try {
      const answer = await fetch(phone.watch, { headers: { Accept: "application/json" } });
      if (!answer.ok || answer.redirected) return;
      const now = await answer.json();
      offset = now.now - Date.now();
      await emargement.keepPass({ halfDay: phone.halfDay, offset });
      const wasCut = cutSince;
      cutSince = null;
      for (const one of now.known) {
        if (!known.has(one.id)) say(one.id, one.said + (one.late ? ", tardive" : ""), "done");
        known.add(one.id);
      }
      const waiting = (await emargement.all("queue")).length;
      if (wasCut || waiting) await send();
      if (now.state !== phone.state && !(await emargement.all("queue")).length) location.reload();
    } catch {
      cutSince ??= Date.now();
    }
    await show();
  }

  // --- Signing here

  function startSigning() {
    const dialog = find("dialog"), drawn = tracePad(dialog.querySelector("[data-pad]"), dialog.querySelector("[data-clear]"));
    let person = 0;
    find("people")?.addEventListener("click", (event) => {
      const sign = event.target.closest("[data-sign]");
      if (!sign || !live) return;
      event.preventDefault();
      const row = sign.closest("[data-person]");
      person = Number(row.dataset.person);
      dialog.querySelector("[data-who]").textContent = row.dataset.name;
      drawn.wipe();
      dialog.returnValue = "";
      dialog.showModal();
    });
    dialog.addEventListener("close", async () => {
      if (dialog.returnValue !== "signe") return;
      await emargement.add({
        token: emargement.token(), halfDay: phone.halfDay, parcours: person, at: Date.now(), drawing: drawn.value(),
      });
      await show();
      await send();
    });
  }

  function startForms() {
    find("open")?.addEventListener("submit", async (event) => {
      if (navigator.onLine && !cutSince) return;
      event.preventDefault();
      await emargement.keepPass({ halfDay: phone.halfDay, opened: Date.now() });
      goLive();
    });
    find("close")?.addEventListener("submit", (event) => {
      if (navigator.onLine && !cutSince) return;
      event.preventDefault();
      refusal = "";
      find("news").replaceChildren(node("p", `Hors connexion\u00a0: la demi-journée se clora d’elle-même à ${hour(phone.until)}.`, "note info"));
    });
  }

  function goLive() {
    live = true;
    find("waits")?.setAttribute("hidden", "");
    find("live")?.removeAttribute("hidden");
    tick();
    show();
  }

  async function start() {
    navigator.serviceWorker?.register("/emargement/sw.js", { scope: "/emargement/" });
    if (phone) {
      const before = await emargement.passOf(phone.halfDay);
      offset = before?.offset ?? 0;
      await emargement.keepPass({ halfDay: phone.halfDay, pass: phone.pass, send: phone.send });
      startSigning();
      startForms();
      // Opened on this phone while the network was cut, and the portal does not know yet.
      if (phone.state === "prevue" && before?.opened && Date.now() < phone.until) goLive();
      setInterval(tick, 500);
      tick();
    }
    window.addEventListener("online", send);
    window.addEventListener("offline", () => { cutSince ??= Date.now(); show(); });
    if (!navigator.onLine) cutSince = Date.now();
    await show();
    await send();
    await hear();
    setInterval(hear, 5000);
  }

  start();
})();
