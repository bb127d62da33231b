"""Products, the flagships among them and their stars; loading the species that they are made of."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ovop.accounts.models import Cooperative, Role
from ovop.accounts.rules import Actor, cooperative_of, require_member, require_role
from ovop.catalogue import rules
from ovop.catalogue.events import BreaksChanged, ProductChanged
from ovop.catalogue.labels import Allergen, Label, check_label
from ovop.catalogue.models import Flagship, Product, SizeAdvice, Species, Stars
from ovop.catalogue.price_breaks import PriceBreak, as_text, check_breaks
from ovop.catalogue.rules import Form, NewProduct, StarFamily
from ovop.db.reference import bring_in
from ovop.kernel.days import day_of
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.events import announce
from ovop.kernel.quantity import Measure, Unit
from ovop.undo.facts import columns_of, put_back
from ovop.undo.operations import Facts, note
from ovop.undo.rules import Deed

NO_LABEL = Label()
DATA = Path(__file__).parent / "data"


def load_species(session: Session) -> int:
    """Species and what is advised about their size are as in the shipped files; answers how many rows changed.

    Advice is what is in force and, where no text in force was found, the newest known number; history is left out.
    """
    species = [_species(row, _further_names()) for row in _read("species.csv")]
    return bring_in(session, Species, species) + bring_in(session, SizeAdvice, _advice())


def add_product(
    session: Session,
    new: NewProduct,
    actor: Actor | None,
    now: datetime,
    label: Label = NO_LABEL,
    price_breaks: Sequence[PriceBreak] = (),
) -> int:
    """The actor's co-operative sells a further product with this label, cheaper to who orders much; answers its id.

    Raises: Invalid naming the field at fault; Forbidden.
    """
    cooperative_id = cooperative_of(actor)
    rules.check_product(new.name, new.measure, new.unit, new.description)
    check_label(label, new.measure, day_of(now))
    check_breaks(price_breaks)
    _check_species(session, new.species)
    product = Product(
        cooperative_id=cooperative_id,
        species_code=new.species,
        name=" ".join(new.name.split()),
        form=new.form,
        measure=new.measure,
        unit=new.unit,
        description=new.description.strip(),
        is_active=True,
        created_at=now,
        price_breaks=as_text(price_breaks),
        **_columns(label),
    )
    session.add(product)
    session.flush()
    announce(session, ProductChanged(product.id))
    return product.id


def change_product(
    session: Session,
    product_id: int,
    actor: Actor,
    now: datetime,
    *,
    name: str | None = None,
    description: str | None = None,
    is_active: bool | None = None,
    label: Label | None = None,
    price_breaks: Sequence[PriceBreak] | None = None,
) -> bool:
    """The product has what was given; lots already listed keep the name they were listed under.

    Price breaks hold at once for what is on sale; what was ordered before keeps its price.  Species, form and measure
    never change: another kind of goods is another product.  Answers whether that changed anything.
    Raises: Invalid; NotFound for no such product or another co-operative's; Forbidden.
    """
    product = lock_own_product(session, product_id, actor)
    name = product.name if name is None else " ".join(name.split())
    description = product.description if description is None else description.strip()
    rules.check_product(name, Measure(product.measure), Unit(product.unit), description)
    wanted: dict[str, object] = {"name": name, "description": description}
    if label is not None:
        check_label(label, Measure(product.measure), day_of(now))
        wanted |= _columns(label)
    if price_breaks is not None:
        check_breaks(price_breaks)
        wanted["price_breaks"] = as_text(price_breaks)
    if is_active is not None:
        wanted["is_active"] = is_active
    before = columns_of(product, wanted)
    for column, value in wanted.items():
        setattr(product, column, value)
    session.flush()
    after = columns_of(product, wanted)
    if after == before:
        return False
    deed = Deed.PRODUCT_CHANGED
    if is_active is not None:
        deed = Deed.PRODUCT_REVIVED if is_active else Deed.PRODUCT_RETIRED
    note(session, deed, product_id, {"name": name, "before": before, "after": after}, actor, now)
    announce(session, ProductChanged(product_id))
    if after.get("price_breaks") != before.get("price_breaks"):
        announce(session, BreaksChanged(product_id, actor.id, now))
    return True


def unchange_product(session: Session, product_id: int, facts: Facts, actor: Actor, now: datetime) -> None:
    """What was changed of the product is as before.  Raises: ChangedSince, NotFound, Forbidden."""
    product = lock_own_product(session, product_id, actor)
    put_back(product, facts["before"], facts["after"])
    session.flush()
    announce(session, ProductChanged(product_id))
    if facts["after"].get("price_breaks") != facts["before"].get("price_breaks"):
        announce(session, BreaksChanged(product_id, actor.id, now))


def lock_own_product(session: Session, product_id: int, actor: Actor | None) -> Product:
    """The product, locked, when it is of `actor`'s co-operative.  Raises: NotFound, Forbidden."""
    product = session.get(Product, product_id, with_for_update=True)
    if product is None:
        raise NotFound()
    require_member(actor, product.cooperative_id)
    return product


def set_flagship(
    session: Session,
    village_code: str,
    product_id: int,
    actor: Actor | None,
    now: datetime,
    *,
    decided_on: date,
    decision_number: str = "",
) -> int:
    """The village stands for this product from `decided_on` on, and no longer for the one before; the flagship's id.

    The office decides, or the co-operative that sells the product.  Naming the one in force again changes nothing.
    Raises: Invalid (product, decided_on, decision_number); Forbidden; NotFound for another co-operative's product.
    """
    product = session.execute(
        select(Product.cooperative_id, Cooperative.village_code)
        .join(Cooperative, Cooperative.id == Product.cooperative_id)
        .where(Product.id == product_id)
    ).one_or_none()
    if product is None or product.village_code != village_code:
        raise Invalid({"product": "unknown"})
    if require_role(actor, Role.OFFICE, Role.COOPERATIVE).role is Role.COOPERATIVE:
        require_member(actor, product.cooperative_id)
    if len(decision_number) > 80:
        raise Invalid({"decision_number": "too-long"})
    former = session.scalars(
        select(Flagship).where(Flagship.village_code == village_code, Flagship.ended_on.is_(None)).with_for_update()
    ).one_or_none()
    if former is not None and former.product_id == product_id:
        return former.id
    if decided_on > day_of(now) or (former is not None and decided_on < former.decided_on):
        raise Invalid({"decided_on": "does-not-fit"})
    if former is not None:
        former.ended_on = decided_on
        session.flush()
    return session.execute(
        insert(Flagship)
        .values(
            village_code=village_code,
            product_id=product_id,
            decided_on=decided_on,
            decision_number=decision_number.strip(),
        )
        .returning(Flagship.id)
    ).scalar_one()


def give_stars(
    session: Session,
    product_id: int,
    actor: Actor | None,
    *,
    level: int,
    issuer: str,
    year: int,
    expires_on: date | None = None,
    decision_number: str = "",
    family: StarFamily | None = None,
) -> int:
    """The product has these stars, beside those it was given before; their id.  Only the office may record them.

    Raises: Invalid naming each field at fault; NotFound; Forbidden.
    """
    require_role(actor, Role.OFFICE)
    rules.check_stars(level, issuer, year, expires_on)
    if len(decision_number) > 80:
        raise Invalid({"decision_number": "too-long"})
    product = session.get(Product, product_id)
    if product is None:
        raise NotFound()
    if family is StarFamily.INDUSTRY and product.form != Form.PROCESSED:
        raise Invalid({"family": "only-processed"})
    return session.execute(
        insert(Stars)
        .values(
            product_id=product_id,
            level=level,
            issuer=issuer.strip(),
            year=year,
            expires_on=expires_on,
            decision_number=decision_number.strip(),
            family=family.value if family else "",
        )
        .returning(Stars.id)
    ).scalar_one()


def withdraw_stars(session: Session, stars_id: int, on: date, reason: str, actor: Actor | None, now: datetime) -> None:
    """The stars count no more from `on` on; that they were given, and why they were taken back, stays.

    Raises: Invalid (withdrawn_on, withdrawn_reason); NotFound; Forbidden.
    """
    require_role(actor, Role.OFFICE)
    stars = session.get(Stars, stars_id, with_for_update=True)
    if stars is None:
        raise NotFound()
    reason = " ".join(reason.split())
    if not reason or len(reason) > 300:
        raise Invalid({"withdrawn_reason": "too-long" if reason else "required"})
    if on > day_of(now) or on.year < stars.year:
        raise Invalid({"withdrawn_on": "does-not-fit"})
    if stars.withdrawn_on is None:
        stars.withdrawn_on, stars.withdrawn_reason = on, reason
        session.flush()


def _columns(label: Label) -> dict[str, object]:
    """The label as the product's columns hold it."""
    return {
        "storage": label.storage.value if label.storage else None,
        "keep_at": label.keep_at,
        "ingredients": label.ingredients.strip(),
        "allergens": " ".join(allergen for allergen in Allergen if allergen in label.allergens),
        "net_grams": label.net_grams,
        "grades": "\n".join(label.grades),
        **{
            column: value
            for name, permit in (("pirt", label.pirt), ("halal", label.halal))
            for column, value in (
                (name, permit.number if permit else ""),
                (f"{name}_until", permit.until if permit else None),
            )
        },
    }


def _check_species(session: Session, code: str) -> None:
    if session.get(Species, code) is None:
        raise Invalid({"species": "unknown"})


@lru_cache(maxsize=1)
def _further_names() -> dict[str, list[str]]:
    """What else species are called, here and elsewhere, by code; each name with its source in the shipped file."""
    names: dict[str, list[str]] = {}
    for row in _read("names.csv"):
        names.setdefault(row["asfis_3alpha"], []).append(row["name"])
    return names


def _species(row: dict[str, str], further: dict[str, list[str]]) -> dict[str, object]:
    code = row["asfis_3alpha"]
    given = [name.strip() for name in row["other_indonesian_names"].split(";") if name.strip()]
    return {
        "code": code,
        "scientific_name": row["scientific_name"],
        "name_id": row["indonesian_name"],
        "name_en": row["english_name"],
        "other_names": "; ".join(dict.fromkeys([*given, *further.get(code, ())])),
        "category": rules.category_of(code, row["category"], int(row["isscaap_group"])).value,
        "habitat": row["habitat"],
    }


def _advice() -> Iterator[dict[str, object]]:
    for row in _read("rules.csv"):
        if "(history)" in row["status"] or row["purpose"] == "aquaculture":
            continue
        for code in row["asfis_codes"].split(";"):
            yield {
                "rule_id": row["rule_id"],
                "species_code": code,
                "measure": rules.ADVICE_MEASURES[row["measure"]],
                "operator": row["operator"],
                "value": float(row["value"]) if row["value"] else None,
                "unit": row["unit"],
                "condition": row["condition"],
                "regulation": row["regulation"].partition(" (")[0],
                "is_in_force": row["status"].startswith("in force"),
            }


def _read(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
