"""What can be said about a product: its form, its species' group, how it was caught, how long it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ovop.kernel.errors import Invalid
from ovop.kernel.quantity import Measure, Unit, unit_fits

LONGEST_NAME = 80
LONGEST_DESCRIPTION = 2000


class Form(StrEnum):
    """What state a product is sold in; the values are the contract's."""

    FRESH = "fresh"
    FROZEN = "frozen"
    DRIED = "dried"
    SALTED = "salted"
    SMOKED = "smoked"
    PROCESSED = "processed"
    LIVE = "live"


class Handling(StrEnum):
    """How a lot is kept from landing to handover; with the form it says how long it stays good."""

    LIVE = "live"
    ICED = "iced"
    UNICED = "uniced"
    CHILLED = "chilled"
    FROZEN = "frozen"
    AMBIENT = "ambient"


#: How goods of each form can be kept, the usual way first.
HANDLINGS: dict[Form, tuple[Handling, ...]] = {
    Form.FRESH: (Handling.ICED, Handling.UNICED),
    Form.FROZEN: (Handling.FROZEN,),
    Form.DRIED: (Handling.AMBIENT, Handling.CHILLED),
    Form.SALTED: (Handling.AMBIENT, Handling.CHILLED),
    Form.SMOKED: (Handling.CHILLED, Handling.AMBIENT, Handling.FROZEN),
    Form.PROCESSED: (Handling.CHILLED, Handling.AMBIENT, Handling.FROZEN),
    Form.LIVE: (Handling.LIVE,),
}


def usual_handling(form: Form) -> Handling:
    """How goods of that form are kept unless somebody says otherwise."""
    return HANDLINGS[form][0]


class Category(StrEnum):
    """What kind of creature a species is, as far as trade and keeping need it."""

    PELAGIC = "pelagic"
    DEMERSAL = "demersal"
    BRACKISH = "brackish"
    FRESHWATER = "freshwater"
    SHRIMP = "shrimp"
    CRAB = "crab"
    LOBSTER = "lobster"
    SQUID = "squid"
    SHELLFISH = "shellfish"
    SEA_CUCUMBER = "sea-cucumber"
    SEAWEED = "seaweed"


class Group(StrEnum):
    """Categories as buyers think of them: what they filter by."""

    FISH = "fish"
    SHRIMP = "shrimp"
    CRAB = "crab"
    SQUID = "squid"
    SHELLFISH = "shellfish"
    SEAWEED = "seaweed"
    OTHER = "other"


GROUPS: dict[Group, tuple[Category, ...]] = {
    Group.FISH: (Category.PELAGIC, Category.DEMERSAL, Category.BRACKISH, Category.FRESHWATER),
    Group.SHRIMP: (Category.SHRIMP,),
    Group.CRAB: (Category.CRAB, Category.LOBSTER),
    Group.SQUID: (Category.SQUID,),
    Group.SHELLFISH: (Category.SHELLFISH,),
    Group.SEAWEED: (Category.SEAWEED,),
    Group.OTHER: (Category.SEA_CUCUMBER,),
}

#: ISSCAAP groups of the FAO list that the reference file calls crustacean, mollusc and other invertebrate.
_FINER = {
    41: Category.SHRIMP,
    42: Category.CRAB,
    43: Category.LOBSTER,
    45: Category.SHRIMP,
    47: Category.SHRIMP,
    53: Category.SHELLFISH,
    54: Category.SHELLFISH,
    55: Category.SHELLFISH,
    56: Category.SHELLFISH,
    57: Category.SQUID,
    76: Category.SEA_CUCUMBER,
}
#: Sits among the freshwater crustaceans and is sold as a lobster.
_CRAYFISH = "CRP"


def category_of(code: str, stated: str, isscaap_group: int) -> Category:
    """The category of a species in the reference file, finer than its `stated` one where trade tells them apart."""
    if code == _CRAYFISH:
        return Category.LOBSTER
    return _FINER.get(isscaap_group) or Category(stated)


def group_of(category: Category) -> Group:
    """The group that buyers look for it in."""
    return next(group for group, members in GROUPS.items() if category in members)


_DAY = 24

#: Hours after landing that the market proposes as best-before; the co-operative decides.  On ice where it is fresh.
_FRESH_HOURS = {
    Category.PELAGIC: 2 * _DAY,  # histamine builds up in mackerels, sardines and tunas
    Category.SHRIMP: 2 * _DAY,
    Category.SQUID: 2 * _DAY,
    Category.SHELLFISH: 2 * _DAY,
    Category.CRAB: 1 * _DAY,
    Category.LOBSTER: 2 * _DAY,
    Category.SEAWEED: 3 * _DAY,
}
_FRESH_OTHERWISE = 4 * _DAY


#: Without ice: fish that form histamine have to be chilled within 6 hours of death where air or water is above 28 °C.
#: Source: FAO Fisheries Technical Paper 444.  What others keep so is a custom of the trade, unchecked.
_UNICED_HOURS, _UNICED_OTHERWISE = {Category.PELAGIC: 6}, 12
#: What was smoked or cooked and stands open at a market.
_AMBIENT_COOKED = 2 * _DAY


def freshness(category: Category, form: Form, handling: Handling | None = None) -> timedelta:
    """How long after landing a lot is best, as first proposed to the co-operative.

    handling: none for the form's usual one.  Sources: the tables above; beyond them customs of the trade, unchecked.
    """
    handling = handling or usual_handling(form)
    match form:
        case Form.DRIED | Form.SALTED:
            hours = 180 * _DAY if category is Category.SEAWEED and form is Form.DRIED else 30 * _DAY
        case Form.SMOKED | Form.PROCESSED if handling is Handling.FROZEN:
            hours = 90 * _DAY
        case Form.SMOKED | Form.PROCESSED if handling is Handling.AMBIENT:
            hours = _AMBIENT_COOKED
        case Form.SMOKED | Form.PROCESSED:
            hours = 7 * _DAY  # chilled: sate bandeng, bandeng presto, pindang
        case Form.FROZEN:
            hours = 90 * _DAY
        case Form.LIVE:
            hours = 1 * _DAY if category is Category.CRAB else 2 * _DAY
        case Form.FRESH if handling is Handling.UNICED:
            hours = _UNICED_HOURS.get(category, _UNICED_OTHERWISE)
        case Form.FRESH:
            hours = _FRESH_HOURS.get(category, _FRESH_OTHERWISE)
    return timedelta(hours=hours)


@dataclass(frozen=True, slots=True)
class Gear:
    """A way of catching or raising: international code, names in both languages."""

    code: str
    name_id: str
    name_en: str


#: ISSCFG abbreviations in use along this coast, and two ways of raising.
GEARS = {
    gear.code: gear
    for gear in (
        Gear("GNS", "Jaring insang tetap", "Set gillnet"),
        Gear("GND", "Jaring insang hanyut", "Drift gillnet"),
        Gear("GTR", "Jaring tiga lapis (trammel)", "Trammel net"),
        Gear("LHP", "Pancing ulur", "Handline"),
        Gear("LLS", "Rawai dasar", "Set longline"),
        Gear("LTL", "Pancing tonda", "Troll line"),
        Gear("FPO", "Bubu", "Pot"),
        Gear("FPN", "Sero", "Guiding barrier trap"),
        Gear("LNP", "Anco", "Portable lift net"),
        Gear("LNB", "Bagan perahu", "Boat lift net"),
        Gear("LNS", "Bagan tancap", "Fixed lift net"),
        Gear("FCN", "Jala jatuh", "Falling net"),
        Gear("SB", "Pukat pantai", "Beach seine"),
        Gear("SV", "Payang", "Boat seine"),
        Gear("PS", "Pukat cincin", "Purse seine"),
        Gear("MAN", "Dipungut dengan tangan", "Gathered by hand"),
        Gear("POND", "Tambak", "Pond"),
        Gear("LINE", "Tali rentang di laut", "Longline farm at sea"),
        Gear("CAGE", "Keramba", "Cage"),
    )
}

#: How regulations measure a creature, as the reference file words it, by the code that pages word again.
ADVICE_MEASURES = {
    "carapace length": "carapace-length",
    "carapace width": "carapace-width",
    "weight per piece": "weight",
    "egg-bearing (berried)": "berried",
    "fishing gear": "gear",
}


class StarFamily(StrEnum):
    """The two programmes that give stars: the industry ministry's, for processed goods, and the co-operatives' one."""

    INDUSTRY = "industry"
    COOPERATIVES = "cooperatives"


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product as a co-operative describes it; checked by `check_product`."""

    name: str
    species: str
    form: Form
    measure: Measure
    unit: Unit
    description: str = ""


def check_product(name: str, measure: Measure, unit: Unit, description: str) -> None:
    """Nothing, when these can be kept.  Raises: Invalid naming each field at fault."""
    errors: dict[str, str] = {}
    if not name.strip():
        errors["name"] = "required"
    elif len(name.strip()) > LONGEST_NAME:
        errors["name"] = "too-long"
    if not unit_fits(measure, unit):
        errors["unit"] = "does-not-fit"
    if len(description) > LONGEST_DESCRIPTION:
        errors["description"] = "too-long"
    if errors:
        raise Invalid(errors)


def check_stars(level: int, issuer: str, year: int, expires_on: date | None) -> None:
    """Nothing, when these are stars that somebody gave.  Raises: Invalid naming each field at fault."""
    errors: dict[str, str] = {}
    if not 1 <= level <= 5:
        errors["level"] = "unknown"
    if not issuer.strip():
        errors["issuer"] = "required"
    elif len(issuer) > 120:
        errors["issuer"] = "too-long"
    if not 2000 <= year <= 2100:
        errors["year"] = "unknown"
    elif expires_on is not None and expires_on.year < year:
        errors["expires_on"] = "does-not-fit"
    if errors:
        raise Invalid(errors)
