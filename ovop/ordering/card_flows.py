"""Use cases of card money that ask the provider between two transactions."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ovop.db.session import db, write
from ovop.ordering import charging, settling
from ovop.ordering.charging import Applied
from ovop.outside.queue import GivenUp
from ovop.payment import providers
from ovop.payment.errors import ProviderAway, ProviderBroken, ProviderRefused
from ovop.payment.providers.base import News, Provider
from ovop.payment.rules import EventKind, Method

log = logging.getLogger(__name__)

#: How often one job looks again when others write at the same time, or steps follow each other.
_ROUNDS = 8
#: A capture comes this long before the hold ends.  Source: contract, Card money.
BEFORE_LAPSE = timedelta(days=1)
#: News is asked for a little further back than the last that was taken: providers' clocks are not one.
_OVERLAP, _FIRST = timedelta(minutes=10), timedelta(days=1)


def settle(payload: Mapping[str, Any], now: datetime) -> None:
    """Job: the checkout's card money is what its orders come to.  Safe to repeat.

    Looks before each step, so that what was done and not answered is found instead of asked for again.
    Raises: ProviderAway to be retried; GivenUp when the provider refuses and nothing explains it.
    """
    checkout_id = str(payload["checkout"])
    for _round in range(_ROUNDS):
        wanted = settling.find_step(db.session(), checkout_id, now + BEFORE_LAPSE)
        db.session.rollback()
        if wanted is None:
            return
        provider = providers.of(wanted.method)
        if _look(provider, wanted.payment_id, now) is not Applied.NOTHING_NEW:
            continue
        try:
            _take(provider, wanted)
        except ProviderBroken:
            write(charging.count_retry, wanted.payment_id)
            raise
        except ProviderRefused as refusal:
            write(charging.count_retry, wanted.payment_id)
            if _look(provider, wanted.payment_id, now) is Applied.NOTHING_NEW:
                raise GivenUp(f"{wanted.step.kind} of checkout {checkout_id}: {refusal}") from refusal
        else:
            write(settling.record_step, wanted, now)
    raise GivenUp(f"checkout {checkout_id} does not settle")


def look_at(payload: Mapping[str, Any], now: datetime) -> None:
    """Job: the payment that a provider's news was about is as the provider says.  Safe to repeat."""
    method = Method(payload["method"])
    provider = providers.of(method)
    news = News("", str(payload["kind"]), now, str(payload["payment"]), str(payload["intent"]))
    payment_id = provider.payment_of(news)
    looked = charging.find_to_look(db.session(), payment_id)
    db.session.rollback()
    if looked is None:
        return  # somebody else's, or one that was never begun here
    refresh(payment_id, now)
    charge = provider.look(looked.reference)
    if news.intent and charge.intent and news.intent != charge.intent:
        amount = provider.let_go(news.intent, f"{news.intent}:surplus")
        if amount:
            write(charging.keep_surplus, payment_id, news.intent, amount, now)


def refresh(payment_id: str, now: datetime, *, is_hurried: bool = False) -> None:
    """The payment is as its provider says.  is_hurried: somebody waits for a page.  Raises: ProviderAway."""
    looked = charging.find_to_look(db.session(), payment_id)
    db.session.rollback()
    if looked is None:
        return
    provider = providers.of(looked.method, is_hurried=is_hurried)
    for _round in range(_ROUNDS):
        if _look(provider, payment_id, now) is not Applied.STALE:
            return


def refresh_for_page(payment_id: str, now: datetime) -> None:
    """As `refresh` for a buyer who comes back from paying: when the provider is slow, the page shows what is known."""
    try:
        refresh(payment_id, now, is_hurried=True)
    except (ProviderAway, ProviderRefused):
        log.warning("a buyer came back and the card provider did not answer")


def close_page(payload: Mapping[str, Any], now: datetime) -> None:
    """Job: a checkout that is over can no longer be paid; what was paid at the last moment is found."""
    looked = charging.find_to_look(db.session(), str(payload["payment"]))
    db.session.rollback()
    if looked is None:
        return
    providers.of(looked.method).close(looked.reference)
    refresh(looked.payment_id, now)


def fetch_news(now: datetime) -> None:
    """Duty: what providers have to tell is asked for, so that everything works when they never call."""
    since = (charging.last_notice_at(db.session()) or now - _FIRST) - _OVERLAP
    db.session.rollback()
    for method in providers.set_up():
        try:
            for news in providers.of(method).news_since(since):
                write(charging.take_notice, method, news, now)
        except ProviderAway:
            log.warning("card provider has no news to give now", extra={"method": method})


def capture_lapsing(now: datetime) -> None:
    """Duty: cards whose hold ends within a day are captured, whether or not anything was weighed."""
    ids = charging.find_lapsing(db.session(), now + BEFORE_LAPSE)
    db.session.rollback()
    for checkout_id in ids:
        write(settling.ask_again, checkout_id, now)


def _look(provider: Provider, payment_id: str, now: datetime) -> Applied:
    """What the provider says now is kept."""
    looked = charging.find_to_look(db.session(), payment_id)
    db.session.rollback()
    assert looked is not None  # whoever calls has found it before, and references are never taken away
    charge = provider.look(looked.reference)
    return write(charging.apply_charge, looked, charge, now)


def _take(provider: Provider, wanted: settling.ToSettle) -> None:
    match wanted.step.kind:
        case EventKind.CAPTURED:
            provider.capture(wanted.reference, wanted.step.amount, wanted.request_key)
        case EventKind.VOIDED:
            provider.void(wanted.reference, wanted.request_key)
        case _:
            provider.refund(wanted.reference, wanted.step.amount, wanted.request_key)
