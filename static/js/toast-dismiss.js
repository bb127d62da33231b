// A toast can be put away; the focus goes on to the page.
export default function toastDismiss(toast) {
  const close = toast.querySelector("[data-close]");
  close.hidden = false;
  close.addEventListener("click", () => {
    toast.remove();
    document.querySelector(".toasts:empty")?.remove();
    const main = document.querySelector("main");
    if (main) {
      main.tabIndex = -1;
      main.focus({ preventScroll: true });
    }
  });
}
