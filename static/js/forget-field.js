// Signing out takes the orders that the field page keeps, and the pickup codes, off the phone; what waits to be sent stays.
import { dropSnapshot } from "./field-store.js";

export default function forgetField(form) {
  form.addEventListener("submit", () => {
    globalThis.caches?.delete("codes-1").catch(() => { /* there was none kept */ });
    dropSnapshot().catch(() => { /* there was nothing kept */ });
  });
}
