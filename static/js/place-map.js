// The map that is tapped, without leaving the page: each tap sets the place, comes nearer and asks for the next picture; the pin is dragged, or
// moved by arrow keys in steps of ten metres (with Shift: a hundred). Without a script the picture sends the form.
// On the section: data-levels (widths in map units), data-chart (address of the picture), data-words (address of what is said of a place),
// data-denied.
const WEST = 105.7, NORTH = -5.775, EAST_PER_DEGREE = 1312.6, SOUTH_PER_DEGREE = 1320;
const WIDTH = 1000, HEIGHT = 760;
const STEP = 0.00009, FAST = 10;
const ARROWS = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

export default function placeMap(section) {
  const form = section.closest("form");
  const { latitude, longitude, level } = form.elements;
  const levels = section.dataset.levels.split(",").map(Number);
  const find = (name) => section.querySelector(`[data-${name}]`);
  const [said, degrees, doubt, doubted] = [find("where"), find("degrees"), find("doubt"), find("doubt-words")];
  const pictures = [...section.querySelectorAll("input[type=image]")];
  const pins = [...section.querySelectorAll("[data-pin]")];
  let waiting;

  for (const picture of pictures) {
    picture.addEventListener("click", (event) => {
      // Enter in a field presses a form's first button, which may be this picture: no tap, no place.
      if (event.detail === 0) return;
      event.preventDefault();
      put(...placeAt(picture, event), Math.min(Number(level.value) + 1, levels.length - 1));
    });
  }

  for (const pin of pins) {
    const picture = pin.parentElement.querySelector("input");
    pin.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      pin.focus();
      pin.setPointerCapture(event.pointerId);
    });
    pin.addEventListener("pointermove", (event) => {
      if (!pin.hasPointerCapture(event.pointerId)) return;
      const box = picture.getBoundingClientRect();
      pin.style.left = `${within(event.clientX - box.left, box.width)}px`;
      pin.style.top = `${within(event.clientY - box.top, box.height)}px`;
      pin.dataset.moved = "";
    });
    pin.addEventListener("pointerup", (event) => {
      if (!("moved" in pin.dataset)) {
        put(Number(latitude.value), Number(longitude.value), Math.min(Number(level.value) + 1, levels.length - 1), false);
        return;
      }
      delete pin.dataset.moved;
      put(...placeAt(picture, event), Number(level.value));
    });
    pin.addEventListener("pointercancel", () => {
      delete pin.dataset.moved;
      stand();
    });
    pin.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (!arrow) return;
      event.preventDefault();
      const step = event.shiftKey ? STEP * FAST : STEP;
      put(Number(latitude.value) + arrow[0] * step, Number(longitude.value) + arrow[1] * step, Number(level.value));
    });
  }

  section.addEventListener("click", (event) => {
    if (!event.target.closest("[data-farther]") || !latitude.value) return;
    event.preventDefault();
    put(Number(latitude.value), Number(longitude.value), Math.max(Number(level.value) - 1, 0), false);
  });

  const locate = find("locate");
  if (navigator.geolocation) {
    locate.hidden = false;
    locate.addEventListener("click", () => {
      locate.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          locate.removeAttribute("aria-busy");
          put(coords.latitude, coords.longitude, levels.length - 1);
        },
        () => {
          locate.removeAttribute("aria-busy");
          said.textContent = section.dataset.denied;
        },
        { enableHighAccuracy: true, timeout: 15000 },
      );
    });
  }

  stand();

  function placeAt(picture, event) {
    const box = picture.getBoundingClientRect();
    const view = viewNow();
    const x = view.x + (within(event.clientX - box.left, box.width) / box.width) * view.width;
    const y = view.y + (within(event.clientY - box.top, box.height) / box.height) * view.height;
    return [NORTH - y / SOUTH_PER_DEGREE, WEST + x / EAST_PER_DEGREE];
  }

  function viewNow() {
    const placed = latitude.value !== "";
    const width = levels[placed ? Number(level.value) : 0];
    const height = (width * 3) / 4;
    const [x, y] = placed ? project() : [WIDTH / 2, HEIGHT / 2];
    return { x: within(x - width / 2, WIDTH - width), y: within(y - height / 2, HEIGHT - height), width, height };
  }

  function put(north, east, near, moved = true) {
    latitude.value = north.toFixed(6);
    longitude.value = east.toFixed(6);
    level.value = near;
    const { x, y, width, height } = viewNow();
    const shown = [x, y, width, height].map((number) => number.toFixed(2)).join(",");
    const pin = project().map((number) => number.toFixed(1)).join(",");
    for (const picture of pictures) picture.src = `${section.dataset.chart}?view=${shown}&pin=${pin}`;
    degrees.textContent = `${north.toFixed(5)}, ${east.toFixed(5)}`;
    find("farther").hidden = near === 0;
    stand();
    if (moved) tell();
  }

  // The handle stands on the pin that the picture shows.
  function stand() {
    const view = viewNow();
    const [x, y] = project();
    for (const pin of pins) {
      pin.hidden = latitude.value === "";
      pin.style.left = `${((x - view.x) / view.width) * 100}%`;
      pin.style.top = `${((y - view.y) / view.height) * 100}%`;
    }
  }

  // What is said of the place comes from the server once the pin rests; without signal the degrees have to do.
  function tell() {
    find("sure")?.remove();
    doubt.hidden = true;
    said.textContent = "";
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const at = `${latitude.value},${longitude.value}`;
      try {
        const answer = await fetch(`${section.dataset.words}?at=${at}`);
        const words = answer.ok ? await answer.json() : null;
        if (!words || at !== `${latitude.value},${longitude.value}`) return;
        said.textContent = words.where;
        doubted.textContent = words.doubt;
        doubt.hidden = words.doubt === "";
      } catch {
        // No signal: the form asks when it is sent.
      }
    }, 300);
  }

  function project() {
    return [(Number(longitude.value) - WEST) * EAST_PER_DEGREE, (NORTH - Number(latitude.value)) * SOUTH_PER_DEGREE];
  }
}

function within(value, most) {
  return Math.min(Math.max(value, 0), most);
}
