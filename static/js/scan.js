// Reads a QR code with the camera into the field that data-target names; with data-send its form goes off at once. Shown only where the
// phone can read codes. data-denied: what is said when the camera stays shut.
export default async function scan(element) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!formats.includes("qr_code")) return;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const field = document.getElementById(element.dataset.target);
  const video = element.querySelector("video");
  const [open, close, said] = ["[data-open]", "[data-close]", "[data-said]"].map((mark) => element.querySelector(mark));
  let stream = null;
  element.hidden = false;

  open.addEventListener("click", async () => {
    said.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      said.textContent = element.dataset.denied;
      said.hidden = false;
      field.focus();
      return;
    }
    video.srcObject = stream;
    await video.play();
    toggle(true);
    look();
  });
  close.addEventListener("click", stop);
  addEventListener("pagehide", stop);

  async function look() {
    if (!stream) return;
    const [found] = await detector.detect(video).catch(() => []);
    if (found?.rawValue) {
      stop();
      navigator.vibrate?.(60);
      field.value = found.rawValue;
      if ("send" in element.dataset) field.form.requestSubmit();
      else field.form.querySelector("[type=submit]:not(.hide)").focus();
      return;
    }
    setTimeout(look, 150);
  }

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    toggle(false);
  }

  function toggle(isOpen) {
    video.hidden = close.hidden = !isOpen;
    open.hidden = isOpen;
  }
}
