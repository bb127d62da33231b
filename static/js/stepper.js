// Less and more without leaving the page. data-measure, data-step, data-minimum, data-maximum, data-language.
import { parseQuantity, writeQuantity } from "./amounts.js";

export default function stepper(element) {
  const input = element.querySelector("input");
  element.querySelectorAll("button[value]").forEach((button) => { button.type = "button"; });
  const { measure, language } = element.dataset;
  const step = Number(element.dataset.step);
  const minimum = Number(element.dataset.minimum || 1);
  const maximum = Number(element.dataset.maximum || Infinity);

  element.addEventListener("click", (event) => {
    const button = event.target.closest("button[value]");
    if (!button) return;
    const up = Number(button.value) > 0;
    const now = parseQuantity(input.value, measure, language) ?? 0;
    // On to the next whole step: 1,3 kg goes up to 1,5 and down to 1.
    const next = up ? (Math.floor(now / step) + 1) * step : (Math.ceil(now / step) - 1) * step;
    input.value = writeQuantity(Math.min(Math.max(next, minimum), maximum), measure, language);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
