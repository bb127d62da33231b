"""The port to a card provider: what the market asks of one, whichever it is.  All amounts are rupiah."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Opening:
    """What a provider is told of a payment that begins.

    orders: their numbers, so that whoever looks at the provider's side finds them.  back_to: absolute address of the
    page to return to, paid or not.  placed_at, expires_at: since and until when it may be paid.  language: of the
    buyer, ``id`` or ``en``.  known_as: the provider's name for an earlier try, or none.  retries: earlier requests
    that were answered with a failure, so that this one is another.
    """

    payment_id: str
    checkout_id: str
    orders: tuple[str, ...]
    amount: int
    back_to: str
    placed_at: datetime
    expires_at: datetime
    language: str = "id"
    known_as: str | None = None
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Charge:
    """What a provider says of one payment now.  `authorised` is 0 while nobody has paid.

    payment_id: the market's own name for it, as the provider was told, or "".  intent: the provider's name for the
    money itself, where that is another than the page's.  is_open: it can still be paid.
    is_declined: the last try to pay it was refused.
    """

    reference: str
    authorised: int
    captured: int
    refunded: int
    is_void: bool
    disputed: int = 0
    is_open: bool = False
    is_declined: bool = False
    capture_before: datetime | None = None
    payment_id: str = ""
    intent: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class News:
    """That something has happened to a payment; what, is looked up.

    id: the provider's name for the news.  payment_id: the market's own name for the payment, or "" where the provider
    says only its own, `intent`.
    """

    id: str
    kind: str
    created_at: datetime
    payment_id: str
    intent: str = ""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A co-operative's account with the provider.  has_told_all: it has answered what the provider asks of it."""

    account: str
    may_receive: bool
    has_told_all: bool


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What the provider has passed on for one order, and taken back of it."""

    reference: str
    account: str
    amount: int
    reversed: int


class Transfers(Protocol):
    """What some providers can do besides: pass a co-operative's share on to an account of its own with them.

    Calls that move money carry a key: the same key asks for the same thing once.  All raise ProviderAway when no answer
    came, and ProviderRefused when the answer was no.
    """

    def open_account(self, cooperative_id: int, name: str, key: str) -> str:
        """Makes an account for a co-operative; answers the provider's name for it."""

    def sign_up_address(self, account: str, back_to: str) -> str:
        """Where the account's owner tells the provider about themselves; good for minutes."""

    def receiver(self, account: str) -> Receiver:
        """What the provider knows of the account now."""

    def find_passed_on(self, order: str) -> PassedOn | None:
        """What was passed on for that order, if anything was."""

    def pass_on(self, payment: str, order: str, account: str, amount: int, key: str) -> None:
        """Passes `amount` of that captured payment on to the account, in the name of the order."""

    def take_back(self, reference: str, amount: int, key: str) -> None:
        """Takes `amount` of what was passed on back from the account."""


class Provider(Protocol):
    """Calls that move money carry a key: the same key asks for the same thing once.

    All raise ProviderAway when no answer came, and ProviderRefused when the answer was no.
    """

    def begin(self, opening: Opening) -> tuple[str, str]:
        """Opens a payment of at most the opening's amount; answers (reference, address of the page where it is paid).

        Safe to repeat: two pages on which one payment could be paid twice are never open at once.
        """

    def close(self, reference: str) -> None:
        """The payment can no longer be paid, unless it was already.  Safe to repeat."""

    def capture(self, reference: str, amount: int, key: str) -> None:
        """Takes `amount` of what was authorised; the rest is let go."""

    def void(self, reference: str, key: str) -> None:
        """Lets all that was authorised go."""

    def refund(self, reference: str, amount: int, key: str) -> None:
        """Gives `amount` of what was captured back."""

    def look(self, reference: str) -> Charge:
        """What the provider knows of the payment now."""

    def charges_since(self, since: datetime) -> Iterator[Charge]:
        """Everything that was begun with the provider since then, in any order."""

    def news_since(self, since: datetime) -> Iterator[News]:
        """What has happened since then, oldest first, as far back as the provider remembers."""

    def payment_of(self, news: News) -> str:
        """The market's name for the payment that the news is about; "" when it is none of the market's."""

    def find(self, intent: str) -> Charge | None:
        """The page on which that money was paid; None where there is none."""

    def let_go(self, intent: str, key: str) -> int:
        """Money that was paid a second time has gone back; answers how much it was, 0 when nobody had paid it."""
