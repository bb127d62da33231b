"""The demo provider: plays a card provider, strict where a real one is, with its records in a table of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.db.session import db, write
from ovop.kernel import days
from ovop.payment.errors import ProviderRefused
from ovop.payment.models import DemoCharge, DemoRequest
from ovop.payment.providers.base import Charge, News, Opening

#: Its name for a payment is the market's own behind this.
_PREFIX = "demo_"


class DemoProvider:
    """Implements the port (`ovop.payment.providers.base.Provider`) without any network."""

    def begin(self, opening: Opening) -> tuple[str, str]:
        """See the port; the page is the market's own, and leads back by itself."""
        return open_charge(opening.payment_id, opening.amount), f"/demo-bayar/{opening.payment_id}"

    def close(self, reference: str) -> None:
        """See the port."""
        write(_close, reference)

    def capture(self, reference: str, amount: int, key: str) -> None:
        """See the port."""
        write(_once, key, f"capture {reference} {amount}", _capture, reference, amount)

    def void(self, reference: str, key: str) -> None:
        """See the port."""
        write(_once, key, f"void {reference}", _void, reference, 0)

    def refund(self, reference: str, amount: int, key: str) -> None:
        """See the port."""
        write(_once, key, f"refund {reference} {amount}", _refund, reference, amount)

    def look(self, reference: str) -> Charge:
        """See the port."""
        row = db.session.scalars(
            select(DemoCharge).where(DemoCharge.id == reference).execution_options(populate_existing=True)
        ).one_or_none()
        if row is None:
            raise ProviderRefused("no such payment")
        return _charge(row)

    def charges_since(self, since: datetime) -> Iterator[Charge]:
        """See the port."""
        rows = db.session.scalars(
            select(DemoCharge)
            .where(DemoCharge.created_at >= since)
            .order_by(DemoCharge.created_at, DemoCharge.id)
            .execution_options(populate_existing=True, yield_per=1000)
        )
        return map(_charge, rows)

    def news_since(self, since: datetime) -> Iterator[News]:  # noqa: ARG002 - whoever pays tells at once
        """See the port."""
        return iter(())

    def payment_of(self, news: News) -> str:
        """See the port."""
        return news.payment_id

    def find(self, intent: str) -> Charge | None:  # noqa: ARG002 - every payment has one page here
        """See the port."""
        return None

    def let_go(self, intent: str, key: str) -> int:  # noqa: ARG002 - nobody can pay twice here
        """See the port."""
        return 0


def open_charge(payment_id: str, amount: int) -> str:
    """The provider's name for a payment of `amount` rupiah, which can be paid from now on.  Safe to repeat."""
    reference = _PREFIX + payment_id
    write(_open, reference, amount)
    return reference


def _charge(row: DemoCharge) -> Charge:
    return Charge(
        reference=row.id,
        authorised=row.amount if row.status in ("authorised", "captured") else 0,
        captured=row.captured,
        refunded=row.refunded,
        is_void=row.status == "void",
        is_open=row.status == "open",
        payment_id=row.id.removeprefix(_PREFIX),
        created_at=row.created_at,
    )


def pay(session: Session, reference: str) -> int:
    """The card was accepted; answers the amount authorised.  Raises: ProviderRefused when it was before."""
    charge = _lock(session, reference)
    if charge.status != "open":
        raise ProviderRefused(f"payment is {charge.status}")
    charge.status = "authorised"
    return charge.amount


def _open(session: Session, reference: str, amount: int) -> None:
    if session.get(DemoCharge, reference) is None:
        session.add(DemoCharge(id=reference, amount=amount, status="open", created_at=days.now()))


def _close(session: Session, reference: str) -> None:
    charge = _lock(session, reference)
    if charge.status == "open":
        charge.status = "void"


def _once(session: Session, key: str, asked: str, act: object, reference: str, amount: int) -> None:
    """Runs `act` unless `key` was used: for the same request that is enough, for another it is an error."""
    before = session.get(DemoRequest, key)
    if before is not None:
        if before.asked != asked:
            raise ProviderRefused("idempotency key used for another request")
        return
    session.add(DemoRequest(key=key, asked=asked))
    act(_lock(session, reference), amount)  # type: ignore[operator]


def _capture(charge: DemoCharge, amount: int) -> None:
    if charge.status != "authorised":
        raise ProviderRefused(f"payment is {charge.status}")
    if not 0 < amount <= charge.amount:
        raise ProviderRefused("capture is above what was authorised")
    charge.status, charge.captured = "captured", amount


def _void(charge: DemoCharge, _amount: int) -> None:
    if charge.status not in ("open", "authorised"):
        raise ProviderRefused(f"payment is {charge.status}")
    charge.status = "void"


def _refund(charge: DemoCharge, amount: int) -> None:
    if charge.status != "captured" or not 0 < amount <= charge.captured - charge.refunded:
        raise ProviderRefused("refund is above what is left")
    charge.refunded += amount


def _lock(session: Session, reference: str) -> DemoCharge:
    charge = session.scalars(
        select(DemoCharge).where(DemoCharge.id == reference).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if charge is None:
        raise ProviderRefused("no such payment")
    return charge
