"""The demo provider: plays a card provider, strict where a real one is, with its records in a table of its own."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.db.session import db, write
from ovop.kernel import days
from ovop.payment.errors import ProviderRefused
from ovop.payment.models import DemoCharge, DemoRequest
from ovop.payment.providers.base import Charge


class DemoProvider:
    """Implements the port (`ovop.payment.providers.base.Provider`) without any network."""

    def begin(self, payment_id: str, amount: int, back_to: str) -> tuple[str, str]:  # noqa: ARG002 - the page is ours
        """See the port; the page is the market's own."""
        reference = f"demo_{payment_id}"
        write(_open, reference, amount)
        return reference, f"/demo-bayar/{payment_id}"

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
        return Charge(
            reference=reference,
            authorised=row.amount if row.status in ("authorised", "captured") else 0,
            captured=row.captured,
            refunded=row.refunded,
            is_void=row.status == "void",
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
