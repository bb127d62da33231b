// Helper mode of the field page: one fisher after the other, one number each; then a price for each product, and off it goes.
// Every line is on the phone as soon as it was weighed: a closed tab or an empty battery loses at most the number being typed.
import { parseQuantity, parseRupiah, writeNumber, writeQuantity, writeRupiah } from "./amounts.js";
import { bringerOf, countFishers, emptyDraft, fieldsOf, fromJakarta, heaps, isFarOff, jakarta, total, usualOf } from "./landing-draft.js";
import { shrink } from "./field-photo.js";
import { unlessSending } from "./field-queue.js";
import { changeDraft, queueDraft, readDraft, reopenEntry } from "./field-store.js";

const MOST_LINES = 200;
const FIVE_MINUTES = 300_000;
const SURE = 5_000;
const MOST_BYTES = 14_000_000; // what one request may carry, with room for the rest of it

export default function landings({ page, find, fill, say, words, language, snapshot, queue, go, refresh, sync }) {
  const view = (name) => find(`[data-view=${name}]`);
  const [weighing, pricing, newcomer] = ["takar", "harga", "newcomer"].map((name) => find(`[data-form=${name}]`));
  // current: who is weighed, and the line that is corrected. photos: resolved once those taken are in the draft.
  let [draft, current, drawn, asked, photos, isQueueing] = [null, null, "", null, Promise.resolve(), false];

  weighing.addEventListener("submit", (event) => { event.preventDefault(); keepLine(); });
  weighing.addEventListener("change", followProduct);
  find("[data-remove]", weighing).addEventListener("click", removeLine);
  newcomer.addEventListener("submit", (event) => { event.preventDefault(); addNewcomer(); });
  pricing.addEventListener("submit", (event) => { event.preventDefault(); queueUp(); });
  pricing.addEventListener("change", keepTyped);
  find("[data-empty]").addEventListener("click", empty);

  return { open, reopen, refreshed };

  async function open(name, about) {
    page.classList.toggle("work", name === "takar");
    find("h1").classList.toggle("hide", ["nelayan", "takar", "harga"].includes(name));
    for (const form of [weighing, pricing]) form.hidden = true; // nobody types into what is still the last fisher's
    draft = snapshot() ? (await readDraft(snapshot().account)) ?? null : null;
    const begun = draft?.lines.length ?? 0;
    find("[data-begun]").textContent = begun ? say("landing_begun", { count: begun }) : words.landing;
    for (const form of [weighing, pricing]) form.hidden = false;
    if (name === "nelayan") showFishers();
    if (name === "takar") showWeighing(about);
    if (name === "harga") showPrices();
  }

  // Fresh data of the market has come: shown where that does not pull anything from under a thumb.
  function refreshed() {
    if (!view("nelayan").hidden && drawn !== sign()) open("nelayan");
  }

  function sign() {
    return JSON.stringify([snapshot()?.fishers, snapshot()?.products]);
  }

  function lines() {
    return draft?.lines ?? [];
  }


  async function change(make) {
    draft = await changeDraft(snapshot().account, (kept) => make(kept ?? emptyDraft()));
  }

  function written(quantity, { measure, unit }) {
    return writeQuantity(quantity, measure, language) + (measure === "weight" ? "" : ` ${unit}`);
  }

  // Who may have brought something: the list, and those who are not on it yet, whether their landing is queued or still being entered.
  function fishers() {
    const listed = (snapshot()?.fishers ?? []).map((fisher) => ({ key: String(fisher.id), ...fisher }));
    const names = new Set(listed.map(({ name }) => fold(name)));
    const waiting = queue().filter((entry) => entry.kind === "land" && entry.account === snapshot()?.account).flatMap((entry) => entry.draft.lines);
    const marked = [...waiting, ...lines(), ...(draft?.newcomers ?? [])].filter(({ mark, name }) => mark && !names.has(fold(name)));
    const found = new Map(marked.map(({ mark, name }) => [mark, { key: mark, mark, name }]));
    return [...listed, ...found.values()].sort((a, b) => a.name.localeCompare(b.name, "id"));
  }

  function fold(name) {
    return name.toLocaleLowerCase("id");
  }


  // --- who

  function showFishers() {
    drawn = sign();
    find("[data-fishers]").replaceChildren(...fishers().map((fisher) => {
      const tile = fill("fisher", { name: fisher.name, brought: total(lines().filter((line) => bringerOf(line) === fisher.key), written) });
      tile.href = `#takar/${fisher.key}`;
      return tile;
    }));
    find("[data-no-data]").hidden = Boolean(snapshot());
    for (const part of ["[data-lines-section]", "[data-onward]"]) find(part).hidden = !lines().length;
    find("[data-landed]").replaceChildren(...lines().map(lineRow).reverse());
    find("[data-sums]").replaceChildren(...heaps(lines()).map((heap) => fill("sum", {
      name: heap.product.name, quantity: written(heap.quantity, heap.product), fishers: say("of_fishers", { count: heap.fishers.size }),
    })));
    find("[data-total]").textContent = total(lines(), written);
    find("[data-count]").textContent = say("of_fishers", { count: countFishers(lines()) });
    find("[data-questions]").replaceChildren(...questions());
    const refused = find("[data-land-refused]");
    refused.hidden = !draft?.refused;
    find("[data-said]", refused).textContent = draft?.refused ?? "";
  }

  function lineRow(line) {
    const isGone = !productOf(line.product.id);
    const row = fill("landed", { name: line.name, product: `${line.product.name}${isGone ? `, ${words.no_longer_sold}` : ""}`, quantity: written(line.quantity, line.product) });
    const link = find("a", row);
    link.href = `#takar/line:${line.id}`;
    return row;
  }

  // Somebody new has the name of somebody whom the market knows by now: only the clerk can tell whether they are one.
  function questions() {
    const newcomers = new Map(draft?.refused ? lines().filter((line) => line.mark).map((line) => [line.mark, line.name]) : []);
    return [...newcomers].flatMap(([mark, name]) => {
      const known = snapshot()?.fishers.find((fisher) => fold(fisher.name) === fold(name));
      if (!known) return [];
      const box = fill("question", { words: say("same_person", { name }) });
      find("[data-same]", box).addEventListener("click", () => rename(mark, { who: known.id, mark: null, name: known.name }));
      find("[data-other]", box).addEventListener("click", () => {
        const given = find("input", box).value.trim().replace(/\s+/g, " ");
        if (given && fold(given) !== fold(name)) rename(mark, { name: given });
        else find("input", box).focus();
      });
      find("input", box).id = `f-name-${mark}`;
      find("label", box).htmlFor = `f-name-${mark}`;
      return [box];
    });
  }

  async function rename(mark, values) {
    await change((kept) => ({ ...kept, lines: kept.lines.map((line) => (line.mark === mark ? { ...line, ...values } : line)) }));
    showFishers();
  }

  async function addNewcomer() {
    const field = newcomer.elements.newcomer;
    const name = field.value.trim().replace(/\s+/g, " ");
    if (!snapshot() || !name) return field.focus();
    field.value = "";
    const known = fishers().find((fisher) => fold(fisher.name) === fold(name));
    if (known) return go(`takar/${known.key}`);
    const mark = crypto.randomUUID();
    await change((kept) => ({ ...kept, newcomers: [...(kept.newcomers ?? []), { mark, name }] }));
    return go(`takar/${mark}`);
  }

  // --- how much of what

  function productOf(id) {
    return snapshot()?.products.find((product) => product.id === id);
  }

  function chosenProduct() {
    return productOf(Number(find("[name=product]:checked", weighing)?.value));
  }


  function showWeighing(about) {
    const line = about?.startsWith("line:") ? lines().find(({ id }) => `line:${id}` === about) : null;
    const known = fishers();
    const who = known.find(({ key }) => key === (line ? bringerOf(line) : about));
    if (!who && !line) return go("nelayan");
    current = { who: who ?? null, line };
    asked = null;
    const { products } = snapshot();
    find("[data-who]", weighing).textContent = line?.name ?? who.name;
    find("[data-brought]", weighing).textContent = who ? total(lines().filter((other) => other !== line && bringerOf(other) === who.key), written) : "";
    find("[data-products]", weighing).replaceChildren(...products.map((product) => {
      const made = fill("product", product);
      Object.assign(find("input", made), { value: product.id, checked: product.id === (line?.product.id ?? draft?.product ?? (products.length === 1 ? product.id : null)) });
      return made;
    }));
    for (const part of weighing.querySelectorAll("[data-correct]")) part.hidden = !line;
    weighing.elements.who.replaceChildren(...known.map(({ key, name }) => new Option(name, key, false, key === who?.key)), ...(who ? [] : [new Option(line.name, "", true, true)]));
    find("[data-error]", weighing).hidden = true;
    find("[data-next]", weighing).textContent = words[line ? "save" : "next"];
    weighing.elements.weighed.value = line ? writeNumber(line.quantity / (line.product.measure === "weight" ? 1000 : 1), language) : "";
    followProduct();
    return weighing.elements.weighed.focus({ preventScroll: true });
  }

  function followProduct() {
    const product = chosenProduct();
    find("label[for=f-weighed]").textContent = product?.how_many ?? words.how_much;
    find(".with-unit span", weighing).textContent = product?.unit ?? "";
    find("[value=','], [value='.']", weighing).disabled = Boolean(product) && product.measure !== "weight";
  }

  async function keepLine() {
    if (!current) return null; // a second tap on the same button is not a second fish
    const [product, typed] = [chosenProduct(), weighing.elements.weighed.value];
    const who = current.line ? fishers().find(({ key }) => key === weighing.elements.who.value) : current.who;
    if (!who) return complain(weighing, words.choose_fisher);
    if (!product) return complain(weighing, words.choose_product);
    const quantity = parseQuantity(typed, product.measure, language);
    if (quantity === null) return complain(weighing, words[product.measure === "weight" ? "not_a_number" : "not_a_count"]);
    if (lines().length >= MOST_LINES && !current.line) return complain(weighing, words.too_many_lines);
    const usual = usualOf(product, lines().filter((line) => line !== current.line));
    if ((isFarOff(quantity, usual) || quantity >= 10 * (product.usual_quantity ?? Infinity)) && asked !== quantity) {
      asked = quantity;
      return complain(weighing, say("slip_usual", { value: written(quantity, product), usual: written(usual ?? product.usual_quantity, product) }));
    }
    const { id, name, measure, unit } = product;
    const line = { who: who.mark ? null : who.id, mark: who.mark ?? null, name: who.name, product: { id, name, measure, unit }, quantity };
    const weighed = current;
    const before = weighed.line;
    current = null;
    try {
      await change((kept) => ({
        ...kept,
        product: id,
        lines: before
          ? kept.lines.map((other) => (other.id === before.id ? { ...other, ...line } : other))
          : [...kept.lines, { ...line, id: crypto.randomUUID(), at: Date.now() }],
      }));
    } catch {
      current = weighed;
      return complain(weighing, words.no_store);
    }
    navigator.vibrate?.(20);
    return go("nelayan");
  }

  async function removeLine() {
    const gone = current?.line?.id;
    await change((kept) => ({ ...kept, lines: kept.lines.filter(({ id }) => id !== gone) }));
    go("nelayan");
  }

  async function empty(event) {
    const button = event.currentTarget;
    if (button.dataset.sure) {
      await changeDraft(snapshot().account, () => null);
      draft = null;
      delete button.dataset.sure;
      button.textContent = words.empty;
      return go("");
    }
    button.dataset.sure = "1";
    button.textContent = words.empty_sure;
    return setTimeout(() => { delete button.dataset.sure; button.textContent = words.empty; }, SURE);
  }

  // --- what it costs

  function showPrices() {
    if (!lines().length) return go("nelayan");
    find("[data-error]", pricing).hidden = true;
    find("[data-heaps]", pricing).replaceChildren(...heaps(lines()).map((heap) => {
      const { id } = heap.product;
      const product = productOf(id);
      const made = fill("heap", {
        name: heap.product.name, quantity: written(heap.quantity, heap.product), price: product?.how_much ?? "", hint: product?.price_hint ?? words.no_longer_sold,
        fishers: [...heap.fishers.values()].map(({ name, quantity }) => `${name} ${written(quantity, heap.product)}`).join(", "),
      });
      const [price, photo] = made.querySelectorAll("input");
      Object.assign(price, { id: `f-price-${id}`, name: `price_${id}`, value: draft.prices[id] ?? product?.price ?? "" });
      Object.assign(photo, { id: `f-photo-${id}`, name: `photo_${id}` });
      find("[data-price-label]", made).htmlFor = price.id;
      find(".shoot", made).htmlFor = photo.id;
      find("[data-has-photo]", made).hidden = !draft.photos[id];
      find("[data-drop-photo]", made).addEventListener("click", () => dropPhoto(id, photo));
      return made;
    }));
    pricing.elements.landed.value = draft.landed ?? jakarta(Math.floor(Math.min(...lines().map(({ at }) => at)) / FIVE_MINUTES) * FIVE_MINUTES);
    return null;
  }

  async function keepPhoto(id, field) {
    const photo = await shrink(field.files[0]);
    await change((kept) => ({ ...kept, photos: { ...kept.photos, [id]: photo } }));
    find("[data-has-photo]", field.closest("[data-heap]")).hidden = false;
  }

  async function dropPhoto(id, field) {
    field.value = "";
    await change(({ photos: { [id]: _gone, ...others }, ...kept }) => ({ ...kept, photos: others }));
    find("[data-has-photo]", field.closest("[data-heap]")).hidden = true;
  }

  async function keepTyped({ target }) {
    const [kind, id] = target.name.split("_");
    if (kind === "photo" && target.files[0]) photos = photos.then(() => keepPhoto(id, target));
    if (kind === "price") await change((kept) => ({ ...kept, prices: { ...kept.prices, [id]: target.value } }));
    if (kind === "landed") await change((kept) => ({ ...kept, landed: target.value }));
  }

  async function queueUp() {
    if (isQueueing) return;
    isQueueing = true;
    try {
      await photos;
      await queueWhole();
    } catch {
      complain(pricing, words.no_store);
    } finally {
      isQueueing = false;
    }
  }

  async function queueWhole() {
    const [seen, prices, at] = [JSON.stringify(lines()), {}, fromJakarta(pricing.elements.landed.value)];
    for (const heap of heaps(lines())) {
      const product = productOf(heap.product.id);
      if (!product) return complain(pricing, say("product_gone", { name: heap.product.name }));
      const field = pricing.elements[`price_${product.id}`];
      const price = parseRupiah(field.value);
      if (price === null) return complain(pricing, `${product.name}: ${words.price_required}`, field);
      if (isFarOff(price, product.usual_price) && field.dataset.asked !== String(price)) {
        field.dataset.asked = price;
        return complain(pricing, `${product.name}: ${say("slip_usual", { value: writeRupiah(price, language), usual: writeRupiah(product.usual_price, language) })}`, field);
      }
      prices[product.id] = price;
    }
    if (Number.isNaN(at)) return complain(pricing, words.landed_required, pricing.elements.landed);
    if (Object.values(draft.photos).reduce((sum, photo) => sum + photo.size, 0) > MOST_BYTES) return complain(pricing, words.photos_too_large);
    const account = snapshot().account;
    // Another tab may have gone on weighing: what is sent is what was seen here, or nothing.
    const isQueued = await queueDraft(account, (kept) => (JSON.stringify(kept.lines) === seen ? entryOf(kept, prices, at, account) : null));
    if (!isQueued) {
      await open("harga");
      return complain(pricing, words.changed_elsewhere);
    }
    draft = null;
    navigator.vibrate?.(20);
    go("");
    await refresh();
    return sync();
  }

  function entryOf(kept, prices, at, account) {
    const sums = heaps(kept.lines);
    const wanted = sums.map(({ product }) => product.id).filter((id) => kept.photos[id]);
    return {
      kind: "land", key: kept.key, at, account,
      draft: { ...kept, prices: Object.fromEntries(Object.entries(prices).map(([id, price]) => [id, writeRupiah(price, language)])), refused: null },
      words: say("item_land", { count: countFishers(kept.lines), goods: sums.map(({ product, quantity }) => `${product.name} ${written(quantity, product)}`).join(", ") }),
      fields: fieldsOf(kept, prices),
      photos: Object.fromEntries(wanted.map((id) => [`photo_${id}`, kept.photos[id]])),
    };
  }

  // What waits or was refused is taken up again, whole, to be corrected.
  async function reopen(entry, row) {
    if (entry.account !== snapshot()?.account) return;
    const isOpen = await unlessSending(() => reopenEntry(entry.account, entry.id));
    if (isOpen) {
      await refresh();
      go("nelayan");
    } else {
      find("[data-t=said]", row).textContent = words.finish_first;
    }
  }

  function complain(form, text, field) {
    const error = find("[data-error]", form);
    error.textContent = text;
    error.hidden = false;
    (field ?? error).scrollIntoView({ block: "center" });
    field?.focus({ preventScroll: true });
    return null;
  }
}
