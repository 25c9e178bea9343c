// The hat menu closes with Escape and on a click elsewhere; links to copy get their button.

function closeOnLeave(menu) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}

function copyButton(box) {
  if (!navigator.clipboard) return;
  const input = box.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = "Copier";
  const said = document.createElement("span");
  said.className = "sr";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(input.value);
    button.textContent = "Copié";
    said.textContent = "Lien copié";
  });
  box.append(button, said);
}

function once(elements, mark, action) {
  for (const element of elements) {
    if (element.dataset[mark]) continue;
    element.dataset[mark] = "1";
    action(element);
  }
}

export function startMenus(root) {
  once(root.querySelectorAll(".hat-menu"), "ready", closeOnLeave);
  once(root.querySelectorAll("[data-copy]"), "ready", copyButton);
}
