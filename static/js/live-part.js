// A part of a page that comes anew without the rest: its forms are sent in the background and the answer's part of the same id takes its place.
// data-every: seconds after which it is fetched again while somebody looks at it. Without script the forms load the page, and reading again is a reload.
import { start } from "./start.js";

export default function livePart(part) {
  part.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("data-whole-page") || event.defaultPrevented) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    event.submitter?.setAttribute("aria-busy", "true");
    renew(part, form.action, { method: form.method, body: form.method === "post" ? new URLSearchParams(body) : undefined })
      .catch(() => form.submit());
  });
  const seconds = Number(part.dataset.every);
  if (seconds) setInterval(() => { if (!document.hidden && !busy(part)) renew(part, location.href).catch(() => {}); }, seconds * 1000);
}

async function renew(part, address, options = {}) {
  const answer = await fetch(address, options);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(part.id);
  if (!fresh) {
    location.assign(answer.url);
    return;
  }
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  if (fresh.innerHTML === part.innerHTML) return;
  part.replaceChildren(...fresh.childNodes);
  start(part);
  document.getElementById(focused)?.focus();
}

const busy = (part) => part.querySelector("details[open], :focus-within") !== null;
