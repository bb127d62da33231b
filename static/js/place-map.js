// The map that is tapped, without leaving the page: each tap sets the place, comes nearer and asks for the next picture. Without a script the
// picture sends the form. On the section: data-levels (widths in map units), data-chart (address of the picture), data-denied.
const WEST = 105.7, NORTH = -5.775, EAST_PER_DEGREE = 1312.6, SOUTH_PER_DEGREE = 1320;
const WIDTH = 1000, HEIGHT = 760;

export default function placeMap(section) {
  const form = section.closest("form");
  const { latitude, longitude, level } = form.elements;
  const levels = section.dataset.levels.split(",").map(Number);
  const said = section.querySelector("[data-where]");
  const pictures = [...section.querySelectorAll("input[type=image]")];

  for (const picture of pictures) {
    picture.addEventListener("click", (event) => {
      // Enter in a field presses a form's first button, which may be this picture: no tap, no place.
      if (event.detail === 0) return;
      event.preventDefault();
      const box = picture.getBoundingClientRect();
      const view = viewNow();
      const x = view.x + ((event.clientX - box.left) / box.width) * view.width;
      const y = view.y + ((event.clientY - box.top) / box.height) * view.height;
      put(NORTH - y / SOUTH_PER_DEGREE, WEST + x / EAST_PER_DEGREE, Math.min(Number(level.value) + 1, levels.length - 1));
    });
  }

  section.addEventListener("click", (event) => {
    if (!event.target.closest("[data-farther]") || !latitude.value) return;
    event.preventDefault();
    put(Number(latitude.value), Number(longitude.value), Math.max(Number(level.value) - 1, 0));
  });

  const locate = section.querySelector("[data-locate]");
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

  function viewNow() {
    const placed = latitude.value !== "";
    const width = levels[placed ? Number(level.value) : 0];
    const height = (width * 3) / 4;
    const [x, y] = placed ? project() : [WIDTH / 2, HEIGHT / 2];
    return { x: within(x - width / 2, WIDTH - width), y: within(y - height / 2, HEIGHT - height), width, height };
  }

  function put(north, east, near) {
    latitude.value = north.toFixed(6);
    longitude.value = east.toFixed(6);
    level.value = near;
    const { x, y, width, height } = viewNow();
    const shown = [x, y, width, height].map((number) => number.toFixed(2)).join(",");
    const pin = project().map((number) => number.toFixed(1)).join(",");
    for (const picture of pictures) picture.src = `${section.dataset.chart}?view=${shown}&pin=${pin}`;
    said.textContent = `${latitude.value}, ${longitude.value}`;
  }

  function project() {
    return [(Number(longitude.value) - WEST) * EAST_PER_DEGREE, (NORTH - Number(latitude.value)) * SOUTH_PER_DEGREE];
  }
}

function within(value, most) {
  return Math.min(Math.max(value, 0), most);
}
