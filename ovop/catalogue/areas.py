"""Where goods come from, no closer than waters or a district: a fisher's ground is nobody's business.  Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """Waters by their name here, with the national fisheries management area (WPP) and FAO's major fishing area."""

    name: str
    wpp: str
    fao: str

    @property
    def words(self) -> str:
        """As it is kept: ``Laut Jawa (WPP 712)``."""
        return f"{self.name} (WPP {self.wpp})"


#: The bay is part of the Java Sea's area.
AREAS = (
    Area("Teluk Banten", "712", "71"),
    Area("Laut Jawa", "712", "71"),
    Area("Selat Sunda", "572", "57"),
)
#: What a description of waters may consist of without saying where exactly.
_COARSE = frozenset(
    "712 572 71 57 wpp wppnri fao area laut selat teluk jawa sunda banten perairan tambak kolam keramba budidaya "
    "kecamatan kec kabupaten kab serang indonesia dan di".split()
)


def coarse_area(text: str | None, district: str) -> str | None:
    """What of `text` says no more than the waters, the regency or this `district`; None when nothing does."""
    typed = " ".join((text or "").split())
    if not typed:
        return None
    allowed = _COARSE | set(_words(district))
    if all(word in allowed for word in _words(typed)):
        return typed
    found = area_of(typed)
    return found.words if found else None


def area_of(text: str | None) -> Area | None:
    """The waters that a description names, by name or by management area."""
    typed = (text or "").casefold()
    named = next((area for area in AREAS if area.name.casefold() in typed), None)
    numbers = set(re.findall(r"\d+", typed)) if "wpp" in typed else set()
    return named or next((area for area in reversed(AREAS) if area.wpp in numbers), None)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
