// Keeps the field page for places without signal: the page, and the sheets, scripts and letters that it was made with.
// Everything else goes to the network as if this were not here.

const KEPT = "field-1";
const FIELD = /^(\/en)?\/koperasi\/lapangan$/;
const AREA = /^(\/en)?\/koperasi(\/|$)/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
));

self.addEventListener("message", (event) => {
  const { page, assets } = event.data ?? {};
  if (FIELD.test(page)) event.waitUntil(keep(page, assets));
});

async function keep(page, assets) {
  const cache = await caches.open(KEPT);
  const missing = [];
  for (const address of assets) if (!(await cache.match(address))) missing.push(address);
  await cache.addAll(missing);
  const answer = await fetch(page, { redirect: "error" });
  if (!answer.ok) return;
  await cache.put(page, answer);
  const wanted = new Set([...assets, new URL(page, self.location).href]);
  // What an older version of the page was made with; the other language's page is made with the same as this one.
  for (const request of await cache.keys()) {
    if (!wanted.has(request.url) && !FIELD.test(new URL(request.url).pathname)) await cache.delete(request);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/assets/")) event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  else if (request.mode === "navigate" && AREA.test(pathname)) event.respondWith(visit(request, pathname));
});

async function visit(request, pathname) {
  try {
    const answer = await fetch(request);
    return answer;
  } catch (error) {
    const field = pathname.startsWith("/en/") ? "/en/koperasi/lapangan" : "/koperasi/lapangan";
    const found = await caches.match(field, { ignoreSearch: true });
    if (!found) throw error;
    // Any page of the area is answered by the field page while there is no signal.
    return FIELD.test(pathname) ? found : Response.redirect(field);
  }
}

// Messages from the market: an order's number and words, nothing else of anybody.
self.addEventListener("push", (event) => {
  const { title, body, path, tag } = event.data?.json() ?? {};
  if (!title) return;
  event.waitUntil(self.registration.showNotification(title, { body, tag, renotify: Boolean(tag), data: { path } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data?.path ?? "", self.registration.scope).href;
  event.waitUntil(open(address));
});

async function open(address) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url === address);
  return there ? there.focus() : self.clients.openWindow(address);
}
