// The catalogue without loading a page: its links and its form are fetched, the part is put in place, and the address bar says what is shown.
// Without script they are links and a form with a button. What came is said in #<id>-said.
import { start } from "./start.js";

const PAUSE = 150;

export default function catalogue(part) {
  const said = document.getElementById(`${part.id}-said`);
  let running, waiting;

  async function show(address, { keep = false } = {}) {
    running?.abort();
    running = new AbortController();
    part.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { signal: running.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(part.id);
      if (!answer.ok || !fresh) throw new Error(String(answer.status));
      const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
      part.replaceChildren(...fresh.childNodes);
      document.title = page.title;
      if (!keep) history.pushState(null, "", fresh.dataset.address);
      prepare();
      start(part);
      (focused ? document.getElementById(focused) ?? part.querySelector("h2") : null)?.focus({ preventScroll: true });
      said.textContent = part.querySelector("h2").textContent;
    } catch (error) {
      if (error.name === "AbortError") return;
      location.assign(address);
    }
    part.removeAttribute("aria-busy");
  }

  function prepare() {
    const button = part.querySelector("[data-apply]");
    if (button) button.hidden = true; // choices count at once
  }

  function addressOf(form) {
    const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
    return `${form.action}?${new URLSearchParams(chosen)}`;
  }

  part.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const address = new URL(link.href);
    if (address.pathname !== location.pathname || address.hash || link.closest("[data-behaviour~=near]") || link.rel === "next" || link.rel === "prev") return;
    event.preventDefault();
    show(address.href);
  });
  part.addEventListener("change", (event) => {
    const form = event.target.closest(".filter-form");
    if (!form) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => show(addressOf(form)), PAUSE);
  });
  part.addEventListener("submit", (event) => {
    const form = event.target.closest(".filter-form");
    if (!form) return;
    event.preventDefault();
    show(addressOf(form));
  });
  addEventListener("popstate", () => show(location.href, { keep: true }));
  prepare();
}
