// The weighing keys fill the field named by data-target; the saving button (data-save in the form) says what it will save.
// Optional on the form, or on the line's part of it: data-unit-price, data-measure, data-language, data-save-words ("Simpan {quantity}, {amount}").
import { lineAmount, parseQuantity, writeQuantity, writeRupiah } from "./amounts.js";

const LONGEST = 8;

export default function keys(element) {
  const field = document.getElementById(element.dataset.target);
  if (!field) return;
  const form = field.form;
  element.hidden = false;
  // The phone's own keyboard would cover these keys.
  if (matchMedia("(pointer: coarse)").matches) field.inputMode = "none";

  element.addEventListener("click", (event) => {
    const key = event.target.closest("button")?.value;
    if (!key) return;
    if (key === "back") field.value = field.value.slice(0, -1);
    else if (field.value.length < LONGEST && !(/[.,]/.test(key) && /[.,]/.test(field.value))) field.value += key;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    navigator.vibrate?.(10);
  });

  if (form) {
    // A form with several lines keeps the price, gauge and button of each in a part of its own.
    const part = field.closest("[data-unit-price]") ?? form;
    field.addEventListener("input", () => show(part, field));
    show(part, field);
  }
}

function show(part, field) {
  const { unitPrice, measure = "weight", language, saveWords } = part.dataset;
  const quantity = parseQuantity(field.value, measure, language);
  const save = part.querySelector("[data-save]");
  if (save && saveWords) {
    save.dataset.plain ??= save.textContent;
    save.textContent = quantity === null ? save.dataset.plain : saveWords
      .replace("{quantity}", writeQuantity(quantity, measure, language))
      .replace("{amount}", writeRupiah(lineAmount(unitPrice, quantity, measure), language));
  }
  const gauge = part.querySelector("[data-gauge]");
  if (gauge) mark(gauge, quantity);
}

function mark(gauge, quantity) {
  const least = Number(gauge.dataset.least);
  const most = Number(gauge.dataset.most);
  const dot = gauge.querySelector(".at");
  dot.setAttribute("visibility", quantity === null ? "hidden" : "visible");
  const share = Math.min(Math.max((quantity - least) / Math.max(most - least, 1), 0), 1);
  dot.setAttribute("cx", Math.round(300 * share));
  gauge.classList.toggle("gauge-out", quantity !== null && (quantity < least || quantity > most));
}
