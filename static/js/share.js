// Offers what the phone itself can share with; the link to WhatsApp beside it needs no script.
export default function share(button) {
  if (!navigator.share) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.share({ title: button.dataset.title, text: button.dataset.text, url: button.dataset.url });
    } catch (error) {
      if (error.name !== "AbortError") console.warn("share", error);
    }
  });
}
