// Forms: focus on what is to be corrected, count signs, send once, warn before losing answers, save as it goes.

function focusErrors(summary) {
  if (summary.dataset.seen) return;
  summary.dataset.seen = "1";
  summary.focus();
  if (!document.title.startsWith("À corriger")) document.title = `À corriger : ${document.title}`;
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  });
}

function countSigns(place) {
  const input = document.getElementById(place.dataset.counter);
  if (!input || place.dataset.ready) return;
  place.dataset.ready = "1";
  const limit = Number(place.dataset.limit);
  let timer = 0;
  const say = () => {
    // The server counts a line break as two signs, as the browser sends it.
    const left = limit - input.value.replace(/\n/g, "\r\n").length;
    const size = Math.abs(left);
    const word = size > 1 ? "signes" : "signe";
    // French thousands, with the space that our letters have.
    const shown = String(size).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    place.textContent = left < 0 ? `${shown} ${word} de trop` : `Encore ${shown} ${word}`;
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(say, 400);
  });
  if (input.value) say();
}

function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    // After the browser has read the pressed button, or its name and value would be lost.
    setTimeout(() => {
      for (const button of form.querySelectorAll("button[type='submit']")) {
        button.setAttribute("aria-disabled", "true");
      }
    });
  });
}

// A page that comes back from the browser's memory can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
});

function guard(form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  form.addEventListener("saved", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

function saveAsItGoes(form) {
  const status = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
  let timer = 0;
  let running = null;
  const say = (text) => { if (status) status.textContent = text; };
  const save = async () => {
    running?.abort();
    running = new AbortController();
    say("Enregistrement…");
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "autosave" },
        signal: running.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = new Date();
      const minutes = String(now.getMinutes()).padStart(2, "0");
      say(`Brouillon enregistré à ${now.getHours()}\u00a0h\u00a0${minutes}`);
      form.dispatchEvent(new CustomEvent("saved"));
    } catch (error) {
      if (error.name !== "AbortError") say("Pas encore enregistré : continuez, le bouton du bas enregistrera vos réponses.");
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}

function once(elements, mark, action) {
  for (const element of elements) {
    if (element.dataset[mark]) continue;
    element.dataset[mark] = "1";
    action(element);
  }
}

export function startForms(root) {
  root.querySelectorAll("[data-error-summary]").forEach(focusErrors);
  root.querySelectorAll("[data-counter]").forEach(countSigns);
  once(root.querySelectorAll("form[method='post' i]:not([data-many])"), "onceReady", sendOnce);
  once(root.querySelectorAll("form[data-guard]"), "guardReady", guard);
  once(root.querySelectorAll("form[data-autosave]"), "saveReady", saveAsItGoes);
}
