"""Refusals about goods."""

from ovop.kernel.errors import Conflict


class OutOfStock(Conflict):
    """Less is there than was asked for.  `catch`: its id; `available`: grams or pieces that still can be had."""

    problem = "out-of-stock"

    def __init__(self, catch: int, available: int) -> None:
        super().__init__(catch=catch, available=available)


class Recalled(Conflict):
    """The lot was called back for food safety: nothing of it may reach anybody."""

    problem = "recalled"

    def __init__(self, catch: int) -> None:
        super().__init__(catch=catch)


class NotOnSale(Conflict):
    """The lot was withdrawn, is past its best, or was planned and waits to be counted."""

    problem = "not-on-sale"

    def __init__(self, catch: int) -> None:
        super().__init__(catch=catch)
