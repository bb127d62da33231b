// A second tap on a form that is already on its way does nothing. The server refuses doubles too; this spares the wait.
export default function submitOnce(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    // Disabling the button here would leave its name and value out of the form.
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // Back from the next page: the form lives again.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sent = false;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
}
