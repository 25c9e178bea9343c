// Watches over /emargement/ alone: keeps the trainer's pages for when the network is cut, and sends what waits.
{% autoescape off %}importScripts("{{ queue }}");
const FILES = [{% for one in files %}"{{ one }}"{% if not forloop.last %}, {% endif %}{% endfor %}];{% endautoescape %}
const NAME = `fichiers-${FILES.join().split("").reduce((sum, one) => (sum * 31 + one.charCodeAt(0)) >>> 0, 7)}`;
const PAGES = "pages";
const KEPT = /^\/emargement\/(aujourdhui\/|demi-journees\/\d+\/)$/;
const DAYS = 3;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("fichiers-") && name !== NAME) await caches.delete(name);
    await self.clients.claim();
  })());
});

// A page holds names: it does not stay longer than it serves.
async function forget(pages) {
  for (const request of await pages.keys()) {
    const kept = await pages.match(request);
    const when = new Date(kept.headers.get("Date") || 0).getTime();
    if (when < Date.now() - DAYS * 24 * 3600 * 1000) await pages.delete(request);
  }
}

async function page(request) {
  const pages = await caches.open(PAGES);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) {
      await pages.put(request.url, answer.clone());
      await forget(pages);
    } else if (answer.type === "opaqueredirect" || answer.status === 404) {
      await pages.delete(request.url); // this phone opens it no more
    }
    return answer;
  } catch (cut) {
    await forget(pages);
    const kept = await pages.match(request.url);
    if (kept) return kept;
    throw cut;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && KEPT.test(url.pathname)) event.respondWith(page(request));
  else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname, { cacheName: NAME }).then((kept) => kept || fetch(request)));
  }
});

self.addEventListener("sync", (event) => {
  if (event.tag === "emargement") event.waitUntil(self.emargement.send());
});
