// Weighing, one line at a time: each line's own button leads on to the next, the last one saves the order. What was typed stays on the phone
// until it is saved, so that a lost signal costs nothing. On the form: data-order, data-language, data-required, data-over.
import { parseQuantity } from "./amounts.js";

export default function weigh(form) {
  const lines = [...form.querySelectorAll("[data-line]")];
  const kept = keeper(`weigh:${form.dataset.order}`);
  const field = (line) => line.querySelector(".scale-input");

  for (const line of lines) {
    const input = field(line);
    const draft = kept.read()[line.dataset.line];
    if (draft && !input.value) {
      input.value = draft;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    input.addEventListener("input", () => {
      clear(line);
      kept.write({ ...kept.read(), [line.dataset.line]: input.value });
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      save.click();
    });
    const save = line.querySelector("[data-save]");
    save.hidden = false;
    save.addEventListener("click", () => { if (fits(line)) onwards(line); });
    const skip = line.querySelector("[data-skip]");
    if (skip) {
      skip.hidden = false;
      skip.querySelector("button").addEventListener("click", () => show(lines[lines.indexOf(line) + 1]));
    }
  }
  form.querySelector("[data-all]").hidden = true;
  form.classList.add("one-by-one");
  show(lines.find((line) => "wrong" in line.dataset) ?? lines.find((line) => !field(line).value) ?? lines[0]);

  // Without signal the form would be lost on the browser's own error page.
  form.addEventListener("submit", (event) => {
    form.querySelector("[data-offline]").hidden = navigator.onLine;
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  addEventListener("online", () => { form.querySelector("[data-offline]").hidden = true; });

  function show(shown) {
    for (const line of lines) line.hidden = line !== shown;
    if (!matchMedia("(pointer: coarse)").matches) field(shown).focus();
    scrollTo({ top: 0 });
  }

  // On to the next line that has nothing yet, before or after this one; when all have, the order is saved.
  function onwards(line) {
    const place = lines.indexOf(line);
    const next = [...lines.slice(place + 1), ...lines.slice(0, place)].find((other) => other !== line && !field(other).value);
    if (next) show(next);
    else form.requestSubmit();
  }

  function fits(line) {
    const { measure, most } = line.dataset;
    const typed = field(line).value.trim();
    const quantity = parseQuantity(typed, measure, form.dataset.language);
    if (!typed) return say(line, form.dataset.required);
    // Ten times too much is no fish too many but a slip, which the server asks about.
    if (quantity !== null && quantity > Number(most) && quantity < 10 * Number(most)) return say(line, form.dataset.over);
    return true;
  }
}

function say(line, words) {
  clear(line);
  const note = document.createElement("p");
  note.className = "error";
  note.dataset.said = "";
  note.setAttribute("role", "alert");
  note.textContent = words;
  line.querySelector(".scale").append(note);
  line.querySelector(".scale-input").setAttribute("aria-invalid", "true");
  return false;
}

function clear(line) {
  line.querySelector("[data-said]")?.remove();
  line.querySelector(".scale-input").removeAttribute("aria-invalid");
}

// What was typed, by line; a browser that keeps nothing is no reason to stop.
function keeper(name) {
  return {
    read() {
      try { return JSON.parse(sessionStorage.getItem(name)) ?? {}; } catch { return {}; }
    },
    write(values) {
      try { sessionStorage.setItem(name, JSON.stringify(values)); } catch { /* full, or forbidden */ }
    },
  };
}
