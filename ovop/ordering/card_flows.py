"""Use cases of card money that ask the provider between two transactions."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ovop.db.session import db, write
from ovop.kernel.ids import new_id
from ovop.ordering import charging, paying, settling, watching
from ovop.ordering.charging import Applied, ToLook
from ovop.outside.queue import GivenUp
from ovop.payment import providers
from ovop.payment.errors import MethodNotAllowed, ProviderAway, ProviderBroken, ProviderRefused
from ovop.payment.providers.base import Charge, News, Provider
from ovop.payment.rules import EventKind, Method

log = logging.getLogger(__name__)

#: How often one job looks again when others write at the same time, or steps follow each other.
_ROUNDS = 8
#: A capture comes this long before the hold ends.  Source: contract, Card money.
BEFORE_LAPSE = timedelta(days=1)
#: A refund that came back this often is for a person: the card takes none.
MOST_RETURNS = 2
#: News is asked for a little further back than it was read, since a provider's clock is not ours; and at first so far.
OVERLAP, FIRST = timedelta(minutes=10), timedelta(days=1)
#: Payments looked at in one run of the duty; those without an answer wait, and after a few of these all do.
LOOKS, NO_ANSWER_WAIT, MOST_UNANSWERED = 200, timedelta(minutes=5), 3


class Unsettled(Exception):
    """Others kept changing the checkout while it was settled: later."""


def settle(payload: Mapping[str, Any], now: datetime) -> None:
    """Job: the checkout's card money is what its orders come to.  Safe to repeat.

    Looks before each step, so that what was done and not answered is found instead of asked for again.
    Raises: ProviderAway, Unsettled to be retried; GivenUp when the provider refuses and nothing explains it.
    """
    checkout_id = str(payload["checkout"])
    for _round in range(_ROUNDS):
        wanted = settling.find_step(db.session(), checkout_id, now + BEFORE_LAPSE)
        db.session.rollback()
        if wanted is None:
            return
        if wanted.step.kind is EventKind.REFUNDED and wanted.returns >= MOST_RETURNS:
            raise GivenUp(f"refunds of checkout {checkout_id} keep coming back: pay {wanted.step.amount} another way")
        provider = providers.of(wanted.method)
        if _look(provider, wanted.payment_id, now) is not Applied.NOTHING_NEW:
            continue
        try:
            _take(provider, wanted)
        except (ProviderBroken, ProviderRefused) as error:
            write(charging.count_retry, wanted.payment_id)
            if _look(provider, wanted.payment_id, now) is not Applied.NOTHING_NEW:
                continue
            if isinstance(error, ProviderBroken):
                raise
            raise GivenUp(f"{wanted.step.kind} of checkout {checkout_id}: {error}") from error
        if not write(settling.record_step, wanted, now):
            _look(provider, wanted.payment_id, now)  # something else was kept under its name meanwhile
    raise Unsettled(checkout_id)


def look_at(payload: Mapping[str, Any], now: datetime) -> None:
    """Job: the payment that a provider's news was about is as the provider says.  Safe to repeat.

    Raises: ProviderAway to be retried.
    """
    provider = providers.of(Method(payload["method"]))
    news = News("", str(payload["kind"]), now, str(payload["payment"]), str(payload["intent"]))
    payment_id = provider.payment_of(news)
    is_ours = charging.has_payment(db.session(), payment_id)
    db.session.rollback()
    if not is_ours:
        return
    charge = refresh(payment_id, now)
    if news.intent and (charge is None or charge.intent != news.intent):
        _mind_other_money(provider, payment_id, news.intent, now)


def refresh(payment_id: str, now: datetime, *, is_hurried: bool = False) -> Charge | None:
    """The payment is as its provider says, which is answered; None where it was never begun.

    is_hurried: somebody waits for a page.  Raises: ProviderAway, ProviderRefused, MethodNotAllowed.
    """
    charge = None
    for _round in range(_ROUNDS):
        looked = _find(payment_id)
        if looked is None:
            break
        charge = providers.of(looked.method, is_hurried=is_hurried).look(looked.reference)
        if write(charging.apply_charge, looked, charge, now) is not Applied.STALE:
            break
    return charge


def refresh_for_page(payment_id: str, now: datetime) -> None:
    """As `refresh` for a buyer who comes back from paying: when the provider is slow, the page shows what is known."""
    try:
        refresh(payment_id, now, is_hurried=True)
    except (ProviderAway, ProviderRefused, MethodNotAllowed):
        log.warning("a buyer came back and the card provider did not answer")


def close_page(payload: Mapping[str, Any], now: datetime) -> None:
    """Job: a checkout that is over can no longer be paid; what was paid at the last moment is found."""
    looked = _find(str(payload["payment"]))
    if looked is None:
        return
    providers.of(looked.method).close(looked.reference)
    refresh(looked.payment_id, now)


def fetch_news(now: datetime) -> None:
    """Duty: what providers have to tell is asked for, so that everything works when they never call."""
    for method in providers.set_up():
        since = watching.find_read_until(db.session(), method) or now - FIRST
        db.session.rollback()
        try:
            found = list(providers.of(method).news_since(since - OVERLAP))
        except (ProviderAway, ProviderRefused):
            log.warning("card provider has no news to give now", extra={"method": method})
            continue
        known = watching.known_notices(db.session(), [news.id for news in found])
        db.session.rollback()
        for news in found:
            if news.id not in known:
                write(watching.take_notice, method, news, now)
        if now - since >= OVERLAP:
            write(watching.keep_read_until, method, now)


def look_around(now: datetime) -> None:
    """Duty: card payments are looked at again by themselves, ever less often: news and visitors may never come."""
    unanswered = 0
    due = watching.find_to_look_again(db.session(), now, LOOKS)
    db.session.rollback()
    for payment_id in due:
        try:
            refresh(payment_id, now)
        except (ProviderAway, ProviderRefused, MethodNotAllowed) as error:
            write(watching.postpone_look, payment_id, now + NO_ANSWER_WAIT)
            unanswered += isinstance(error, ProviderAway)
            if unanswered == MOST_UNANSWERED:
                return


def capture_lapsing(now: datetime) -> None:
    """Duty: cards whose hold ends within a day are captured, whether or not anything was weighed."""
    ids = watching.find_lapsing(db.session(), now + BEFORE_LAPSE)
    db.session.rollback()
    for checkout_id in ids:
        write(settling.ask_again, checkout_id, now)


def ask_before_expiry(checkout_ids: Sequence[str], now: datetime) -> None:
    """What was paid for these checkouts is known, as far as their providers answer: the first that does not ends it."""
    begun = watching.payments_of(db.session(), checkout_ids)
    db.session.rollback()
    for payment_id in begun.values():
        try:
            refresh(payment_id, now, is_hurried=True)
        except ProviderAway:
            return
        except (ProviderRefused, MethodNotAllowed):
            continue


def _mind_other_money(provider: Provider, payment_id: str, intent: str, now: datetime) -> None:
    """Money that came by another page than the one known counts when nobody paid on that one; else it goes back."""
    looked = _find(payment_id)
    other = provider.find(intent)
    if other is not None and other.authorised and not other.is_void and _is_wanted(provider, looked):
        known_as = looked.reference if looked is not None else None
        if write(paying.change_page, payment_id, known_as, other.reference):
            refresh(payment_id, now)
            return
    amount = provider.let_go(intent, f"{intent}:surplus:{new_id(now)}")
    if amount:
        write(charging.keep_surplus, payment_id, intent, amount, now)


def _is_wanted(provider: Provider, looked: ToLook | None) -> bool:
    """Whether nobody has paid on the page that is known; from now on nobody can."""
    if looked is None:
        return True
    provider.close(looked.reference)
    return not provider.look(looked.reference).authorised


def _find(payment_id: str) -> ToLook | None:
    looked = charging.find_to_look(db.session(), payment_id)
    db.session.rollback()
    return looked


def _look(provider: Provider, payment_id: str, now: datetime) -> Applied:
    """What the provider says now is kept."""
    looked = _find(payment_id)
    assert looked is not None  # whoever calls has found it before, and references are never taken away
    return write(charging.apply_charge, looked, provider.look(looked.reference), now)


def _take(provider: Provider, wanted: settling.ToSettle) -> None:
    match wanted.step.kind:
        case EventKind.CAPTURED:
            provider.capture(wanted.reference, wanted.step.amount, wanted.request_key)
        case EventKind.VOIDED:
            provider.void(wanted.reference, wanted.request_key)
        case _:
            provider.refund(wanted.reference, wanted.step.amount, wanted.request_key)
