// The queue of signatures, shared by the pages and the service worker. What the portal has not answered stays here.
(function (scope) {
  "use strict";

  const BASE = "emargement";
  const BATCH = 100;

  function open() {
    return new Promise((done, fail) => {
      const asked = indexedDB.open(BASE, 1);
      asked.onupgradeneeded = () => {
        const base = asked.result;
        base.createObjectStore("queue", { keyPath: "token" });
        base.createObjectStore("answers", { keyPath: "token" });
        base.createObjectStore("passes", { keyPath: "halfDay" });
      };
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
  }

  // One transaction: `act(store…)` asks what it wants, and its results are read once everything is written.
  async function within(stores, mode, act) {
    const base = await open();
    try {
      return await new Promise((done, fail) => {
        const options = mode === "readwrite" ? { durability: "strict" } : {};
        const one = base.transaction(stores, mode, options);
        const asked = act(...stores.map((name) => one.objectStore(name)));
        one.oncomplete = () => done(asked ? asked.result : undefined);
        one.onabort = one.onerror = () => fail(one.error);
      });
    } finally {
      base.close();
    }
  }

  const all = (store) => within([store], "readonly", (rows) => rows.getAll());
  const add = (said) => within(["queue"], "readwrite", (queue) => { queue.put(said); });
  const passOf = (halfDay) => within(["passes"], "readonly", (passes) => passes.get(halfDay));

  async function keepPass(said) {
    const known = (await passOf(said.halfDay)) || {};
    const month = 45 * 24 * 3600 * 1000;
    const old = (await all("passes")).filter((one) => one.keptAt < Date.now() - month && one.halfDay !== said.halfDay);
    return within(["passes"], "readwrite", (passes) => {
      passes.put({ ...known, ...said, keptAt: Date.now() });
      for (const one of old) passes.delete(one.halfDay);
    });
  }

  function settle(items, answers) {
    const said = new Map(answers.map((one) => [one.token, one]));
    return within(["queue", "answers"], "readwrite", (queue, kept) => {
      for (const item of items) {
        const answer = said.get(item.token);
        if (!answer) continue;
        queue.delete(item.token);
        kept.put({
          token: item.token, halfDay: item.halfDay, parcours: item.parcours, at: item.at,
          status: answer.status, text: answer.text, late: answer.late,
        });
      }
    });
  }

  // Sends everything; returns { left, error }. Throws when the network or the portal is away, so that one tries again.
  async function sendAll() {
    const queue = (await all("queue")).sort((a, b) => a.at - b.at);
    const passes = new Map((await all("passes")).map((one) => [one.halfDay, one]));
    let error = "";
    for (const halfDay of new Set(queue.map((one) => one.halfDay))) {
      const pass = passes.get(halfDay);
      const mine = queue.filter((one) => one.halfDay === halfDay);
      for (let first = 0; pass && first < mine.length; first += BATCH) {
        const items = mine.slice(first, first + BATCH);
        const answer = await fetch(pass.send, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          credentials: "omit",
          body: JSON.stringify({
            pass: pass.pass,
            sent_at: Date.now(),
            items: items.map(({ token, parcours, at, drawing }) => ({ token, parcours, at, drawing })),
          }),
        });
        if (answer.ok) {
          await settle(items, (await answer.json()).answers);
        } else if (answer.status === 403) {
          error = (await answer.json().catch(() => ({}))).error || "";
          break;
        } else {
          throw new Error(String(answer.status));
        }
      }
    }
    return { left: (await all("queue")).length, error };
  }

  // One sender at a time, page or worker; the portal would count a double once anyway.
  const send = () => (navigator.locks ? navigator.locks.request("emargement-envoi", sendAll) : sendAll());

  function token() {
    if (scope.crypto.randomUUID) return scope.crypto.randomUUID();
    const bytes = scope.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  scope.emargement = { add, all, keepPass, passOf, send, token };
})(self);
