// The pickup code can be shown where there is no signal: the service worker keeps its page. While that is open the screen stays on.

export default async function keepCode(element) {
  const { code, worker, madeWith } = element.dataset;
  if (location.pathname === code) navigator.wakeLock?.request("screen").catch(() => { /* then it dims as always */ });
  try {
    await navigator.serviceWorker?.register(worker);
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ code, assets: madeWith.split(" ").map((path) => new URL(path, location).href) });
  } catch { /* then it opens with signal only */ }
}
