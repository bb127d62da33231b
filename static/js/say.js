// Phones' keys for numbers have no microphone, their letters have: the field takes spoken words too. data-field: its id.
export default function say(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.field);
    const before = field.inputMode;
    field.blur(); // the keyboard in sight would stay as it is
    field.inputMode = "text";
    field.focus();
    field.addEventListener("blur", () => { field.inputMode = before; }, { once: true });
  });
}
