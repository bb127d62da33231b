// Finds the order that a pickup code belongs to, without signal: each order carries a salted, stretched hash of its code.

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// The order and the code in what was scanned or typed: { number, code }; number is null when only a code was typed.
export function readSlip(text) {
  const found = text.trim().match(/^(?:(S-\d{4}-[0-9A-Z]{6})\s+)?(\d{3})\s?(\d{3})$/i);
  return found && { number: found[1]?.toUpperCase() ?? null, code: found[2] + found[3] };
}

export async function fits(order, code, rounds) {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(code), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt: bytes(order.salt), iterations: rounds }, key, 256);
  return hex(bits) === order.check;
}
