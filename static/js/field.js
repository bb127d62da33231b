// The field page: shows what the phone keeps, takes what the clerk does into the queue, and sends that when it can.
// On the element: data-words, data-language, the addresses data-source, data-list, data-weigh, data-hand, data-land, and data-worker.
import { lineAmount, parseQuantity, writeQuantity, writeRupiah } from "./amounts.js";
import { findHandings, payments } from "./field-hand.js";
import landings from "./field-landing.js";
import { send } from "./field-queue.js";
import { addEntry, changeEntry, dropEntry, dropSnapshot, keepSnapshot, readQueue, readSnapshot } from "./field-store.js";
import { shrink } from "./field-photo.js";

const LOOK_AGAIN = 20_000;

export default async function field(page) {
  const words = JSON.parse(page.dataset.words);
  const { language } = page.dataset;
  const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_all, key) => values[key]);
  const find = (selector, root = page) => root.querySelector(selector);
  const [forms, views] = [{}, {}];
  for (const form of page.querySelectorAll("[data-form]")) forms[form.dataset.form] = form;
  for (const view of page.querySelectorAll("[data-view]")) views[view.dataset.view] = view;
  let [snapshot, queue, state, chosen, given] = [null, [], "", null, null]; // given: the codes that were looked at, and whose they are
  const done = [];
  const landing = landings({ page, find, fill, say, words, language, snapshot: () => snapshot, queue: () => queue, sync, go, refresh });

  try {
    snapshot = (await readSnapshot()) ?? null;
    queue = await readQueue();
  } catch {
    return status(words.no_store);
  }
  navigator.storage?.persist?.();
  navigator.serviceWorker?.register(page.dataset.worker).then(keepPage).catch(() => { /* then it opens with signal only */ });

  addEventListener("hashchange", show);
  addEventListener("online", sync);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sync(); });
  setInterval(() => { if (!document.hidden) sync(); }, LOOK_AGAIN);
  forms.list.addEventListener("submit", (event) => act(event, list));
  forms.list.elements.product.addEventListener("change", followProduct);
  forms.weigh.addEventListener("submit", (event) => act(event, weigh));
  forms.hand.addEventListener("submit", (event) => act(event, hand));
  forms.hand.elements.code.addEventListener("input", () => { given = null; find("[data-due]").hidden = true; });
  show();
  await sync();

  // --- what is shown

  function status(text, { enter = false, good = false } = {}) {
    const box = find("[data-status]");
    box.hidden = false;
    box.classList.toggle("banner-good", good);
    box.classList.toggle("banner-plain", !good);
    for (const mark of box.querySelectorAll("[data-mark]")) mark.hidden = (mark.dataset.mark === "good") !== good;
    find("[data-said]", box).textContent = text;
    find("[data-enter]", box).hidden = !enter;
    find("[data-made]", box).textContent = snapshot ? say("made_at", { time: clock(snapshot.made_at) }) : "";
  }

  function clock(moment) {
    const text = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Jakarta" }).format(new Date(moment));
    return language === "en" ? text : text.replace(":", ".");
  }

  function show() {
    const [name, number] = decodeURIComponent(location.hash.slice(1)).split("/");
    const order = number && orders().find((each) => each.number === number);
    const view = views[name] && (name !== "timbang" || order) ? name : "home";
    for (const [key, section] of Object.entries(views)) section.hidden = key !== view;
    if (view === "home") home();
    if (view === "jual") openList();
    if (view === "timbang") openWeigh(order);
    if (view === "serah") openHand(number);
    landing.open(view, number);
    scrollTo({ top: 0 });
  }

  // The snapshot with what the queue will make of it.
  function orders() {
    const changes = new Map();
    for (const entry of queue) {
      if (entry.refused || !entry.number) continue;
      changes.set(entry.number, { ...changes.get(entry.number), ...(entry.kind === "weigh" ? { total: entry.total, here: "weighed_here", status: "ready" } : { here: "handed_here", status: "collected" }) });
    }
    return (snapshot?.slots ?? []).flatMap((slot) => slot.orders.map((order) => ({ ...order, slot: slot.id, ...changes.get(order.number) })));
  }

  function home() {
    const items = find("[data-items]");
    items.replaceChildren(...queue.map(item), ...done.map(doneItem));
    find("[data-queue]").hidden = !items.children.length;
    const all = orders();
    const cards = (snapshot?.slots ?? []).map((slot) => {
      const card = fill("slot", slot);
      find("[data-orders]", card).replaceChildren(...all.filter((order) => order.slot === slot.id).map(orderLine));
      return card;
    });
    if (!cards.length) cards.push(Object.assign(document.createElement("p"), { className: "soft", textContent: snapshot ? words.no_slots : words.no_data }));
    find("[data-slots]").replaceChildren(...cards);
  }

  function orderLine(order) {
    const lines = order.lines.map((line) => `${line.name} ${written(line.quantity, line)}`).join(", ");
    const ready = order.status === "ready";
    const told = order.here ? words[order.here] : words[ready ? "ready" : "to_weigh"];
    const row = fill("order", { number: order.number, buyer: order.buyer, lines, state: ready ? `${told}, ${writeRupiah(order.total, language)}` : told });
    const link = find("[data-t=act]", row);
    link.hidden = order.status === "collected";
    link.textContent = words[ready ? "hand_over" : "weigh"];
    link.href = `#${ready ? "serah" : "timbang"}/${order.number}`;
    link.classList.toggle("btn-quiet", ready);
    return row;
  }

  function item(entry) {
    const foreign = snapshot && entry.account !== snapshot.account;
    const row = fill("item", { words: entry.words, state: words[entry.refused ? "state_refused" : "state_waiting"], said: entry.refused ?? (foreign ? words.other_account : "") });
    row.classList.toggle("refused", Boolean(entry.refused));
    const button = find("[data-t=act]", row);
    button.textContent = words[entry.kind === "land" ? "correct" : entry.refused ? "understood" : "drop"];
    button.addEventListener("click", async () => {
      // What is being sent at this moment can no longer be called back.
      if (state === "sending" && !entry.refused) return;
      if (entry.kind === "land") return landing.reopen(entry, row);
      await dropEntry(entry.id);
      await refresh();
    });
    return row;
  }

  function doneItem({ entry, said }) {
    const row = fill("item", { words: said || entry.words, state: words.state_done, said: "" });
    const button = find("[data-t=act]", row);
    // There it can be taken back for a minute.
    if (["list", "land"].includes(entry.kind)) button.replaceWith(Object.assign(document.createElement("a"), { className: button.className, href: page.dataset.stock, textContent: words.look }));
    else button.remove();
    return row;
  }

  function fill(name, values) {
    const made = find(`[data-template=${name}]`).content.firstElementChild.cloneNode(true);
    for (const slot of made.querySelectorAll("[data-t]")) slot.textContent = values[slot.dataset.t] ?? "";
    return made;
  }

  function written(quantity, { measure, unit }) {
    return writeQuantity(quantity, measure, language) + (measure === "weight" ? "" : ` ${unit}`);
  }

  function complain(form, text) {
    const error = find("[data-error]", form);
    error.textContent = text;
    error.hidden = false;
    return null;
  }

  // --- what the clerk does

  async function act(event, make) {
    event.preventDefault();
    const form = event.target;
    find("[data-error]", form).hidden = true;
    const entries = [await make(form)].flat().filter(Boolean);
    if (!entries.length) return;
    for (const entry of entries) await addEntry({ ...entry, key: crypto.randomUUID(), at: Date.now(), account: snapshot.account });
    navigator.vibrate?.(20);
    form.reset();
    location.hash = "";
    await refresh();
    sync();
  }

  function openList() {
    const { product } = forms.list.elements;
    if (product.options.length > 1) return;
    for (const each of snapshot?.products ?? []) product.add(new Option(each.name, each.id));
  }

  function productOf(form) {
    return snapshot?.products.find((each) => String(each.id) === form.elements.product.value);
  }

  function followProduct() {
    const product = productOf(forms.list);
    if (!product) return;
    find("label[for=f-quantity]").textContent = product.how_many;
    find("label[for=f-price]").textContent = product.how_much;
    forms.list.elements.quantity.inputMode = product.measure === "weight" ? "decimal" : "numeric";
    forms.list.elements.unit_price.value = product.price;
    forms.list.elements.quantity.focus();
  }

  async function list(form) {
    const { quantity, unit_price: price, photo } = form.elements;
    const product = productOf(form);
    if (!product) return complain(form, words.choose_product);
    const amount = parseQuantity(quantity.value, product.measure, language);
    if (amount === null) return complain(form, words.not_a_number);
    if (!/\d/.test(price.value)) return complain(form, words.price_required);
    if (isSlip(quantity, amount, product.usual_quantity)) {
      return complain(form, say("slip_usual", { value: written(amount, product), usual: written(product.usual_quantity, product) }));
    }
    const { gear, fishing_area, grade } = product;
    return {
      kind: "list",
      words: say("item_sell", { name: product.name, quantity: written(amount, product), price: price.value }),
      fields: { product: product.id, quantity: quantity.value, unit_price: price.value, when: "now", keep: "auto", gear, fishing_area, grade, sure_quantity: amount, ...sure(price.value) },
      photo: photo.files[0] ? await shrink(photo.files[0]) : null,
    };
  }

  // The price that stands there was read by the clerk; the market need not ask about it a second time, when nobody is there to answer.
  function sure(price) {
    return { sure_unit_price: price.replace(/[.,](00|-)$/, "").replace(/\D/g, "") };
  }

  // Ten times too much or too little is asked about once: the same number again is meant.
  function isSlip(input, value, usual) {
    const again = input.dataset.asked === String(value);
    input.dataset.asked = value;
    return usual && (value >= usual * 10 || value * 10 <= usual) && !again;
  }

  // What is weighed on: the scale used last, whether the market has heard of it or it still waits in the queue.
  function offerScales() {
    const last = queue.filter((entry) => entry.kind === "weigh").at(-1)?.fields.scale ?? snapshot.scale;
    find("[data-scales]").replaceChildren(...(snapshot.scales ?? []).map((scale) => {
      const made = fill("scale", scale);
      const input = find("input", made);
      Object.assign(input, { value: scale.id, id: `f-scale-${scale.id}`, checked: String(scale.id) === String(last) });
      find("label", made).htmlFor = input.id;
      find(".scale-note", made).classList.toggle("scale-note-expired", scale.is_expired);
      if (!scale.note) find(".scale-note", made).remove();
      return made;
    }));
  }

  function openWeigh(order) {
    chosen = order;
    offerScales();
    find("[data-number]", forms.weigh).textContent = order.number;
    find("[data-buyer]", forms.weigh).textContent = [order.buyer, order.note].filter(Boolean).join(": ");
    find("[data-lines]").replaceChildren(...order.lines.map((line) => {
      const made = fill("line", {
        name: line.name, unit: line.unit, ordered: say("ordered", { quantity: written(line.quantity, line) }),
        between: say("between", { least: written(line.least, line), most: written(line.most, line) }),
      });
      const input = find("input", made);
      input.id = input.name = `weight_${line.catch}`;
      find("label", made).htmlFor = input.id;
      if (line.measure !== "weight") Object.assign(input, { inputMode: "numeric", value: line.quantity });
      return made;
    }));
    find("input", forms.weigh).focus();
  }

  function weigh(form) {
    const fields = { number: chosen.number };
    let total = 0;
    for (const line of chosen.lines) {
      const input = form.elements[`weight_${line.catch}`];
      const typed = input.value.trim();
      if (!typed) return complain(form, words.required);
      const quantity = /^0+([.,]0*)?$/.test(typed) ? 0 : parseQuantity(typed, line.measure, language);
      if (quantity === null) return complain(form, words.not_a_number);
      if (quantity > line.most) return complain(form, say("over", { most: written(line.most, line) }));
      if (isSlip(input, quantity, line.quantity)) return complain(form, say("slip", { value: written(quantity, line), usual: written(line.quantity, line) }));
      fields[`weight_${line.catch}`] = quantity;
      total += Math.min(lineAmount(line.unit_price, quantity, line.measure), line.maximum);
    }
    if (!total) return complain(form, words.nothing);
    if (snapshot.scales?.length) {
      fields.scale = form.elements.scale.value;
      if (!fields.scale) return complain(form, words.choose_scale);
    }
    return { kind: "weigh", number: chosen.number, total, fields, words: say("item_weigh", { number: chosen.number, amount: writeRupiah(total, language) }) };
  }

  function openHand(number) {
    given = null;
    chosen = number ?? null;
    forms.hand.reset();
    find("[data-due]").hidden = true;
    if (!matchMedia("(pointer: coarse)").matches) forms.hand.elements.code.focus();
  }

  // The first tap shows whose codes they are and what is to be paid; the second means that both were seen.
  async function hand(form) {
    const text = form.elements.code.value.trim();
    if (given?.text !== text) return look(form, text);
    const reference = form.elements.reference.value.trim();
    return given.found.map(({ order: { number }, code }) => ({
      kind: "hand", number, words: say("item_hand", { number }), fields: { number, code, reference },
    }));
  }

  async function look(form, text) {
    const { found, failed } = await findHandings(text, orders(), chosen, snapshot.rounds);
    if (failed.length) complain(form, failed.map(({ number, why }) => (found.length ? `${number}: ${words[why]}` : words[why])).join(" "));
    if (!found.length) return null;
    given = { text, found };
    const handed = found.map(({ order }) => order);
    const numbers = handed.map((order) => order.number);
    const also = orders().filter(({ number, status: stands }) => stands === "ready" && !numbers.includes(number) && handed.some((order) => order.also?.includes(number)));
    const due = find("[data-due]");
    due.hidden = false;
    find("[data-number]", due).textContent = numbers.join(", ");
    find("[data-buyer]", due).textContent = handed[0].buyer;
    find("[data-pay]", due).replaceChildren(...payments(handed, say, language).map((line) => Object.assign(document.createElement("p"), { textContent: line })));
    find("[data-also]", due).textContent = also.length ? say("also", { numbers: also.map(({ number }) => number).join(", ") }) : "";
    find("[data-also]", due).hidden = !also.length;
    due.scrollIntoView({ block: "center" });
    return null;
  }

  // --- bringing both sides together

  function go(hash) {
    location.replace(`#${hash}`);
  }

  async function refresh() {
    queue = await readQueue();
    if (!views.home.hidden || !location.hash) show();
    landing.refreshed();
  }

  async function sync() {
    if (state === "sending") return;
    state = "sending";
    const waiting = () => queue.filter((entry) => !entry.refused).length;
    try {
      queue = await readQueue();
      if (waiting()) status(say("sending", { count: waiting() }));
      const fresh = await download();
      const ended = fresh !== true ? fresh : await send({
        account: snapshot.account,
        addresses: { list: page.dataset.list, weigh: page.dataset.weigh, hand: page.dataset.hand, land: page.dataset.land },
        token: async ({ anew = false } = {}) => { if (anew) await download(); return snapshot.csrf; },
        sent: (entry, said) => done.unshift({ entry, said }),
      });
      if (ended === "done" && done.length) await download();
      await refresh();
      const left = waiting();
      status({ offline: words.offline, "sign-in": words.sign_in, busy: words.server_busy }[ended] ?? (left ? say("waiting", { count: left }) : words.online), { enter: ended === "sign-in", good: ended === "done" && !left });
    } finally {
      state = "";
    }
  }

  // Keeps a fresh snapshot; answers true, or why there is none.
  async function download() {
    let response;
    try {
      response = await fetch(page.dataset.source, { redirect: "manual", signal: AbortSignal.timeout(15_000) });
    } catch {
      return "offline";
    }
    if (response.type === "opaqueredirect" || [401, 403].includes(response.status)) {
      await dropSnapshot();
      return "sign-in";
    }
    if (!response.ok) return "busy";
    snapshot = await response.json();
    await keepSnapshot(snapshot);
    return true;
  }

  // The service worker keeps this page and what it was made with.
  async function keepPage() {
    const { active } = await navigator.serviceWorker.ready;
    const made = performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => new URL(name).pathname.startsWith("/assets/"));
    active.postMessage({ page: location.pathname, assets: made });
  }
}
