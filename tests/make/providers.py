"""A card provider that fails when it is told to, behind the market's own port."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ovop.payment.errors import ProviderAway
from ovop.payment.providers.base import Charge, News, Opening
from ovop.payment.providers.demo import DemoProvider


@dataclass
class Moody:
    """Keeps its books as the demo provider does, and loses requests or answers.

    mood: asked once for each request; True answers it, False loses the request, None does it and loses the answer.
    """

    mood: Callable[[], bool | None] = lambda: True
    asked: Counter[str] = field(default_factory=Counter)
    _books: DemoProvider = field(default_factory=DemoProvider)

    def begin(self, opening: Opening) -> tuple[str, str]:
        """See the port."""
        return self._books.begin(opening)

    def close(self, reference: str) -> None:
        """See the port."""
        self._books.close(reference)

    def capture(self, reference: str, amount: int, key: str) -> None:
        """See the port."""
        self._moodily("capture", lambda: self._books.capture(reference, amount, key))

    def void(self, reference: str, key: str) -> None:
        """See the port."""
        self._moodily("void", lambda: self._books.void(reference, key))

    def refund(self, reference: str, amount: int, key: str) -> None:
        """See the port."""
        self._moodily("refund", lambda: self._books.refund(reference, amount, key))

    def look(self, reference: str) -> Charge:
        """See the port."""
        return self._books.look(reference)

    def charges_since(self, since: datetime) -> Iterator[Charge]:
        """See the port."""
        return self._books.charges_since(since)

    def news_since(self, since: datetime) -> Iterator[News]:
        """See the port."""
        return self._books.news_since(since)

    def payment_of(self, news: News) -> str:
        """See the port."""
        return self._books.payment_of(news)

    def find(self, intent: str) -> Charge | None:
        """See the port."""
        return self._books.find(intent)

    def let_go(self, intent: str, key: str) -> int:
        """See the port."""
        return self._books.let_go(intent, key)

    def _moodily(self, what: str, act: Callable[[], None]) -> None:
        mood = self.mood()
        if mood is not False:
            act()
        self.asked[f"{what} {'answered' if mood else 'lost'}"] += 1
        if not mood:
            raise ProviderAway()
