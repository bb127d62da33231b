"""What accounts refuse."""

from __future__ import annotations

from ovop.kernel.errors import Conflict, NotFound, Refused


class KeyReused(Refused):
    """An idempotency key came again with another request.  Source: contract, Checkout request."""

    problem = "key-reused"
    status = 422


class WrongPassword(Refused):
    """Login and password do not belong together; never says which of them is wrong."""

    problem = "wrong-password"
    status = 403


class OpenOrders(Conflict):
    """The account still has orders that somebody is waiting for."""

    problem = "open-orders"


class LastManager(Conflict):
    """Nobody would be left to speak for the co-operative."""

    problem = "last-manager"


class InvitationOver(NotFound):
    """The link was used, taken back, has lapsed, or never was one."""

    problem = "invitation-over"
