// Keeps the field page for places without signal: the page, and the sheets, scripts and letters that it was made with.
// Keeps a buyer's pickup codes too, each until its order needs none. Everything else goes to the network as if this were not here.

const KEPT = "field-1";
const CODES = "codes-1";
const FIELD = /^(\/en)?\/koperasi\/lapangan$/;
const AREA = /^(\/en)?\/koperasi(\/|$)/;
const CODE = /^(\/en)?\/pesanan\/[^/]+\/kode$/;
const ORDER = /^(\/en)?\/pesanan\/[^/]+?(\/kode)?$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((name) => ![KEPT, CODES].includes(name)).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
));

self.addEventListener("message", (event) => {
  const { page, code, assets } = event.data ?? {};
  if (FIELD.test(page)) event.waitUntil(keep(page, assets));
  if (CODE.test(code)) event.waitUntil(keepCode(code, assets));
});

async function keepCode(code, assets) {
  const cache = await caches.open(CODES);
  const answer = await fetch(code, { redirect: "error" });
  // An order that is collected or cancelled has no code any more.
  if (!answer.ok) return void (await cache.delete(code));
  const missing = [];
  for (const address of assets) if (!(await cache.match(address))) missing.push(address);
  await cache.addAll(missing);
  await cache.put(code, answer);
  for (const request of await cache.keys()) {
    const isAsset = new URL(request.url).pathname.startsWith("/assets/");
    if (isAsset ? !assets.includes(request.url) : isOver((await cache.match(request))?.headers)) await cache.delete(request);
  }
}

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

const isOver = (headers) => Date.parse(headers?.get("Date")) + Number(headers?.get("X-Kept-For")) * 1000 < Date.now();

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/assets/")) event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
  else if (request.mode === "navigate" && AREA.test(pathname)) event.respondWith(visit(request, pathname));
  else if (request.mode === "navigate" && ORDER.test(pathname)) event.respondWith(visitOrder(request, pathname));
});

async function visitOrder(request, pathname) {
  try {
    return await fetch(request);
  } catch (error) {
    const found = await caches.match(CODE.test(pathname) ? pathname : `${pathname}/kode`);
    if (!found) throw error;
    return found;
  }
}

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
