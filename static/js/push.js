// A form that lets this browser take messages: asks for leave on a tap only, and tells the market where to send them.

export default function push(form) {
  const show = (state) => {
    for (const part of form.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
  };
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  if (Notification.permission === "denied") return show("denied");

  const worker = () => navigator.serviceWorker.register(form.dataset.worker, { scope: form.dataset.scope });
  const key = bytes(form.dataset.key);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      if ((await Notification.requestPermission()) !== "granted") return show(Notification.permission === "denied" ? "denied" : "off");
      await worker();
      await tell(form, await subscribed(await navigator.serviceWorker.ready, key));
      show("on");
    } catch (error) {
      console.warn("push", error);
      show("failed");
      form.querySelector('[data-when="off"]').hidden = false;
    }
  });

  // A browser that was allowed before and is not in the list any more (signed out elsewhere, key changed) asks again.
  current().then((subscription) => show(subscription && form.dataset.known ? "on" : "off"), () => show("off"));

  async function current() {
    const found = await navigator.serviceWorker.getRegistration(form.dataset.scope);
    const subscription = await found?.pushManager.getSubscription();
    return subscription && same(subscription, key) ? subscription : null;
  }
}

async function subscribed(registration, key) {
  const found = await registration.pushManager.getSubscription();
  if (found && same(found, key)) return found;
  await found?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function tell(form, subscription) {
  const { endpoint, keys } = subscription.toJSON();
  const body = new FormData(form);
  body.set("endpoint", endpoint);
  body.set("p256dh", keys.p256dh);
  body.set("auth", keys.auth);
  const answer = await fetch(form.action, { method: "POST", body, redirect: "error" });
  if (!answer.ok) throw new Error(answer.status);
}

function same(subscription, key) {
  const own = subscription.options?.applicationServerKey;
  return !own || new Uint8Array(own).every((value, place) => value === key[place]);
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
