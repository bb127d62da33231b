"""Announcing what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest
from sqlalchemy.orm import Session

from ovop.kernel import events
from ovop.kernel.events import Event, announce, follow


@dataclass(frozen=True, slots=True)
class BoatLanded(Event):
    number: int


@pytest.fixture(autouse=True)
def own_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_followers", {})


session = cast(Session, object())


def test_followers_are_called_in_order_with_the_announcers_session() -> None:
    heard: list[tuple[str, object, int]] = []
    follow(
        BoatLanded,
        lambda where, event: heard.append(("first", where, event.number)),
        lambda where, event: heard.append(("second", where, event.number)),
    )
    announce(session, BoatLanded(7))
    assert heard == [("first", session, 7), ("second", session, 7)]


def test_saying_it_twice_does_not_call_twice() -> None:
    heard: list[int] = []
    for _ in range(2):
        follow(BoatLanded, lambda _session, event: heard.append(event.number))
    announce(session, BoatLanded(1))
    assert heard == [1]


def test_nobody_following_is_no_fault() -> None:
    heard: list[int] = []
    announce(session, BoatLanded(1))
    follow(BoatLanded, lambda _session, event: heard.append(event.number))
    announce(session, BoatLanded(2))
    assert heard == [2]


def test_a_follower_that_fails_fails_the_announcement() -> None:
    def fail(_session: Session, _event: BoatLanded) -> None:
        raise RuntimeError("no ice")

    follow(BoatLanded, fail)
    with pytest.raises(RuntimeError, match="no ice"):
        announce(session, BoatLanded(1))
