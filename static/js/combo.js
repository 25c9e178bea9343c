// Assisted search: a text input becomes an ARIA 1.2 combobox with a list fed by `?q=`.
// Without this file the text alone is sent, and the server looks it up.

let serial = 0;

class Combo {
  constructor(box) {
    this.box = box;
    this.url = box.dataset.autocomplete;
    this.min = Number(box.dataset.min || 2);
    this.input = box.querySelector("input[type='text']");
    this.code = box.querySelector("[data-code]");
    this.items = [];
    this.active = -1;
    this.timer = 0;
    this.request = null;
    this.build();
    this.listen();
  }

  build() {
    const id = `combo-${++serial}`;
    this.list = document.createElement("ul");
    this.list.id = id;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    const label = this.input.labels?.[0];
    this.list.setAttribute("aria-label", label ? label.textContent.trim() : "Propositions");
    this.status = document.createElement("span");
    this.status.className = "sr";
    this.status.setAttribute("role", "status");
    this.box.append(this.list, this.status);
    const input = this.input;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", id);
  }

  listen() {
    this.input.addEventListener("input", () => {
      this.code.value = "";
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), 180);
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    // A choice in force is replaced by what is typed, not typed into: the click would undo a selection made on focus.
    let entering = false;
    this.input.addEventListener("focus", () => {
      entering = true;
      if (this.code.value) this.input.select();
    });
    this.input.addEventListener("click", () => {
      if (entering && this.code.value) this.input.select();
      entering = false;
    });
    this.input.addEventListener("blur", () => this.close());
    // The pointer must not take the focus from the input, or the list would close before the click.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role='option']");
      if (option) this.choose(Number(option.dataset.index));
    });
  }

  async ask() {
    const query = this.input.value.trim();
    this.request?.abort();
    if (query.length < this.min) {
      this.close();
      return;
    }
    this.request = new AbortController();
    try {
      const address = new URL(this.url, location.href);
      address.searchParams.set("q", query);
      const answer = await fetch(address, {
        headers: { Accept: "application/json" },
        signal: this.request.signal,
      });
      if (!answer.ok) return;
      const data = await answer.json();
      this.show(Array.isArray(data) ? data : data.results || []);
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(items) {
    this.items = items;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...items.map((item, index) => this.option(item, index)));
    const open = items.length > 0 && document.activeElement === this.input;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    const count = items.length;
    // How many is for who does not see the list; that there is none is for everyone.
    this.status.className = count ? "sr" : "none";
    this.status.textContent = count ? `${count} proposition${count > 1 ? "s" : ""}` : "Aucune proposition : essayez un autre mot.";
  }

  option(item, index) {
    const line = document.createElement("li");
    line.id = `${this.list.id}-${index}`;
    line.dataset.index = String(index);
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    line.append(item.label);
    if (item.hint) {
      const hint = document.createElement("small");
      hint.textContent = item.hint;
      line.append(" ", hint);
    }
    return line;
  }

  key(event) {
    const open = !this.list.hidden;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      if (open) this.move(steps[event.key]);
      else this.ask();
    } else if (event.key === "Enter" && open && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Tab" && open && this.active >= 0) {
      this.choose(this.active);
    }
  }

  move(step) {
    const options = this.list.children;
    const count = options.length;
    options[this.active]?.setAttribute("aria-selected", "false");
    this.active = this.active < 0 && step < 0 ? count - 1 : (this.active + step + count) % count;
    const option = options[this.active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  choose(index) {
    const item = this.items[index];
    this.input.value = item.label;
    this.code.value = item.value;
    this.close();
    this.status.textContent = `${item.label}, choisi`;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    this.request?.abort();
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.status.className = "sr";
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

export function startCombos(root) {
  for (const box of root.querySelectorAll("[data-autocomplete]")) {
    if (box.dataset.ready) continue;
    box.dataset.ready = "1";
    new Combo(box);
  }
}
