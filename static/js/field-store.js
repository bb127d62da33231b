// What the field page keeps on the phone: one snapshot of the market's data, and the queue of what was done, in order.
// The queue's entries are deleted by nobody but the clerk or the market's answer.

let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open("field", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("queue", { keyPath: "id", autoIncrement: true });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

async function run(store, mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const change = database.transaction(store, mode, { durability: "strict" });
    const asked = act(change.objectStore(store));
    change.oncomplete = () => resolve(asked.result);
    change.onerror = change.onabort = () => reject(change.error ?? asked.error);
  });
}

// One change of both stores: all of it or nothing.
async function runBoth(act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const change = database.transaction(["kept", "queue"], "readwrite", { durability: "strict" });
    let result;
    act(change.objectStore("kept"), change.objectStore("queue"), (value) => { result = value; });
    change.oncomplete = () => resolve(result);
    change.onerror = change.onabort = () => reject(change.error);
  });
}

export const readSnapshot = () => run("kept", "readonly", (store) => store.get("snapshot"));
export const keepSnapshot = (snapshot) => run("kept", "readwrite", (store) => store.put(snapshot, "snapshot"));
export const dropSnapshot = () => run("kept", "readwrite", (store) => store.delete("snapshot"));
export const readQueue = () => run("queue", "readonly", (store) => store.getAll());
export const addEntry = (entry) => run("queue", "readwrite", (store) => store.add(entry));
export const changeEntry = (entry) => run("queue", "readwrite", (store) => store.put(entry));
export const dropEntry = (id) => run("queue", "readwrite", (store) => store.delete(id));

// What is being entered of fishers' landings waits in a draft, one for each account, until it goes into the queue whole.
const draftOf = (account) => `landing-${account}`;

export const readDraft = (account) => run("kept", "readonly", (store) => store.get(draftOf(account)));

// The draft is what change(draft) makes of it as it stands now, whichever tab wrote it; null for nothing.
export const changeDraft = (account, change) => runBoth((kept, _queue, answer) => {
  kept.get(draftOf(account)).onsuccess = ({ target }) => {
    const made = change(target.result ?? null);
    if (made) kept.put(made, draftOf(account));
    else kept.delete(draftOf(account));
    answer(made);
  };
});

// The draft has become the entry that make(draft) answers; false where there is none, or make answers null.
export const queueDraft = (account, make) => runBoth((kept, queue, answer) => {
  kept.get(draftOf(account)).onsuccess = ({ target }) => {
    const entry = target.result ? make(target.result) : null;
    answer(Boolean(entry));
    if (!entry) return;
    queue.add(entry);
    kept.delete(draftOf(account));
  };
});

// The entry is a draft again, under its key, with what the market said of it; false while another draft has lines.
export const reopenEntry = (account, id) => runBoth((kept, queue, answer) => {
  const waiting = queue.get(id);
  kept.get(draftOf(account)).onsuccess = ({ target }) => {
    const entry = waiting.result;
    if (!entry || target.result?.lines.length) return answer(false);
    kept.put({ ...entry.draft, key: entry.key, refused: entry.refused ?? null }, draftOf(account));
    queue.delete(id);
    return answer(true);
  };
});
