// What can be taken back is offered only while it can be: the button goes when its time is over. data-seconds.
export default function undo(form) {
  setTimeout(() => form.querySelector("button:not([aria-busy])")?.remove(), Number(form.dataset.seconds) * 1000);
}
