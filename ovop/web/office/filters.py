"""What the office's figures can be narrowed to, and what they are narrowed to now."""

from __future__ import annotations

from dataclasses import dataclass

from ovop.catalogue.rules import Form
from ovop.db import reading
from ovop.sales.naming import ScopeNames, choices, names_of
from ovop.sales.queries import Key
from ovop.sales.rules import Group
from ovop.web.goods import form_name
from ovop.web.office.area import Asked
from ovop.web.office.words import name_of


@dataclass(frozen=True, slots=True)
class Filters:
    """Choices as pairs of code and words; chosen: what is narrowed to, with the parameter that says so."""

    districts: list[tuple[str, str]]
    species: list[tuple[str, str]]
    forms: list[tuple[str, str]]
    chosen: list[tuple[str, str]]


def filters(wanted: Asked, names: ScopeNames | None = None) -> Filters:
    """The choices for the pages of `wanted`.  One query, and those of `names_of` where names are not given."""
    found = choices(reading())
    names = names or names_of(reading(), wanted.scope)
    return Filters(
        [(key.code, key.name) for key in found.districts],
        [(key.code, name_of(Group.SPECIES, key)) for key in found.species],
        [(form.value, form_name(form)) for form in Form],
        _chosen(wanted, names),
    )


def _chosen(wanted: Asked, names: ScopeNames) -> list[tuple[str, str]]:
    scope, found = wanted.scope, list[tuple[str, str]]()
    if scope.district:
        found.append((names.district.name if names.district else scope.district, "district"))
    if scope.village:
        found.append((names.village.name if names.village else scope.village, "village"))
    if scope.cooperative_id is not None:
        found.append((names.cooperative.name if names.cooperative else str(scope.cooperative_id), "cooperative"))
    return found + goods_chosen(wanted, names)


def goods_chosen(wanted: Asked, names: ScopeNames) -> list[tuple[str, str]]:
    """What of the goods is looked at."""
    scope, found = wanted.scope, list[tuple[str, str]]()
    if scope.species:
        key = names.species or Key(scope.species, scope.species, scope.species)
        found.append((name_of(Group.SPECIES, key), "species"))
    if scope.form:
        found.append((form_name(scope.form) if scope.form in set(Form) else scope.form, "form"))
    if scope.product_id is not None:
        found.append((names.product.name if names.product else str(scope.product_id), "product"))
    single = {
        Group.FLAGSHIP: None if scope.is_flagship is None else int(scope.is_flagship),
        Group.METHOD: scope.method,
        Group.WEEKDAY: scope.weekday or None,
        Group.HOUR: scope.hour,
    }
    found += [
        (name_of(group, Key(str(value), "", "")), group.value) for group, value in single.items() if value is not None
    ]
    return found
