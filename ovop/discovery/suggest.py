"""What somebody may be about to type: species under any of their names, products, and villages that sell.

All of it is read once and kept until something but stock changes, so that a suggestion costs no query but the stamp's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative
from ovop.catalogue.models import Product, Species
from ovop.db.session import engine_of
from ovop.kernel.words import Lexicon, fold, words_of
from ovop.villages.models import District, Village

#: Suggestions in all, and of one kind.
MOST, MOST_OF_A_KIND = 8, 4


class Kind(StrEnum):
    """What is suggested."""

    SPECIES = "species"
    PRODUCT = "product"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that may be meant.

    key: the species' code, the product's name, the village's code.  name_id, name_en: what it is called.
    aside: the other name under which it was found, or where it is; empty where nothing need be said.
    is_sold: whether some co-operative has it among its products.
    """

    kind: Kind
    key: str
    name_id: str
    name_en: str
    aside: str
    is_sold: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing with every name that it is found by, its own first."""

    kind: Kind
    key: str
    names: tuple[str, ...]
    name_en: str
    where: str
    is_sold: bool
    words: frozenset[str]


class Suggester:
    """Things by their names; order of words, accents and slips of typing are forgiven."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)
        self._lexicon = Lexicon(word for entry in self._entries for word in entry.words)

    def find(self, text: str, most: int = MOST) -> list[Suggestion]:
        """What `text` may become, likeliest first: what is sold before what is not, whole names before parts."""
        typed = words_of(text)
        if not typed:
            return []
        wanted = [self._meant(word) for word in typed]
        found = [entry for entry in self._entries if all(not meant.isdisjoint(entry.words) for meant in wanted)]
        found.sort(key=lambda entry: _rank(entry, " ".join(typed)))
        return [_suggestion(entry, wanted) for entry in _mixed(found, most)]

    def species(self, code: str) -> tuple[str, str] | None:
        """The code of a species with its Indonesian name; None when there is none of that code."""
        found = (entry for entry in self._entries if entry.kind is Kind.SPECIES and entry.key == code)
        return next(((entry.key, entry.names[0]) for entry in found), None)

    def _meant(self, word: str) -> set[str]:
        return set(self._lexicon.completions(word)) or set(self._lexicon.meant(word))


def _rank(entry: Entry, typed: str) -> tuple[bool, bool, bool, int, str]:
    folded = [fold(name) for name in (*entry.names, entry.name_en)]
    is_own = folded[0].startswith(typed)
    is_beginning = any(name.startswith(typed) for name in folded)
    return not entry.is_sold, not is_own, not is_beginning, len(folded[0]), folded[0]


def _mixed(found: list[Entry], most: int) -> list[Entry]:
    """The first ones, none of the kinds crowding out the others."""
    taken: dict[Kind, int] = dict.fromkeys(Kind, 0)
    kept = []
    for entry in found:
        if taken[entry.kind] < MOST_OF_A_KIND:
            taken[entry.kind] += 1
            kept.append(entry)
    return kept[:most]


def _suggestion(entry: Entry, wanted: list[set[str]]) -> Suggestion:
    aside = entry.where
    if entry.kind is Kind.SPECIES:
        aside = _other_name(entry, wanted)
    return Suggestion(entry.kind, entry.key, entry.names[0], entry.name_en, aside, entry.is_sold)


def _other_name(entry: Entry, wanted: list[set[str]]) -> str:
    """The name that holds most of what was typed, unless it is the species' own in either language."""

    def held(name: str) -> int:
        words = set(fold(name).split())
        return sum(not meant.isdisjoint(words) for meant in wanted)

    best = max((*entry.names, entry.name_en), key=held)
    own = max(held(entry.names[0]), held(entry.name_en))
    return best if held(best) > own else ""


_suggesters: WeakKeyDictionary[Engine, tuple[int, Suggester]] = WeakKeyDictionary()


def suggester(session: Session, slow: int) -> Suggester:
    """The market's, read again only when something but stock has changed.  slow: the change stamp's."""
    engine = engine_of(session)
    known = _suggesters.get(engine)
    if known is None or known[0] != slow:
        known = slow, Suggester([*_species(session), *_products(session), *_villages(session)])
        _suggesters[engine] = known
    return known[1]


def _species(session: Session) -> list[Entry]:
    sold = set(session.scalars(_of_sellers(select(Product.species_code)).distinct()))
    rows = session.execute(select(*Species.__table__.columns)).all()
    return [
        _entry(
            Kind.SPECIES,
            row.code,
            [row.name_id, *(name.strip() for name in row.other_names.split(";")), row.scientific_name],
            name_en=row.name_en,
            is_sold=row.code in sold,
        )
        for row in rows
    ]


def _products(session: Session) -> list[Entry]:
    """What products are called beside their species: each name once, however many co-operatives sell it."""
    species = {fold(name) for name in session.scalars(select(Species.name_id))}
    names = {fold(name): name for name in session.scalars(_of_sellers(select(Product.name)).distinct())}
    return [_entry(Kind.PRODUCT, name, [name]) for folded, name in sorted(names.items()) if folded not in species]


def _villages(session: Session) -> list[Entry]:
    selling = select(Cooperative.village_code).where(Cooperative.is_active.is_(True))
    rows = session.execute(
        select(Village.code, Village.name, District.name.label("district"))
        .join(District, District.code == Village.district_code)
        .where(Village.code.in_(selling))
    )
    return [_entry(Kind.VILLAGE, row.code, [row.name], where=row.district, also="desa") for row in rows]


def _of_sellers(products: Select[str]) -> Select[str]:
    return products.join(Cooperative, Cooperative.id == Product.cooperative_id).where(
        Product.is_active.is_(True), Cooperative.is_active.is_(True)
    )


def _entry(
    kind: Kind,
    key: str,
    names: list[str],
    *,
    name_en: str = "",
    where: str = "",
    also: str = "",
    is_sold: bool = True,
) -> Entry:
    given = tuple(name for name in names if name)
    words = frozenset(" ".join(fold(name) for name in (*given, name_en, also)).split())
    joined = {fold(names[0]).replace(" ", "")}
    return Entry(kind, key, given, name_en or given[0], where, is_sold, words | joined)
