// The market's arithmetic in the page: the same integers as ovop.kernel.money and ovop.kernel.quantity.
// The server has the last word; this only shows beforehand what it will say.
import { spoken } from "./spoken.js";

const STEP = 100n;

function rounded(numerator, denominator) {
  return ((2n * numerator + STEP * denominator) / (2n * STEP * denominator)) * STEP;
}

// Rupiah of one line, nearest 100, halves up. quantity: grams for weight, pieces for count.
export function lineAmount(unitPrice, quantity, measure) {
  return Number(rounded(BigInt(unitPrice) * BigInt(quantity), measure === "weight" ? 1000n : 1n));
}

// What the line may cost at most: its amount at estimate + 10 %; counted goods grow by whole pieces only.
export function maximumAmount(unitPrice, quantity, measure) {
  if (measure === "count") return lineAmount(unitPrice, Math.floor((quantity * 11) / 10), measure);
  return Number(rounded(BigInt(unitPrice) * BigInt(quantity) * 11n, 10000n));
}

// Rupiah per unit in a line of `quantity`: what is asked, or the lowest of the breaks that it reaches.
export function priceFor(unitPrice, breaks, quantity) {
  return Math.min(unitPrice, ...breaks.filter(([least]) => least <= quantity).map(([, price]) => price));
}

// A price less so many per cent, to the nearest 500 rupiah from 10.000 on, else 100; halves up.
export function loweredPrice(price, percent) {
  const unit = price >= 10000 ? 500 : 100;
  return Math.floor((2 * price * (100 - percent) + 100 * unit) / (200 * unit)) * unit;
}

const SCALES = { kg: 1000, kilo: 1000, kilogram: 1000, ons: 100, g: 1, gr: 1, gram: 1, "g.": 1 };

// Grams meant by what was typed, or null. Indonesian: comma for decimals, dot for thousands, a dot before one or two last digits
// is a decimal; English the other way round.
export function parseWeight(typed, language = "id") {
  const found = spoken(typed.trim(), language).match(/^([0-9][0-9.,\s]*)(kg|kilo|kilogram|ons|gr?|gram|g\.)?$/i);
  if (!found) return null;
  const number = found[1].replace(/\s/g, "");
  const [thousands, comma] = language === "en" ? [",", "."] : [".", ","];
  let [whole, decimals = "", ...rest] = number.split(comma);
  if (rest.length) return null;
  if (language !== "en" && !number.includes(comma) && /^[0-9]+\.[0-9]{1,2}$/.test(number)) [whole, decimals] = number.split(".");
  if (decimals.includes(thousands) || decimals.length > 6) return null;
  if (whole.includes(thousands) && !new RegExp(`^[0-9]{1,3}(\\${thousands}[0-9]{3})+$`).test(whole)) return null;
  whole = whole.replaceAll(thousands, "");
  if (!whole || whole.length > 12) return null;
  const numerator = BigInt(whole + decimals) * BigInt(SCALES[(found[2] || "kg").toLowerCase()]);
  const divisor = 10n ** BigInt(decimals.length);
  if (numerator % divisor) return null;
  return within(Number(numerator / divisor));
}

// Whole pieces meant by what was typed, or null.
export function parseCount(typed) {
  const text = spoken(typed.trim()).replace(/(?<=[0-9])\s*(ekor|buah|bungkus|tusuk|biji|pak|pcs)$/i, "");
  if (!/^([0-9]+|[0-9]{1,3}([.,][0-9]{3})+)$/.test(text)) return null;
  return within(Number(text.replace(/[.,]/g, "")));
}

// Rupiah meant by what was typed, or null.
export function parseRupiah(typed) {
  const bare = typed.trim().replace(/^(rp|idr)\.?\s*|\s*rupiah$/gi, "");
  let text = spoken(bare.trim());
  const thousand = text.match(/^([0-9]{1,6})\s*(rb|ribu|k)$/i);
  if (thousand) return priceWithin(Number(thousand[1]) * 1000);
  text = text.replace(/[.,](00|-)$/, "");
  if (!/^([0-9]{1,12}|[0-9]{1,3}([.,\s][0-9]{3})+)$/.test(text)) return null;
  return priceWithin(Number(text.replace(/\D/g, "")));
}

export function parseQuantity(typed, measure, language) {
  return measure === "weight" ? parseWeight(typed, language) : parseCount(typed);
}

function within(quantity) {
  return quantity >= 1 && quantity <= 100000000 ? quantity : null;
}

const priceWithin = within; // the largest price and the largest quantity are the same number

// 45.000 or 45,000; at most three decimals, none that are zero.
export function writeNumber(value, language = "id") {
  return new Intl.NumberFormat(language === "en" ? "en-GB" : "id-ID", { maximumFractionDigits: 3 }).format(value);
}

export function writeRupiah(amount, language) {
  return `Rp\u00a0${writeNumber(amount, language)}`;
}

// 750 g below a kilogram, 1,48 kg from there on; pieces as a bare number.
export function writeQuantity(quantity, measure, language) {
  if (measure !== "weight") return writeNumber(quantity, language);
  return quantity < 1000 ? `${quantity} g` : `${writeNumber(quantity / 1000, language)} kg`;
}
