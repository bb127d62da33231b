"""Villages, districts and islands by name, as people type them; needs no network and no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ovop.kernel.geo import Place
from ovop.kernel.words import Lexicon, fold, words_of
from ovop.outside.geocoder import MOST, FoundPlace, PlaceKind
from ovop.villages.files import read

#: Words that say what kind of place is meant, or where everything here lies.
_KINDS = {
    "desa": PlaceKind.VILLAGE,
    "ds": PlaceKind.VILLAGE,
    "kelurahan": PlaceKind.VILLAGE,
    "kampung": PlaceKind.VILLAGE,
    "village": PlaceKind.VILLAGE,
    "kecamatan": PlaceKind.DISTRICT,
    "kec": PlaceKind.DISTRICT,
    "district": PlaceKind.DISTRICT,
    "kota": PlaceKind.CITY,
    "pulau": PlaceKind.ISLAND,
    "island": PlaceKind.ISLAND,
}
_EVERYWHERE = {"kabupaten", "kab", "banten", "indonesia", "di", "jalan", "jl", "raya", "no", "rt", "rw"}


@dataclass(frozen=True, slots=True)
class _Entry:
    code: str
    found: FoundPlace
    name: str
    words: frozenset[str]


class Gazetteer:
    """The regency's places; any order of words, accents and slips of typing are forgiven."""

    def __init__(self) -> None:
        self._entries = list(_entries())
        self._having: dict[str, set[int]] = {}
        for index, entry in enumerate(self._entries):
            for word in entry.words:
                self._having.setdefault(word, set()).add(index)
        self._lexicon = Lexicon(self._having)

    def find(self, text: str, *, with_slips: bool = True) -> list[FoundPlace]:
        """Places that `text` may mean, likeliest first, at most MOST; words that name nothing here are passed over.

        with_slips: also those that it only resembles.
        """
        return [entry.found for entry in self._search(text, with_slips=with_slips)[:MOST]]

    def village_codes(self, text: str) -> list[str]:
        """Codes of all villages that `text` may mean, likeliest first."""
        return [entry.code for entry in self._search(text) if entry.found.kind is PlaceKind.VILLAGE]

    def name_of(self, code: str) -> str | None:
        """The name of the area with that code, if there is one."""
        return next((entry.found.name for entry in self._entries if entry.code == code), None)

    def name_near(self, place: Place) -> str:
        """The village, city or island whose middle is nearest to `place`, without its district."""
        villages = (entry for entry in self._entries if entry.found.kind is not PlaceKind.DISTRICT)
        nearest = min(villages, key=lambda entry: _apart(entry.found.place, place))
        return nearest.found.name.partition(",")[0]

    def _search(self, text: str, *, with_slips: bool = True) -> list[_Entry]:
        typed = words_of(text)
        kinds = {_KINDS[word] for word in typed if word in _KINDS}
        names = [word for word in typed if word not in _KINDS and word not in _EVERYWHERE and len(word) > 1]
        matches = [match for name in names if (match := self._matches(name, with_slips))]
        if len(names) > 1 and (joined := self._matches("".join(names), with_slips)):
            matches = [joined]
        having = Counter(index for match in matches for index in match)
        most = max(having.values(), default=0)
        wanted = " ".join(names)

        def rank(index: int) -> tuple[float, bool, bool, int, str]:
            entry = self._entries[index]
            cost = sum(match.get(index, 2.0) for match in matches)
            return (
                cost - (entry.name == wanted),
                bool(kinds) and entry.found.kind not in kinds,
                entry.found.kind not in (PlaceKind.DISTRICT, PlaceKind.CITY),
                len(entry.words),
                entry.found.name,
            )

        fits = sorted((index for index, count in having.items() if count == most), key=rank)
        return [self._entries[index] for index in fits]

    def _matches(self, typed: str, with_slips: bool) -> dict[int, float]:
        """What it costs each entry to be meant by this word: 0 whole, a little for its beginning, 1 for slips."""
        words = dict.fromkeys(self._lexicon.completions(typed), 0.1)
        if typed in self._lexicon:
            words[typed] = 0.0
        if not words and with_slips:
            words = dict.fromkeys(self._lexicon.meant(typed), 1.0)
        costs: dict[int, float] = {}
        for word, cost in words.items():
            for index in self._having[word]:
                costs[index] = min(cost, costs.get(index, cost))
        return costs


def _apart(a: Place, b: Place) -> float:
    """What orders places by distance, in no unit; good for one regency near the equator."""
    return (a.latitude - b.latitude) ** 2 + (a.longitude - b.longitude) ** 2


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The gazetteer, made once."""
    return Gazetteer()


def _entries() -> Iterator[_Entry]:
    for row in read("districts.csv"):
        place = Place(float(row["label_lat"]), float(row["label_lng"]))
        yield _entry(row["code"], row["district"], "Kecamatan " + row["district"], PlaceKind.DISTRICT, place, "")
    for row in read("cities.csv"):  # of their own, amid the regency: many buyers live there
        place = Place(float(row["latitude"]), float(row["longitude"]))
        yield _entry(row["code"], row["city"], row["city"], PlaceKind.CITY, place, "")
    for row in read("villages.csv"):
        place = Place(float(row["latitude"]), float(row["longitude"]))
        name = f"{row['village']}, {row['district']}"
        yield _entry(row["code"], row["village"], name, PlaceKind.VILLAGE, place, row["district"])
    for row in read("islands.csv"):
        place = Place(float(row["latitude"]), float(row["longitude"]))
        name = f"{row['island']}, {row['district']}"
        yield _entry(row["code"], row["island"].removeprefix("Pulau "), name, PlaceKind.ISLAND, place, row["district"])


def _entry(code: str, own: str, name: str, kind: PlaceKind, place: Place, within: str) -> _Entry:
    folded = fold(own)
    words = {*folded.split(), *fold(within).split(), folded.replace(" ", "")}
    return _Entry(code, FoundPlace(name, kind, place), folded, frozenset(words))
