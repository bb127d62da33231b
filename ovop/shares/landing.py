"""Putting on sale what several fishers brought: a lot of each product with everybody's part of it, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.idempotency import Answer, check_key, find_answer, fingerprint, once, remember_answer
from ovop.accounts.rules import Actor
from ovop.kernel.errors import Invalid
from ovop.shares.landing_rules import Bringer, Newcomer
from ovop.shares.operations import add_fisher, lock_cooperative, record_parts
from ovop.shares.queries import fishers_by_id
from ovop.stock.flows import StoredPhoto
from ovop.stock.models import Catch
from ovop.stock.operations import list_catch
from ovop.stock.photos import add_photo
from ovop.stock.rules import NewCatch
from ovop.stock.undoing import unlist
from ovop.undo.operations import Facts, note
from ovop.undo.rules import Deed

_LONGEST_MARK = 80


@dataclass(frozen=True, slots=True)
class LandedLot:
    """A lot with who brought it: the parts, in grams or pieces, sum to its quantity."""

    new: NewCatch
    parts: Mapping[Bringer, int]
    photos: tuple[StoredPhoto, ...] = ()


def land_once(
    session: Session, lots: Sequence[LandedLot], asked: object, actor: Actor, key: str, now: datetime
) -> tuple[tuple[int, ...], bool]:
    """Every lot is on sale with its fishers' parts, once for each `key`; answers (their ids, whether they were before).

    Fishers who are not on the list yet are on it.  asked: what was entered, as JSON values.
    Raises: Invalid naming all that stands against it (`land`), KeyReused, Forbidden; then nothing has changed.
    """
    print_of_request = fingerprint("land", asked)
    if (before := find_answer(session, actor.id, check_key(key), print_of_request)) is not None:
        return tuple(int(catch) for catch in before.body.split(",")), True
    made = land(session, lots, actor, now)
    answer = Answer(201, ",".join(map(str, made)))
    remember_answer(session, actor.id, key, print_of_request, answer, now)
    return made, False


def land(session: Session, lots: Sequence[LandedLot], actor: Actor, now: datetime) -> tuple[int, ...]:
    """Every lot is on sale with its fishers' parts; their ids in order.  The co-operative's list of fishers is locked.

    Raises: Invalid whose fields say what of it cannot be: ``fisher_<id>``, ``newcomer_<their identity>``, and of a lot
    a field of `NewCatch` with the product behind it, such as ``unit_price_<product>``.  Forbidden.
    """
    cooperative_id = lock_cooperative(session, actor)
    errors = _fisher_errors(session, cooperative_id, lots)
    ids, refused = _take_in(session, lots, actor, now)
    errors |= refused
    made = []
    for lot in lots:
        try:
            made.append(list_catch(session, lot.new, actor, now))
        except Invalid as error:
            errors |= {f"{field}_{lot.new.product_id}": reason for field, reason in error.errors.items()}
    if errors:
        raise Invalid(errors)
    for catch_id, lot in zip(made, lots, strict=True):
        for photo in lot.photos:
            add_photo(session, catch_id, photo.key, photo.width, photo.height, actor, now)
        parts = {
            ids[bringer] if isinstance(bringer, Newcomer) else bringer: quantity
            for bringer, quantity in lot.parts.items()
        }
        record_parts(session, catch_id, parts, actor, now)
    _note(session, made, len({bringer for lot in lots for bringer in lot.parts}), actor, now)
    return tuple(made)


def unland(session: Session, _first: int, facts: Facts, actor: Actor, now: datetime) -> None:
    """All lots of a landing are off the market, and nobody brought anything.  Raises: ChangedSince, for one of them."""
    for catch_id in sorted(facts["lots"]):
        unlist(session, catch_id, {}, actor, now)


def _note(session: Session, made: Sequence[int], fishers: int, actor: Actor, now: datetime) -> None:
    """The landing is taken back as one, as it was entered; `fishers`: how many brought some of it."""
    names = session.scalars(select(Catch.name).where(Catch.id.in_(made)).order_by(Catch.id))
    facts = {"name": ", ".join(names), "lots": list(made), "fishers": fishers}
    note(session, Deed.LANDED, made[0], facts, actor, now)


def _fisher_errors(session: Session, cooperative_id: int, lots: Iterable[LandedLot]) -> dict[str, str]:
    """What stands against fishers who should be on the list."""
    known = fishers_by_id(session, cooperative_id)
    errors = {}
    for fisher in {bringer for lot in lots for bringer in lot.parts if isinstance(bringer, int)}:
        if fisher not in known:
            errors[f"fisher_{fisher}"] = "unknown"
        elif not known[fisher].is_active:
            errors[f"fisher_{fisher}"] = "fisher-retired"
    return errors


def _take_in(
    session: Session, lots: Iterable[LandedLot], actor: Actor, now: datetime
) -> tuple[dict[Newcomer, int], dict[str, str]]:
    """Those who were not on the list are on it: their ids, and what stands against the others.

    Somebody with a mark is taken in once, in whichever of a phone's landings they come first.
    """
    ids: dict[Newcomer, int] = {}
    errors = {}
    newcomers = {bringer: None for lot in lots for bringer in lot.parts if isinstance(bringer, Newcomer)}
    for newcomer in newcomers:
        try:
            ids[newcomer] = _fisher_of(session, newcomer, actor, now)
        except Invalid as error:
            errors[f"newcomer_{newcomer.identity}"] = next(iter(error.errors.values()))
    return ids, errors


def _fisher_of(session: Session, newcomer: Newcomer, actor: Actor, now: datetime) -> int:
    def take_in(session: Session) -> int:
        return add_fisher(session, newcomer.name, actor, now)

    if not newcomer.mark:
        return take_in(session)
    if len(newcomer.mark) > _LONGEST_MARK:
        raise Invalid({"name": "too-long"})
    key = check_key(f"fisher:{newcomer.mark}")
    return once(session, actor.id, key, fingerprint("add-fisher", newcomer.mark), now, take_in)[0]
