// Writes into data-sum what the ticked lines of a form come to (data-amount each).
import { writeRupiah } from "./amounts.js";

export default function chosenSum(form) {
  const sum = form.querySelector("[data-sum]");
  const boxes = [...form.querySelectorAll("[data-amount]")];
  const write = () => {
    const amount = boxes.filter((box) => box.checked).reduce((before, box) => before + Number(box.dataset.amount), 0);
    sum.textContent = writeRupiah(amount, form.dataset.language);
  };
  form.addEventListener("change", write);
  write();
}
