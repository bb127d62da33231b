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

export const readSnapshot = () => run("kept", "readonly", (store) => store.get("snapshot"));
export const keepSnapshot = (snapshot) => run("kept", "readwrite", (store) => store.put(snapshot, "snapshot"));
export const dropSnapshot = () => run("kept", "readwrite", (store) => store.delete("snapshot"));
export const readQueue = () => run("queue", "readonly", (store) => store.getAll());
export const addEntry = (entry) => run("queue", "readwrite", (store) => store.add(entry));
export const changeEntry = (entry) => run("queue", "readwrite", (store) => store.put(entry));
export const dropEntry = (id) => run("queue", "readwrite", (store) => store.delete(id));
