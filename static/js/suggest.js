// Suggestions under a search box while somebody types: a combobox with a list (ARIA 1.2). On the form: data-from, where they
// are asked for; data-label of the list; data-one and data-many ({n}), said to who does not see it. Without script the form searches.
const PAUSE = 120;
const asked = new Map();

export default function suggest(form) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  list.id = `${input.id}-list`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.dataset.label);
  list.hidden = true;
  said.className = "hide";
  said.setAttribute("role", "status");
  form.append(list, said);
  const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  let waiting, latest = "", active = -1;
  const options = () => [...list.children];

  function close() {
    clearTimeout(waiting);
    latest = "";
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show(items) {
    list.replaceChildren(...items.map(option));
    active = -1;
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    input.removeAttribute("aria-activedescendant");
    said.textContent = items.length === 1 ? form.dataset.one : items.length ? form.dataset.many.replace("{n}", items.length) : "";
  }

  function option(item, place) {
    const row = document.createElement("li");
    row.id = `${list.id}-${place}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.dataset.url = item.url;
    row.append(item.words);
    if (item.note) {
      const note = document.createElement("small");
      note.textContent = item.note;
      row.append(" ", note);
    }
    return row;
  }

  function mark(place) {
    const rows = options();
    rows[active]?.setAttribute("aria-selected", "false");
    active = (place + rows.length + 1) % (rows.length + 1); // after the last one comes the box itself
    if (active === rows.length) {
      active = -1;
      input.removeAttribute("aria-activedescendant");
      return;
    }
    rows[active].setAttribute("aria-selected", "true");
    rows[active].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", rows[active].id);
  }

  async function ask() {
    const typed = input.value.trim().toLowerCase();
    if (!typed) { close(); return; }
    latest = typed;
    if (!asked.has(typed)) {
      const address = new URL(form.dataset.from, location.href);
      address.searchParams.set("q", typed);
      const answer = await fetch(address).catch(() => null);
      if (!answer?.ok) return; // the search itself still works
      asked.set(typed, (await answer.json()).items);
    }
    if (typed === latest && document.activeElement === input) show(asked.get(typed));
  }

  input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, PAUSE); });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) { event.preventDefault(); close(); }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) ask();
      else mark(event.key === "ArrowDown" ? active + 1 : active < 0 ? options().length - 1 : active - 1);
    }
    if (event.key === "Enter" && active >= 0) { event.preventDefault(); location.assign(options()[active].dataset.url); }
  });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus until the click
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) location.assign(row.dataset.url);
  });
}
