// Estimate and maximum while the quantity is being chosen. On the form: data-unit-price, data-measure, data-language, data-quantity (name of the
// field); the results go into the elements with data-estimate, data-maximum-amount and data-estimate-quantity, here or in a bar of the same form.
import { lineAmount, maximumAmount, parseQuantity, writeQuantity, writeRupiah } from "./amounts.js";

export default function liveEstimate(form) {
  const { unitPrice, measure, language } = form.dataset;
  const input = form.elements[form.dataset.quantity || "quantity"];
  const outputs = (name) => document.querySelectorAll(`[data-${name}]`);
  const write = (name, text) => outputs(name).forEach((output) => { output.textContent = text; });

  function refresh() {
    const quantity = parseQuantity(input.value, measure, language);
    write("estimate", quantity === null ? "–" : writeRupiah(lineAmount(unitPrice, quantity, measure), language));
    write("maximum-amount", quantity === null ? "–" : writeRupiah(maximumAmount(unitPrice, quantity, measure), language));
    write("estimate-quantity", quantity === null ? "–" : writeQuantity(quantity, measure, language));
  }

  input.addEventListener("input", refresh);
  refresh();
}
