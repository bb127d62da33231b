// Photos chosen in a form are seen at once, made small on the phone and sent one by one while the clerk goes on typing. What has
// arrived goes into the form under its seal; what has not stays in the file field and goes along with the form itself.
// On the form: data-photo-upload (address), data-photo-most, data-photo-words, and data-photo-attach where the photos belong to
// something that is there already: each is then added at once.
import { shrink } from "./field-photo.js";

const PATIENCE = 90_000;
const HEIC = /\.hei[cf]$/i;

export default function photos(form) {
  const words = JSON.parse(form.dataset.photoWords);
  const say = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_all, key) => values[key]);
  const fields = [...form.querySelectorAll("input[type=file][name=photo]")];
  const list = form.querySelector("[data-chosen]");
  const model = form.querySelector("[data-chosen-photo]").content.firstElementChild;
  const news = form.querySelector("[data-photo-news]");
  const most = Number(form.dataset.photoMost);
  if (!fields.length || !canCarry()) return;

  let waiting = []; // chosen and not yet arrived, in their order: { item, file, request }
  let sending = Promise.resolve();
  form.classList.add("sends-photos");
  for (const field of fields) field.addEventListener("change", () => choose([...field.files]));
  const early = fields.flatMap((field) => [...field.files]); // chosen while this script was on its way
  if (early.length) choose(early);
  addEventListener("online", () => waiting.filter((photo) => photo.isStuck).forEach(send));
  form.addEventListener("submit", stop);

  function choose(files) {
    const room = most - list.querySelectorAll("[name=kept_photo]").length - waiting.length - shown();
    const taken = files.slice(0, Math.max(0, room)).map((file) => ({ file, item: show(file) }));
    waiting.push(...taken);
    if (files.length > taken.length) tell(null, say("too_many", { most }), { isBad: true });
    carry();
    taken.forEach(send);
  }

  // How many photos the thing has already.
  function shown() {
    return form.hasAttribute("data-photo-attach") ? document.querySelectorAll("[data-photo]").length : 0;
  }

  function show(file) {
    const item = model.cloneNode(true);
    const drop = item.querySelector("[data-drop]");
    drop.setAttribute("aria-label", `${drop.textContent} ${file.name}`);
    item.querySelector("[data-name]").textContent = file.name;
    list.append(item);
    list.hidden = false;
    return item;
  }

  // Seen in the size in which it is sent: a cheap phone has no room for many large ones.
  function picture(photo) {
    const image = photo.item.querySelector("img");
    image.onload = () => {
      URL.revokeObjectURL(image.src);
      image.alt = photo.file.name;
      image.hidden = false;
      photo.item.querySelector("[data-name]").remove();
    };
    image.src = URL.createObjectURL(photo.file);
  }

  // One after the other: a weak signal carries one photo better than three at once.
  function send(photo) {
    photo.isStuck = false;
    photo.item.querySelector("[data-again]").hidden = true;
    photo.item.querySelector("[data-drop]").onclick = () => drop(photo);
    sending = sending.then(() => waiting.includes(photo) && attempt(photo)).catch((error) => stuck(photo, error));
  }

  async function attempt(photo) {
    tell(photo, say("shrinking"));
    if (!photo.isSmall) {
      const small = await shrink(photo.file);
      if (small === photo.file && (HEIC.test(photo.file.name) || /hei[cf]/.test(photo.file.type))) return refuse(photo, say("heic"));
      if (small !== photo.file) photo.file = new File([small], `${photo.file.name.replace(/\.\w+$/, "")}.jpg`, { type: small.type });
      photo.isSmall = true;
      picture(photo);
      carry();
    }
    if (!waiting.includes(photo)) return;
    const { status, answer } = await post(photo);
    if (status === 201) await arrived(photo, answer);
    else if (status === 422) refuse(photo, answer.words);
    else stuck(photo, null, answer?.words);
  }

  function post(photo) {
    const body = new FormData();
    body.append("csrf_token", form.elements.csrf_token.value);
    body.append("photo", photo.file);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest(); // fetch cannot tell how much has gone
      request.open("POST", form.dataset.photoUpload);
      request.responseType = "json";
      request.timeout = PATIENCE;
      request.upload.onprogress = (event) => tell(photo, say("sending", { percent: Math.round((100 * event.loaded) / event.total) }), { isQuiet: true });
      request.onload = () => resolve({ status: request.status, answer: request.response });
      request.onerror = request.ontimeout = request.onabort = reject;
      photo.request = request;
      request.send(body);
    });
  }

  async function arrived(photo, { kept }) {
    const size = Math.max(1, Math.round(photo.file.size / 1000));
    if (form.hasAttribute("data-photo-attach")) {
      const why = await attach(kept);
      if (why) return refuse(photo, why);
      photo.item.remove();
    } else {
      const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "kept_photo", value: kept });
      photo.item.append(hidden);
    }
    waiting = waiting.filter((other) => other !== photo);
    carry();
    tell(photo, say("kept", { size }), { isGood: true });
    list.hidden = !list.children.length;
  }

  // The page that answers holds the new list, or says why the photo cannot be added.
  async function attach(kept) {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, kept_photo: kept });
    const response = await fetch(form.action, { method: "POST", body });
    if (!response.ok && response.status !== 422) throw new Error(response.status);
    const page = await response.text();
    form.dispatchEvent(new CustomEvent("photos-changed", { bubbles: true, detail: page }));
    return response.ok ? "" : new DOMParser().parseFromString(page, "text/html").querySelector("#photo-error")?.textContent.trim();
  }

  // Not a photo that can be taken: it is told why and does not go along; the others are not held up.
  function refuse(photo, why) {
    waiting = waiting.filter((other) => other !== photo);
    carry();
    tell(photo, why, { isBad: true });
  }

  function stuck(photo, _error, why) {
    if (!waiting.includes(photo)) return;
    photo.isStuck = true;
    const again = photo.item.querySelector("[data-again]");
    again.hidden = false;
    again.onclick = () => send(photo);
    tell(photo, why ?? say("waiting"), { isBad: true });
  }

  function drop(photo) {
    waiting = waiting.filter((other) => other !== photo);
    photo.request?.abort();
    const next = photo.item.nextElementSibling ?? photo.item.previousElementSibling;
    photo.item.remove();
    list.hidden = !list.children.length;
    carry();
    (next?.querySelector("[data-drop]") ?? fields[0]).focus();
  }

  // The file field holds what has not arrived: sent without this script's help, nothing is missing.
  function carry() {
    const held = new DataTransfer();
    for (const { file } of waiting) held.items.add(file);
    for (const field of fields) field.value = "";
    fields[0].files = held.files;
  }

  function stop() {
    for (const { request } of waiting) request?.abort();
  }

  function tell(photo, text, { isBad = false, isGood = false, isQuiet = false } = {}) {
    const said = photo?.item.querySelector("[data-said]");
    if (said) {
      said.textContent = text;
      said.classList.toggle("refused", isBad);
      said.classList.toggle("up", isGood);
    }
    if (!isQuiet && (isBad || isGood)) news.textContent = text;
    if (!photo) news.classList.toggle("hide", !isBad);
  }
}

function canCarry() {
  try {
    return new DataTransfer().files.length === 0;
  } catch {
    return false;
  }
}
