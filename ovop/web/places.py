"""The places of each area: what the top bar and the bottom bar offer, and what stands at the foot of every page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Place:
    """A place to go to: its key is what pages name as `place` to mark it as the one they belong to."""

    key: str
    endpoint: str
    label: LazyString
    icon: str
    in_bottom_bar: bool = True

    @property
    def url(self) -> str:
        return url_for(self.endpoint)


PLACES: dict[str, tuple[Place, ...]] = {
    "shop": (
        Place("market", "shop.catalogue", _l("Pasar"), "fish"),
        Place("villages", "shop.villages", _l("Desa"), "house"),
        Place("orders", "shop.orders", _l("Pesanan"), "receipt"),
        Place("account", "account.home", _l("Akun"), "user"),
    ),
    "cooperative": (
        Place("today", "cooperative.today", _l("Hari ini"), "clock"),
        Place("sell", "cooperative.sell", _l("Jual"), "plus-circle"),
        Place("stock", "cooperative.stock", _l("Stok"), "box"),
        Place("money", "cooperative.money", _l("Uang"), "cash"),
    ),
    "office": (
        Place("summary", "office.summary", _l("Ringkasan"), "chart"),
        Place("sales", "office.sales", _l("Penjualan"), "table"),
        Place("money", "office.settlements", _l("Uang"), "cash", in_bottom_bar=False),
        Place("villages", "office.villages", _l("Desa"), "house"),
        Place("account", "account.home", _l("Akun"), "user"),
    ),
}

FOOT: tuple[Place, ...] = (
    Place("prices", "shop.prices", _l("Harga ikan"), "chart"),
    Place("open_data", "shop.open_data", _l("Data terbuka"), "download"),
    Place("attribution", "shop.attribution", _l("Atribusi foto dan peta"), "picture"),
    Place("docs", "api_v1.show_docs", _l("Untuk pengembang"), "list"),
)

HOME = {"shop": "shop.catalogue", "cooperative": "cooperative.today", "office": "office.summary"}


def _present(places: tuple[Place, ...]) -> list[Place]:
    """Those that this application has: the pattern page also runs in applications without the other areas."""
    return [place for place in places if place.endpoint in current_app.view_functions]


def places_of(area: str) -> list[Place]:
    """The places of an area, in the order of the bar; none for a plain page."""
    return _present(PLACES.get(area, ()))


def foot_places() -> list[Place]:
    """The links at the foot."""
    return _present(FOOT)


def home_url(area: str) -> str:
    """Where the market's name leads from an area."""
    endpoint = HOME.get(area, HOME["shop"])
    return url_for(endpoint) if endpoint in current_app.view_functions else request.script_root + "/"


def register(app: Flask) -> None:
    """Templates have `places_of`, `foot_places` and `home_url`."""
    app.jinja_env.globals.update(places_of=places_of, foot_places=foot_places, home_url=home_url)
