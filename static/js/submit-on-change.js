// A form that sends itself soon after something in it was changed; its own button (data-save) is then not needed.
const PAUSE = 700;

export default function submitOnChange(form) {
  const button = form.querySelector("[data-save]");
  if (button) button.hidden = true;
  let waiting;
  const send = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => form.requestSubmit(button ?? undefined), PAUSE);
  };
  form.addEventListener("change", send);
  form.addEventListener("click", (event) => { if (event.target.closest("button[value][type=button]")) send(); });
  form.addEventListener("submit", () => clearTimeout(waiting));
}
