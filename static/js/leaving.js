// Whoever signs out leaves no page that others read on the same phone: those kept for when the network is cut hold
// names. Signatures that wait, which name nobody, stay until they are sent.

function leave(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await caches.delete("pages").catch(() => {});
    form.submit();
  });
}

export function startLeaving(root) {
  if (!("caches" in window)) return; // not over an insecure connection, where nothing is kept either
  root.querySelectorAll("form[data-leaves]").forEach(leave);
}
