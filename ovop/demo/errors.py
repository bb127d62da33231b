"""Why a demo market is not made."""

from __future__ import annotations

from ovop.kernel.errors import Conflict


class RealOrders(Conflict):
    """Somebody real has ordered here: nothing invented may stand beside that.  `orders` counts them."""

    problem = "real-orders"


class AlreadyDemo(Conflict):
    """This is a demo market already; a second run would double it.  `accounts` counts the demo's."""

    problem = "already-demo"
