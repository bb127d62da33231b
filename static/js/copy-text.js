// Copies the text of the element that data-copy names (or its own value) and says so in its place for a moment (data-done).
export default function copyText(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source ? (source.value ?? source.textContent).trim() : button.dataset.text);
    label.textContent = button.dataset.done;
    setTimeout(() => { label.textContent = before; }, 2500);
  });
}
