// "Near me": a tap asks the phone where it is, fills the hidden fields and submits the form of the button.
// On the button (hidden until now): data-latitude and data-longitude name the fields, data-denied holds the words shown when it cannot be known.
export default function geolocate(button) {
  if (!navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const form = button.form ?? button.closest("form");
        form.elements[button.dataset.latitude || "lat"].value = coords.latitude.toFixed(5);
        form.elements[button.dataset.longitude || "lng"].value = coords.longitude.toFixed(5);
        form.requestSubmit();
      },
      () => {
        button.removeAttribute("aria-busy");
        say(button);
      },
      { maximumAge: 600000, timeout: 12000 },
    );
  });
}

function say(button) {
  if (!button.dataset.denied) return;
  let words = document.getElementById("geolocate-denied");
  if (!words) {
    words = document.createElement("p");
    words.id = "geolocate-denied";
    words.className = "hint";
    words.setAttribute("role", "status");
    (button.closest(".chips") ?? button).after(words);
  }
  words.textContent = button.dataset.denied;
}
