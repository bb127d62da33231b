"""What is said of fishers' landings: what was sold, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from ovop.catalogue.queries import get_product
from ovop.kernel.errors import NotFound
from ovop.shares.landing_rules import Heap, Line, Newcomer
from ovop.shares.queries import fishers_by_id
from ovop.web.cooperative.tiles import Tile
from ovop.web.formats import quantity
from ovop.web.refusals import reason

#: Fields whose names end in a product's id.
_OF_A_PRODUCT = ("product", "quantity", "unit_price", "price", "photo", "landed_at", "best_before")


def sold_words(heaps: Iterable[Heap], tiles: Mapping[int, Tile]) -> str:
    """What went on sale, and of how many fishers."""
    heaps = list(heaps)
    told = [
        f"{tile.name} {quantity(heap.quantity, tile.measure, tile.unit)}"
        for heap in heaps
        if (tile := tiles.get(heap.product_id))
    ]
    return ngettext(
        "%(goods)s dari %(num)s nelayan sudah dijual.",
        "%(goods)s dari %(num)s nelayan sudah dijual.",
        len({bringer for heap in heaps for bringer in heap.parts}),
        goods=", ".join(told),
    )


class Complaints:
    """What stands against a landing, in words that name fishers and products."""

    def __init__(self, session: Session, cooperative_id: int, lines: Iterable[Line]) -> None:
        self._session, self._cooperative_id = session, cooperative_id
        self._fishers = fishers_by_id(session, cooperative_id)
        self._newcomers = {
            line.bringer.identity: line.bringer.name for line in lines if isinstance(line.bringer, Newcomer)
        }

    def all(self, errors: Mapping[str, str]) -> str:
        """Every reason once, by whom or what it is about."""
        return " ".join(dict.fromkeys(self.words(field, code) for field, code in errors.items()))

    def words(self, field: str, code: str) -> str:
        """One reason.  field: as `land` or the form names it."""
        kind, _blank, about = field.rpartition("_")
        if kind == "fisher" and code == "fisher-retired":
            name = self._fishers[int(about)].name
            return _("%(name)s tidak aktif lagi di daftar nelayan. Aktifkan dulu, atau pilih yang lain.", name=name)
        if field.startswith("newcomer_") and code == "name-taken":
            name = self._newcomers.get(field.removeprefix("newcomer_"), "")
            return _("%(name)s sudah ada di daftar nelayan. Orang yang sama?", name=name)
        product = self._product(about) if kind in _OF_A_PRODUCT and about.isdecimal() else None
        if product and kind == "product":
            return _("%(name)s tidak dijual lagi. Pilih produk lain, atau aktifkan lagi di Produk.", name=product)
        return f"{product}: {reason(code)}" if product else reason(code)

    def _product(self, about: str) -> str | None:
        try:
            product = get_product(self._session, int(about))
        except NotFound:
            return None
        return product.name if product.cooperative_id == self._cooperative_id else None
