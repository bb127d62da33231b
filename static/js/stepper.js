// Less and more without leaving the page. data-measure, data-step, data-minimum, data-maximum, data-usual, data-language; they may
// change while the page is open. data-steps ("10000:5000 0:500"): from how much on a tap changes it by how much, in place of data-step.
import { parseQuantity, parseRupiah, writeQuantity, writeRupiah } from "./amounts.js";

export default function stepper(element) {
  const input = element.querySelector("input");
  element.querySelectorAll("button[value]").forEach((button) => { button.type = "button"; });

  element.addEventListener("click", (event) => {
    const button = event.target.closest("button[value]");
    if (!button) return;
    const { measure, language, usual } = element.dataset;
    const isMoney = measure === "rupiah";
    const minimum = Number(element.dataset.minimum || 1);
    const maximum = Number(element.dataset.maximum || Infinity);
    const up = Number(button.value) > 0;
    const now = (isMoney ? parseRupiah(input.value) : parseQuantity(input.value, measure, language)) ?? 0;
    const steps = (element.dataset.steps ?? "").split(" ").filter(Boolean).map((pair) => pair.split(":").map(Number));
    const step = steps.find(([least]) => (up ? now >= least : now > least))?.[1] ?? Number(element.dataset.step);
    // On to the next whole step: 1,3 kg goes up to 1,5 and down to 1.
    const next = up ? (Math.floor(now / step) + 1) * step : (Math.ceil(now / step) - 1) * step;
    const wanted = up && usual && !input.value.trim() ? Number(usual) : next;
    const value = Math.min(Math.max(wanted, minimum), maximum);
    input.value = isMoney ? writeRupiah(value, language).replace("\u00a0", " ") : writeQuantity(value, measure, language);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
