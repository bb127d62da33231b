// What fishers brought of a lot, added up while it is typed. On the form: data-measure, data-language, data-caught (grams or pieces),
// data-unit of counted goods, and what to say: data-sum with {sum}; of the rest data-left with {left}, data-none, data-over with {over}.
import { parseQuantity, writeQuantity } from "./amounts.js";

export default function parts(form) {
  const { measure, language, unit } = form.dataset;
  const caught = Number(form.dataset.caught);
  const fields = [...form.querySelectorAll("[data-part]")];
  const rest = form.querySelector(".actions p span");
  const sum = form.querySelector(".actions p b");
  rest.parentElement.setAttribute("aria-live", "polite");
  const write = (quantity) => writeQuantity(quantity, measure, language) + (unit ? `\u00a0${unit}` : "");

  function show() {
    const brought = fields.reduce((whole, field) => whole + (parseQuantity(field.value, measure, language) ?? 0), 0);
    const left = caught - brought;
    sum.textContent = form.dataset.sum.replace("{sum}", write(brought));
    rest.textContent = left > 0
      ? form.dataset.left.replace("{left}", write(left))
      : left < 0 ? form.dataset.over.replace("{over}", write(-left)) : form.dataset.none;
    rest.classList.toggle("down", left < 0);
  }

  form.addEventListener("input", show);
  show();
}
