"""Who may do what: the only place where roles and ownership are compared."""

from __future__ import annotations

from dataclasses import dataclass

from ovop.accounts.models import Role
from ovop.kernel.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class Actor:
    """The account on whose behalf something happens."""

    id: int
    role: Role
    cooperative_id: int | None = None
    is_manager: bool = False
    is_guest: bool = False


def require_role(actor: Actor | None, *roles: Role) -> Actor:
    """`actor`, when it has one of `roles`; an administrator may see what the office sees.  Raises: Forbidden."""
    if actor is None:
        raise Forbidden(reason="sign-in")
    if actor.role in roles or (actor.role is Role.ADMIN and Role.OFFICE in roles):
        return actor
    raise Forbidden(reason="role")


def require_host(actor: Actor) -> Actor:
    """`actor`, unless a guest of the office, who only reads.  Raises: Forbidden."""
    if actor.is_guest:
        raise Forbidden(reason="guest")
    return actor


def require_member(actor: Actor | None, cooperative_id: int) -> Actor:
    """`actor`, when it belongs to that co-operative.

    Raises: NotFound for members of another, who are not told that the thing exists; Forbidden for other roles.
    """
    member = require_role(actor, Role.COOPERATIVE)
    if member.cooperative_id != cooperative_id:
        raise NotFound()
    return member


def require_manager(actor: Actor | None) -> int:
    """The co-operative that `actor` may speak for: its team, and where its money goes.  Raises: Forbidden."""
    cooperative_id = cooperative_of(actor)
    if actor is None or not actor.is_manager:
        raise Forbidden(reason="manager")
    return cooperative_id


def may_act_for(actor: Actor, account_id: int) -> bool:
    """Whether `actor` may do what is that colleague's to do: they are the colleague, or speak for the co-operative."""
    return actor.id == account_id or actor.is_manager


def cooperative_of(actor: Actor | None) -> int:
    """The co-operative that `actor` works for.  Raises: Forbidden."""
    member = require_role(actor, Role.COOPERATIVE)
    assert member.cooperative_id is not None  # the table's own constraint
    return member.cooperative_id


def may_see_order(actor: Actor, *, buyer_id: int, cooperative_id: int) -> bool:
    """Whether an order is `actor`'s to read: its buyer's, its co-operative's, the office's.  Source: contract, API."""
    match actor.role:
        case Role.BUYER:
            return actor.id == buyer_id
        case Role.COOPERATIVE:
            return actor.cooperative_id == cooperative_id
        case Role.OFFICE | Role.ADMIN:
            return True
