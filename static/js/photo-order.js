// A lot's photos are put in order without leaving the page: its buttons answer in place, and a picture can be dragged by finger or
// mouse. The page that the market answers with holds the new list. On the element that holds [data-photo-list]: data-problem, what is said when the market does not answer.
import { start } from "./start.js";

export default function photoOrder(section) {
  section.addEventListener("submit", (event) => {
    if (!event.target.closest("[data-photo-list]")) return;
    event.preventDefault();
    const { submitter } = event;
    const body = new FormData(event.target);
    if (submitter?.name) body.set(submitter.name, submitter.value);
    change(submitter?.getAttribute("formaction") ?? event.target.action, body, submitter);
  });
  section.addEventListener("photos-changed", (event) => swap(event.detail));
  section.addEventListener("pointerdown", take);
  section.classList.add("can-drag");
  const problem = Object.assign(document.createElement("p"), { className: "error", role: "alert", textContent: section.dataset.problem });

  // Answers whether it is done; where it is not, the page says so and shows what still holds.
  async function change(address, body, pressed) {
    const response = await fetch(address, { method: "POST", body: new URLSearchParams(body) }).catch(() => null);
    problem.remove();
    if (response?.ok) swap(await response.text(), pressed);
    else section.querySelector("[data-photo-list]").append(problem);
    return Boolean(response?.ok);
  }

  function swap(page, pressed) {
    const answer = new DOMParser().parseFromString(page, "text/html");
    const fresh = answer.querySelector("[data-photo-list]");
    const old = section.querySelector("[data-photo-list]");
    if (!fresh) return location.reload(); // signed out meanwhile
    const photo = pressed?.closest("[data-photo]")?.dataset.photo;
    old.replaceWith(document.adoptNode(fresh));
    const form = section.querySelector("#photo-form") ?? answer.querySelector("#photo-form"); // there was no room for one before
    if (form && !section.contains(form)) {
      section.append(document.adoptNode(form));
      start(section);
    }
    form?.toggleAttribute("hidden", Boolean(fresh.querySelector("[data-full]")));
    // The finger or the keyboard stays with the photo that was moved.
    if (!photo) return;
    const row = fresh.querySelector(`[data-photo="${photo}"]`) ?? fresh;
    const again = pressed.value && [...row.querySelectorAll("button:not(:disabled)")].find((button) => button.value === pressed.value);
    (again || row.querySelector("button:not(:disabled)"))?.focus();
  }

  function take(event) {
    const grip = event.target.closest("[data-grip]");
    const row = grip?.closest("[data-photo]");
    const rows = row?.parentElement;
    if (!row || event.button || rows.children.length < 2) return;
    event.preventDefault();
    const before = [...rows.children];
    grip.setPointerCapture(event.pointerId);
    row.classList.add("dragged");
    // The others make room: were the dragged row itself put elsewhere in the page, it would lose the finger.
    grip.onpointermove = ({ clientY }) => {
      let other;
      while ((other = row.previousElementSibling) && clientY < middle(other)) row.after(other);
      while ((other = row.nextElementSibling) && clientY > middle(other)) row.before(other);
    };
    grip.onpointerup = grip.onpointercancel = async (end) => {
      grip.onpointermove = grip.onpointerup = grip.onpointercancel = null;
      row.classList.remove("dragged");
      const order = [...rows.children];
      if (order.every((other, index) => other === before[index])) return;
      const csrf_token = row.querySelector("[name=csrf_token]").value;
      const body = { csrf_token, order: order.map((other) => other.dataset.photo).join() };
      if (end.type !== "pointerup" || !(await change(rows.dataset.order, body))) rows.append(...before);
    };
  }
}

function middle(row) {
  const { top, bottom } = row.getBoundingClientRect();
  return (top + bottom) / 2;
}
