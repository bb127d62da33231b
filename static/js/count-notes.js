// Adds up notes and coins into the field for the whole sum, as they are typed.
import { writeNumber } from "./amounts.js";

export default function countNotes(form) {
  const total = form.elements.counted;
  const notes = [...form.querySelectorAll("[data-note]")];
  const pieces = (field) => (/^[0-9.]+$/.test(field.value) ? Number(field.value.replaceAll(".", "")) : 0);
  for (const field of notes) {
    field.addEventListener("input", () => {
      const sum = notes.reduce((before, note) => before + Number(note.dataset.note) * pieces(note), 0);
      total.value = sum ? writeNumber(sum, form.dataset.language) : "";
    });
  }
}
