// Enhancement only: every page works without this file.
import { startCombos } from "./combo.js";
import { startForms } from "./forms.js";
import { startLeaving } from "./leaving.js";
import { startMenus } from "./menus.js";

function start(root) {
  startCombos(root);
  startForms(root);
  startLeaving(root);
  startMenus(root);
}

start(document);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) start(event.detail.elt);
});
