// Estimate and maximum while the quantity is being chosen. On the form: data-unit-price, data-breaks (JSON pairs of quantity and lower price),
// data-measure, data-language, data-quantity (name of the field); the results go into the elements with data-estimate, data-maximum-amount,
// data-line-price and data-estimate-quantity, here or in a bar of the same form. Buttons named `take` fill in their value.
import { lineAmount, maximumAmount, parseQuantity, priceFor, writeQuantity, writeRupiah } from "./amounts.js";

export default function liveEstimate(form) {
  const { measure, language } = form.dataset;
  const breaks = JSON.parse(form.dataset.breaks || "[]");
  const input = form.elements[form.dataset.quantity || "quantity"];
  const outputs = (name) => document.querySelectorAll(`[data-${name}]`);
  const write = (name, text) => outputs(name).forEach((output) => { output.textContent = text; });

  function refresh() {
    const quantity = parseQuantity(input.value, measure, language);
    const unitPrice = priceFor(Number(form.dataset.unitPrice), breaks, quantity ?? 0);
    write("line-price", writeRupiah(unitPrice, language));
    write("estimate", quantity === null ? "–" : writeRupiah(lineAmount(unitPrice, quantity, measure), language));
    write("maximum-amount", quantity === null ? "–" : writeRupiah(maximumAmount(unitPrice, quantity, measure), language));
    write("estimate-quantity", quantity === null ? "–" : writeQuantity(quantity, measure, language));
  }

  form.querySelectorAll("button[name=take]").forEach((button) => {
    button.type = "button";
    button.addEventListener("click", () => {
      input.value = writeQuantity(Number(button.value), measure, language);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  });
  input.addEventListener("input", refresh);
  refresh();
}
