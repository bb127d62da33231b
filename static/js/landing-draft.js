// What was weighed of fishers' landings, as a draft on the phone and as the entry that the market gets.
// A line: { id, who (a fisher's id) or mark (of somebody new), name, product: { id, name, measure, unit }, quantity, at }.

export const emptyDraft = () => ({ key: crypto.randomUUID(), lines: [], product: null, prices: {}, photos: {}, landed: null, refused: null });

export const bringerOf = (line) => line.mark ?? String(line.who);

// Grams or pieces by product, those first weighed first: [{ product, quantity, fishers: Map of name to quantity }].
export function heaps(lines) {
  const found = new Map();
  for (const { product, quantity, ...line } of lines) {
    if (!found.has(product.id)) found.set(product.id, { product, quantity: 0, fishers: new Map() });
    const heap = found.get(product.id);
    heap.quantity += quantity;
    const before = heap.fishers.get(bringerOf(line));
    heap.fishers.set(bringerOf(line), { name: line.name, quantity: (before?.quantity ?? 0) + quantity });
  }
  return [...found.values()];
}

export const countFishers = (lines) => new Set(lines.map(bringerOf)).size;

// What all of it comes to, in words: weights together, pieces by their units.
export function total(lines, written) {
  const sums = new Map();
  for (const { product, quantity } of lines) {
    const name = product.measure === "weight" ? "" : product.unit;
    sums.set(name, { product, quantity: (sums.get(name)?.quantity ?? 0) + quantity });
  }
  return [...sums.values()].map(({ product, quantity }) => written(quantity, product)).join(", ");
}

// What is usual for a line: what one fisher usually brings, else the middle of what was weighed today.
export function usualOf(product, lines) {
  if (product.usual_part) return product.usual_part;
  const today = lines.filter((line) => line.product.id === product.id).map((line) => line.quantity).sort((a, b) => a - b);
  return today.length > 2 ? today[Math.floor(today.length / 2)] : null;
}

// Off by about a hundred or a thousand: a comma that was lost, grams for kilograms.
export function isFarOff(value, usual) {
  return Boolean(usual) && Math.max(value, usual) >= 50 * Math.min(value, usual);
}

// The form fields of the draft; prices: rupiah by product.
export function fieldsOf(draft, prices) {
  const fields = {};
  draft.lines.forEach((line, number) => {
    const row = number + 1;
    fields[`who_${row}`] = line.mark ? `new:${line.mark}` : line.who;
    if (line.mark) fields[`name_${row}`] = line.name;
    fields[`what_${row}`] = line.product.id;
    fields[`amount_${row}`] = line.quantity;
  });
  for (const [product, price] of Object.entries(prices)) fields[`price_${product}`] = price;
  return fields;
}

// Moments as a field of day and time in Jakarta has them.
export const jakarta = (moment) => new Date(moment + 7 * 3_600_000).toISOString().slice(0, 16);
export const fromJakarta = (text) => Date.parse(`${text}:00+07:00`);
