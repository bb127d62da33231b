"""Places that a buyer keeps: home, the shop, whatever distances should start from.  Nobody else reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Role, SavedPlace
from ovop.accounts.names import parse_name
from ovop.accounts.rules import Actor, require_role
from ovop.kernel.errors import Invalid, NotFound
from ovop.kernel.geo import Place

#: How many one account keeps, and how long their names may be.
MOST_PLACES, LONGEST_NAME = 8, 40


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A place under the name that its owner gave it; degrees, to about ten metres."""

    id: int
    name: str
    latitude: float
    longitude: float

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.latitude, self.longitude)


def own_places(session: Session, account_id: int) -> list[OwnPlace]:
    """The account's places, in the order in which they were kept; one query."""
    rows = session.execute(
        select(SavedPlace.id, SavedPlace.name, SavedPlace.latitude, SavedPlace.longitude)
        .where(SavedPlace.account_id == account_id)
        .order_by(SavedPlace.id)
    )
    return [OwnPlace(*row) for row in rows]


def get_own_place(session: Session, account_id: int, place_id: int) -> OwnPlace:
    """One of the account's places.  Raises: NotFound, also for another's."""
    for own in own_places(session, account_id):
        if own.id == place_id:
            return own
    raise NotFound()


def keep_place(session: Session, actor: Actor, name: str, place: Place, now: datetime) -> int:
    """The place is kept; its id.  Raises: Invalid (name: required, too-long, taken; place: too-many), Forbidden."""
    require_role(actor, Role.BUYER)
    # Two tabs at once are let in one after the other, so that neither goes past the limit.
    session.execute(select(Account.id).where(Account.id == actor.id).with_for_update())
    name = _free_name(session, actor, name)
    kept = select(func.count()).select_from(SavedPlace).where(SavedPlace.account_id == actor.id)
    if (session.scalar(kept) or 0) >= MOST_PLACES:
        raise Invalid({"place": "too-many"})
    values = {"account_id": actor.id, "name": name, "created_at": now, **_blurred(place)}
    return session.execute(insert(SavedPlace).values(values).returning(SavedPlace.id)).scalar_one()


def change_place(session: Session, actor: Actor, place_id: int, name: str, place: Place) -> None:
    """The place has that name and lies there.  Raises: Invalid as `keep_place`, NotFound, Forbidden."""
    require_role(actor, Role.BUYER)
    name = _free_name(session, actor, name, but=place_id)
    changed = session.execute(update(SavedPlace).where(_own(actor, place_id)).values(name=name, **_blurred(place)))
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound()


def forget_place(session: Session, actor: Actor, place_id: int) -> None:
    """The place is not kept any more; asked for twice, it is gone already."""
    session.execute(delete(SavedPlace).where(_own(actor, place_id)))


def forget_places(session: Session, account_id: int) -> None:
    """None of the account's places is kept."""
    session.execute(delete(SavedPlace).where(SavedPlace.account_id == account_id))


def _own(actor: Actor, place_id: int) -> ColumnElement[bool]:
    return and_(SavedPlace.id == place_id, SavedPlace.account_id == actor.id)


def _free_name(session: Session, actor: Actor, typed: str, but: int | None = None) -> str:
    name = parse_name(typed, longest=LONGEST_NAME)
    if any(own.name.lower() == name.lower() and own.id != but for own in own_places(session, actor.id)):
        raise Invalid({"name": "taken-here"})
    return name


def _blurred(place: Place) -> dict[str, float]:
    """To about ten metres: distances need nobody's door."""
    return {"latitude": round(place.latitude, 4), "longitude": round(place.longitude, 4)}
