// The page of the day: makes the phone ready to work without network, and sends what waits.
(function () {
  "use strict";

  const { emargement } = self;
  const place = document.querySelector("[data-waiting]");

  async function go() {
    try {
      await emargement.send();
    } catch {
      // Without network, it stays in the phone.
    }
    const left = (await emargement.all("queue")).length;
    place.hidden = !left;
    const words = left > 1 ? "signatures sont gardées" : "signature est gardée";
    place.textContent = left ? `${left} ${words} dans ce téléphone. Ouvrez leur demi-journée si elles ne partent pas.` : "";
  }

  navigator.serviceWorker?.register("/emargement/sw.js", { scope: "/emargement/" });
  window.addEventListener("online", go);
  go();
})();
