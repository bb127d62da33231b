// Signing out takes the orders that the field page keeps off the phone; what waits to be sent stays.
import { dropSnapshot } from "./field-store.js";

export default function forgetField(form) {
  form.addEventListener("submit", () => { dropSnapshot().catch(() => { /* there was nothing kept */ }); });
}
