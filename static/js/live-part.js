// A part of a page that comes anew without the rest: its forms are sent in the background and the answer's part of the same id takes its place.
// data-every: seconds after which it is asked for again while somebody looks at it, more seldom as long as nothing changes; what has not changed is not sent
// again. Without script the forms load the page, and reading again is a reload.
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
  if (seconds) watch(part, seconds);
}

const SELDOM = 6;

function watch(part, seconds) {
  if (part.dataset.watched) return;
  part.dataset.watched = "1";
  let wait = seconds, timer = 0;
  const later = () => { clearTimeout(timer); timer = setTimeout(look, wait * 1000); };
  const look = async () => {
    if (document.hidden || busy(part)) return later();
    const before = part.dataset.version;
    await renew(part, location.href, { headers: before ? { "If-None-Match": before } : {} }).catch(() => {});
    wait = part.dataset.version === before ? Math.min(wait * 1.5, seconds * SELDOM) : seconds;
    if (part.dataset.every) later();
  };
  document.addEventListener("visibilitychange", () => { if (!document.hidden && part.dataset.every) { wait = seconds; clearTimeout(timer); look(); } });
  later();
}

async function renew(part, address, options = {}) {
  const answer = await fetch(address, options);
  if (answer.status === 304) return;
  const version = answer.headers.get("ETag");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(part.id);
  if (!fresh) {
    location.assign(answer.url);
    return;
  }
  if (version) part.dataset.version = version;
  if (!fresh.dataset.every) delete part.dataset.every;
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  if (fresh.innerHTML === part.innerHTML) return;
  part.replaceChildren(...fresh.childNodes);
  start(part);
  document.getElementById(focused)?.focus();
}

const busy = (part) => part.querySelector("details[open], :focus-within") !== null;
