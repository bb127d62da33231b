// "Near me" as a link: the phone says where it is and the link's page goes straight on from there. Without script, or when
// the phone does not tell, the link leads to that page, where a village or an address can be written.
export default function near(link) {
  if (!navigator.geolocation) return;
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    link.setAttribute("aria-busy", "true");
    const address = new URL(link.href);
    const go = () => { link.removeAttribute("aria-busy"); location.assign(address); };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        address.searchParams.set("lat", coords.latitude.toFixed(4));
        address.searchParams.set("lng", coords.longitude.toFixed(4));
        go();
      },
      go,
      { maximumAge: 600000, timeout: 8000 },
    );
  });
}
