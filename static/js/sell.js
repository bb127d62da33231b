// The selling form follows the product that was tapped: its unit, its last price, how long it keeps; the bar below repeats what will be sold.
// On the form: data-products (by id: words and values), data-language, data-until ("Dijual sampai {when}").
import { loweredPrice, parseQuantity, parseRupiah, writeQuantity, writeRupiah } from "./amounts.js";

export default function sell(form) {
  const products = JSON.parse(form.dataset.products);
  const { language } = form.dataset;
  const fields = form.elements;
  let product = products[fields.price_for.value] ?? products[fields.product.value] ?? null;

  const label = (name) => form.querySelector(`label[for=${name}]`);
  const put = (selector, text) => { const found = form.querySelector(selector); if (found && text !== undefined) found.textContent = text; };

  form.addEventListener("change", (event) => {
    if (event.target.name === "product") follow(products[event.target.value]);
  });
  form.addEventListener("input", refresh);
  // Somebody was quicker than the script: the form still speaks of another product than the one that is chosen.
  const chosen = products[fields.product.value];
  if (chosen && chosen !== product) follow(chosen);
  else refresh();

  function follow(chosen) {
    const before = product;
    product = chosen;
    fields.price_for.value = fields.product.value;
    label("quantity").textContent = chosen.how_many;
    label("unit_price").textContent = chosen.how_much;
    fields.quantity.inputMode = chosen.measure === "weight" ? "decimal" : "numeric";
    put("[data-sell-name]", chosen.name);
    Object.assign(fields.quantity.closest("[data-step]").dataset, { measure: chosen.measure, step: chosen.step, usual: chosen.usual ?? "" });
    fields.unit_price.closest("[data-step]").dataset.step = chosen.price_step;
    put("#unit_price-hint", chosen.price_hint);
    put("#when legend, fieldset:has([name=when]) legend", chosen.when);
    // What somebody typed stays; what stood there from the last product goes with it.
    for (const [name, key] of [["unit_price", "price"], ["gear", "gear"], ["fishing_area", "fishing_area"], ["grade", "grade"]]) {
      if (!before || fields[name].value === before[key] || !fields[name].value) fields[name].value = chosen[key];
    }
    offerGrades(chosen);
    fields.handling.replaceChildren(...chosen.handlings.map(([value, words]) => new Option(words, value)));
    const keeps = form.querySelector("[data-keeps]");
    keeps.parentElement.lastChild.textContent = keeps.dataset.keeps.replace("{days}", chosen.keeps);
    refresh();
    if (!fields.quantity.value) fields.quantity.focus();
  }

  // The sizes that the product usually comes in, the last one chosen.
  function offerGrades({ grades, grade }) {
    const box = form.querySelector("[data-grades]");
    box.hidden = !grades.length;
    box.querySelector(".chips").replaceChildren(...grades.map((each) => {
      const chip = box.querySelector("template").content.firstElementChild.cloneNode(true);
      Object.assign(chip.firstElementChild, { value: each, checked: each === grade });
      chip.append(each);
      return chip;
    }));
    if (grades.includes(fields.grade.value)) fields.grade.value = "";
  }

  function refresh() {
    if (!product) return;
    const quantity = parseQuantity(fields.quantity.value, product.measure, language);
    const amount = quantity === null ? "" : `${writeQuantity(quantity, product.measure, language)}${product.measure === "weight" ? "" : ` ${product.unit}`} `;
    put("[data-sell-title]", amount + (amount ? product.name.toLowerCase() : product.name));
    put("[data-sell-note]", fields.unit_price.value ? `${fields.unit_price.value} ${product.per_unit}` : "");
    sayBreaks();
    const until = bestBefore();
    if (until) put("span[data-until]", form.dataset.until.replace("{when}", written(until)));
  }

  // What whoever orders much will pay at this price.
  function sayBreaks() {
    const line = form.querySelector("[data-wholesale]");
    const price = parseRupiah(fields.unit_price.value);
    const paid = parseRupiah(fields.landing_price.value) ?? 1;
    const said = [];
    let standing = price ?? 0;
    for (const [quantity, percent] of product.breaks) {
      const lower = Math.max(loweredPrice(price ?? 0, percent), paid);
      if (price === null || lower >= standing) continue;
      standing = lower;
      const amount = writeQuantity(quantity, product.measure, language) + (product.measure === "weight" ? "" : ` ${product.unit}`);
      said.push(line.dataset.wholesale.replace("{quantity}", amount).replace("{price}", writeRupiah(lower, language)));
    }
    line.hidden = !said.length;
    line.lastElementChild.textContent = said.join(", ");
  }

  // The day and hour in Jakarta up to which the lot will be sold, in milliseconds as if Jakarta were UTC.
  function bestBefore() {
    if (fields.keep.value === "other") return fields.best_before.value ? Date.parse(`${fields.best_before.value}Z`) : null;
    const when = fields.when.value;
    const landed = when === "other" ? Date.parse(`${fields.landed_at.value}Z`) : Date.now() + 7 * 3600e3 - (when === "2" ? 2 : 0) * 3600e3;
    return Number.isNaN(landed) ? null : landed + (product.handlings.find(([value]) => value === fields.handling.value)?.[2] ?? product.hours) * 3600e3;
  }

  function written(moment) {
    const parts = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "id-ID", {
      weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC",
    }).formatToParts(moment).reduce((found, part) => ({ ...found, [part.type]: part.value }), {});
    return `${parts.weekday} ${parts.day} ${parts.month} ${parts.hour}${language === "en" ? ":" : "."}${parts.minute} WIB`;
  }
}
