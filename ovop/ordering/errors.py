"""Refusals about orders."""

from ovop.kernel.errors import Conflict, Refused


class WrongStatus(Conflict):
    """The order is not in a state from which this can happen.  `order_status`: the one it is in."""

    problem = "wrong-status"

    def __init__(self, order_status: str) -> None:
        super().__init__(order_status=order_status)


class CashNotAllowed(Conflict):
    """Cash is refused: to this buyer for now, or by the co-operative."""

    problem = "cash-not-allowed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)


class PriceChanged(Conflict):
    """A price was changed after the buyer saw it.  `maximum`: rupiah that the checkout would cost at most now."""

    problem = "price-changed"

    def __init__(self, maximum: int) -> None:
        super().__init__(maximum=maximum)


class OverMaximum(Refused):
    """More was weighed than may ever be charged.  `maximum`: grams or pieces."""

    problem = "over-maximum"
    status = 422

    def __init__(self, catch: int, maximum: int) -> None:
        super().__init__(catch=catch, maximum=maximum)


class NothingWeighed(Refused):
    """Every line came to nothing: that is a cancellation, and has to be said as one."""

    problem = "nothing-weighed"
    status = 422


class WrongCode(Refused):
    """The pickup code is another."""

    problem = "wrong-code"
    status = 422


class Locked(Refused):
    """Too many wrong codes.  `retry_after`: seconds."""

    problem = "locked"
    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after=retry_after)


class TooEarly(Conflict):
    """The slot has not ended yet."""

    problem = "too-early"
