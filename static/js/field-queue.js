// Sends the queue, oldest first, one entry at a time and from one tab only. The market takes each key once, so an entry whose answer
// was lost is simply sent again. What the market refuses stays, with its words, until the clerk has seen it.
import { changeEntry, dropEntry, readQueue } from "./field-store.js";

const PATIENCE = 30_000;
const BYTES_PER_MILLISECOND = 8; // a signal so weak still carries photos

// Answers how it ended: "done" (nothing waits), "offline", "busy", "sign-in". addresses: by kind. token(): the present CSRF token,
// asked anew when the market no longer takes the last one. sent(entry, words) is told of each that arrived.
export async function send({ addresses, account, token, sent }) {
  if (!navigator.locks) return pass({ addresses, account, token, sent });
  return navigator.locks.request("field-queue", { ifAvailable: true }, (lock) =>
    lock ? pass({ addresses, account, token, sent }) : "busy");
}

// What act answers, or false while the queue is being sent.
export async function unlessSending(act) {
  if (!navigator.locks) return act();
  return navigator.locks.request("field-queue", { ifAvailable: true }, (lock) => (lock ? act() : false));
}

async function pass({ addresses, account, token, sent }) {
  for (const entry of await readQueue()) {
    if (entry.refused || entry.account !== account) continue;
    let answer = await post(addresses[entry.kind], entry, await token());
    if (answer.is === "stale") answer = await post(addresses[entry.kind], entry, await token({ anew: true }));
    if (answer.is === "stale") return "busy";
    if (answer.is === "done") {
      await dropEntry(entry.id);
      sent(entry, answer.words);
    } else if (answer.is === "refused") {
      await changeEntry({ ...entry, refused: answer.words });
    } else {
      return answer.is;
    }
  }
  return "done";
}

async function post(address, entry, token) {
  if (token === null) return { is: navigator.onLine ? "sign-in" : "offline" };
  const body = new FormData();
  for (const [name, value] of Object.entries(entry.fields)) body.append(name, value);
  body.append("key", entry.key);
  body.append("age", Math.max(0, Math.round((Date.now() - entry.at) / 1000)));
  const photos = { ...entry.photos, ...(entry.photo && { photo: entry.photo }) };
  for (const [name, photo] of Object.entries(photos)) body.append(name, photo, "photo.jpg");
  const bytes = Object.values(photos).reduce((sum, photo) => sum + photo.size, 0);
  let response;
  try {
    response = await fetch(address, {
      method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE + bytes / BYTES_PER_MILLISECOND),
    });
  } catch {
    return { is: "offline" };
  }
  if (response.type === "opaqueredirect" || response.status === 401) return { is: "sign-in" };
  if (response.status === 400) return { is: "stale" };
  const { outcome, words } = await response.json().catch(() => ({}));
  return outcome ? { is: outcome, words } : { is: "busy" };
}
