// Map and list say the same: a tap on a pin chooses its point, the chosen point's pin is filled,
// and a tap beside the pins says "I am here": the page comes back with the nearest points first.
export default function pickOnMap(section) {
  const figure = section.querySelector(".map");
  const svg = figure.querySelector("svg");
  const radios = [...section.querySelectorAll("input[type=radio][name^=point_]")];

  function fill() {
    const chosen = radios.find((radio) => radio.checked)?.value;
    for (const pin of svg.querySelectorAll("[data-pin]")) {
      const on = pin.dataset.pin === chosen ? "-on" : "";
      pin.querySelector("circle").setAttribute("class", `pin${on}`);
      pin.querySelector("text").setAttribute("class", `pin-text${on}`);
    }
  }

  svg.addEventListener("click", (event) => {
    const pin = event.target.closest("[data-pin]");
    const radio = pin && radios.find((candidate) => candidate.value === pin.dataset.pin && !candidate.disabled);
    if (radio) {
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
      radio.focus();
    } else if (!pin) {
      near(event);
    }
  });

  function near(event) {
    const box = svg.getBoundingClientRect();
    const [north, west] = figure.dataset.northWest.split(",").map(Number);
    const [south, east] = figure.dataset.southEast.split(",").map(Number);
    const latitude = north + ((event.clientY - box.top) / box.height) * (south - north);
    const longitude = west + ((event.clientX - box.left) / box.width) * (east - west);
    location.assign(`?near=${latitude.toFixed(5)},${longitude.toFixed(5)}`);
  }

  if (radios.length === 0) return;
  section.addEventListener("change", fill);
  fill();
}
