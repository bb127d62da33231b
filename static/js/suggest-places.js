// While a place's name is typed, places of that name are offered; one that is chosen is looked up at once. On the form:
// data-source (address of the names). Without a script the form finds the same places as a list.
export default function suggestPlaces(form) {
  const input = form.elements.dekat;
  const list = document.createElement("datalist");
  list.id = "places-offered";
  input.after(list);
  input.setAttribute("list", list.id);
  input.setAttribute("autocomplete", "off");
  let waiting, asked = "";

  input.addEventListener("input", () => {
    const typed = input.value.trim();
    if ([...list.options].some((option) => option.value === typed)) {
      form.requestSubmit();
      return;
    }
    clearTimeout(waiting);
    if (typed.length < 2) return;
    waiting = setTimeout(() => offer(typed), 150);
  });

  async function offer(typed) {
    asked = typed;
    try {
      const answer = await fetch(`${form.dataset.source}?dekat=${encodeURIComponent(typed)}`);
      const names = answer.ok ? await answer.json() : [];
      if (asked !== typed) return;
      list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })));
    } catch {
      // No signal: the form finds the place when it is sent.
    }
  }
}
