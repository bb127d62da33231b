// On phones the route opens in the map app that its owner uses; elsewhere the link leads to a map page.
export default function openRoute(link) {
  if (/android/i.test(navigator.userAgent)) link.href = link.dataset.geo;
}
