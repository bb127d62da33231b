"""Refusals about places and times."""

from ovop.kernel.errors import Conflict


class SlotFull(Conflict):
    """No place, or no room in the cold box, is left."""

    problem = "slot-full"

    def __init__(self, slot: int) -> None:
        super().__init__(slot=slot)


class SlotUnsuitable(Conflict):
    """The slot does not fit the goods, is closed, or its order deadline has passed."""

    problem = "slot-unsuitable"

    def __init__(self, slot: int, reason: str, catch: int | None = None) -> None:
        super().__init__(slot=slot, reason=reason, **({} if catch is None else {"catch": catch}))


class PlaceKept(Conflict):
    """The place cannot be given up for another: its slot is closed or past its deadline, or the goods lie packed."""

    problem = "place-kept"

    def __init__(self, slot: int, reason: str) -> None:
        super().__init__(slot=slot, reason=reason)


class CapacityBelowBookings(Conflict):
    """New hours would leave less room than is booked already on that day."""

    problem = "capacity-below-bookings"

    def __init__(self, slot: int, booked: int) -> None:
        super().__init__(slot=slot, booked=booked)


class UseChanged(Conflict):
    """How a co-operative stands to a point does not allow that step (any more)."""

    problem = "use-changed"

    def __init__(self, status: str) -> None:
        super().__init__(use_status=status)
