// Handing over on the field page: whose codes were given, and what is to be paid for all of them.
import { writeRupiah } from "./amounts.js";
import { fits } from "./field-codes.js";

// The orders and codes in what was scanned or typed: [{ number, code }], several where all of a buyer's were scanned at once; null
// for anything else. number is null when only a code was typed.
function readSlips(text) {
  const solid = text.replace(/\s/g, "").toUpperCase();
  if (/^\d{6}$/.test(solid)) return [{ number: null, code: solid }];
  if (!/^(S-\d{4}-[0-9A-Z]{6}\d{6})+$/.test(solid)) return null;
  const slips = solid.matchAll(/(S-\d{4}-[0-9A-Z]{6})(\d{6})/g);
  return [...new Map([...slips].map(([, number, code]) => [number, { number, code }])).values()];
}

// { found: [{ order, code }], failed: [{ number, why }] }, each slip in one of them. expected: the number of the order that is to be
// handed over, if that is known.
export async function findHandings(text, orders, expected, rounds) {
  const [found, failed] = [[], []];
  for (const { number, code } of readSlips(text) ?? [{ number: "", code: "" }]) {
    const wanted = number ?? expected;
    const open = orders.filter((order) => order.status !== "collected" && (!wanted || order.number === wanted));
    let order = null;
    if (code) for (const each of open) if (!order && (await fits(each, code, rounds))) order = each;
    if (order?.status === "ready") found.push({ order, code });
    else failed.push({ number: wanted ?? "", why: order ? "not_weighed" : code && !open.length ? "unknown_order" : "wrong_code" });
  }
  return { found, failed };
}

// One sum for each way to pay, in words.
export function payments(orders, say, language) {
  const sums = { pay_cash: 0, pay_qris: 0, pay_card: 0 };
  for (const { method, total } of orders) sums[{ cash: "pay_cash", qris: "pay_qris" }[method] ?? "pay_card"] += total;
  return Object.entries(sums).filter(([, amount]) => amount).map(([name, amount]) => say(name, { amount: writeRupiah(amount, language) }));
}
