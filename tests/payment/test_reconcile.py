"""Both sides of card payments compared: each way in which they can differ is found, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ovop import wiring
from ovop.db import db, write
from ovop.kernel import days
from ovop.ordering import flows, operations
from ovop.payment import providers
from ovop.payment.errors import ProviderAway
from ovop.payment.models import DemoCharge, Payment
from ovop.payment.providers.demo import DemoProvider
from ovop.payment.reconcile import Comparison, Difference, Kind, State
from ovop.payment.rules import Method
from ovop.worker import Worker
from tests.conftest import Clock
from tests.make import accounts, market


@pytest.fixture
def paid(app: APIFlask) -> list[str]:
    """Payments of three orders by card: held, taken, and taken with some given back; a fourth page nobody paid on."""
    seller, buyer = market.shop(), accounts.buyer()
    catch = market.catch(seller, 50_000)
    orders = [market.order(buyer, seller, {catch: 1000}, Method.DEMO) for _ in range(3)]
    found = [market.pay(buyer, order.checkout_id) for order in orders]
    write(operations.weigh_order, orders[1].number, {catch: 1000}, seller.clerk, days.now())
    write(operations.weigh_order, orders[2].number, {catch: 1000}, seller.clerk, days.now())
    Worker(app, wiring.JOBS, []).drain()
    write(operations.cancel_order, orders[2].number, seller.clerk, days.now())
    Worker(app, wiring.JOBS, []).drain()
    return found


def differences(since: datetime | None = None) -> list[Difference]:
    return list(Comparison(Method.DEMO, since or days.now() - timedelta(hours=1)).differences())


def test_a_market_that_is_settled_differs_in_nothing(paid: list[str]) -> None:
    comparison = Comparison(Method.DEMO, days.now() - timedelta(hours=1))
    assert list(comparison.differences()) == []
    assert comparison.compared == 3


@pytest.mark.parametrize(
    ("which", "change", "kind"),
    [
        (1, {"captured": DemoCharge.captured - 100}, Kind.AMOUNT),
        (1, {"refunded": 100}, Kind.AMOUNT),
        (0, {"amount": DemoCharge.amount + 100}, Kind.AMOUNT),
        (0, {"status": "void"}, Kind.STATE),
        (0, {"status": "captured", "captured": 100}, Kind.STATE),
    ],
)
def test_what_the_provider_did_behind_our_back_is_found(
    paid: list[str], which: int, change: dict[str, object], kind: Kind
) -> None:
    def do(session: Session) -> None:
        session.execute(update(DemoCharge).where(DemoCharge.id == f"demo_{paid[which]}").values(change))

    write(do)
    [found] = differences()
    assert (found.kind, found.payment_id) == (kind, paid[which])
    assert found.ours is not None
    assert found.theirs is not None
    assert found.ours != found.theirs


def test_a_payment_that_the_provider_lacks_is_missing_there(paid: list[str]) -> None:
    write(lambda session: session.execute(delete(DemoCharge).where(DemoCharge.id == f"demo_{paid[1]}")))
    [found] = differences()
    assert (found.kind, found.payment_id, found.theirs) == (Kind.MISSING_THERE, paid[1], None)


def test_money_that_the_market_does_not_know_of_is_missing_here(paid: list[str]) -> None:
    def do(session: Session) -> None:
        for number, status in enumerate(["authorised", "open", "void"]):
            session.add(DemoCharge(id=f"demo_STRAY{number}", amount=900, status=status, created_at=days.now()))

    write(do)
    [found] = differences()
    assert (found.kind, found.payment_id, found.ours) == (Kind.MISSING_HERE, "STRAY0", None)
    assert found.theirs is not None
    assert (found.theirs.state, found.theirs.authorised) == (State.AUTHORISED, 900)


def test_a_page_that_nobody_paid_on_is_no_difference(app: APIFlask, clock: Clock) -> None:
    seller, buyer = market.shop(), accounts.buyer()
    order = market.order(buyer, seller, {market.catch(seller): 1000}, Method.DEMO)
    flows.begin_payment(order.checkout_id, buyer, days.now(), "http://localhost/", "id")
    assert differences() == []
    clock.forward(hours=1)
    flows.expire_due(days.now())
    assert differences(days.now() - timedelta(hours=2)) == []


def test_what_was_begun_before_the_day_is_left_alone_and_what_began_late_is_not(paid: list[str], clock: Clock) -> None:
    write(lambda session: session.execute(delete(DemoCharge)))
    clock.forward(days=2)
    assert differences(days.now() - timedelta(days=1)) == []
    assert len(differences(days.now() - timedelta(days=3))) == 3


def test_nothing_is_changed_by_comparing(paid: list[str]) -> None:
    def rows() -> list[tuple[object, ...]]:
        return [tuple(row) for row in db.session.execute(select(Payment.__table__).order_by(Payment.id))]

    before = rows()
    write(lambda session: session.execute(update(DemoCharge).values(refunded=DemoCharge.captured)))
    assert differences() != []
    assert rows() == before


def test_the_command_tells_scripts_by_its_exit_status(app: APIFlask, paid: list[str]) -> None:
    run = app.test_cli_runner().invoke
    clean = run(args=["reconcile", "--since", "2026-01-05"])
    assert (clean.exit_code, clean.output) == (
        0,
        "demo: 3 payments compared since 2026-01-05\nNo difference.\n",
    )
    write(lambda session: session.execute(update(DemoCharge).where(DemoCharge.captured > 0).values(refunded=0)))
    broken = run(args=["reconcile", "--since", "2026-01-05"])
    assert broken.exit_code == 1
    assert "amount         demo" in broken.output
    assert paid[2] in broken.output
    assert "(orders S-" in broken.output
    assert run(args=["reconcile", "--since", "yesterday"]).exit_code == 2
    assert run(args=["reconcile"]).exit_code == 2


class _Away(DemoProvider):
    def charges_since(self, since: datetime) -> object:  # type: ignore[override]
        raise ProviderAway()


def test_a_provider_that_is_away_is_no_clean_result(app: APIFlask, client: FlaskClient, paid: list[str]) -> None:
    providers.register(app, {Method.DEMO: _Away()})  # type: ignore[dict-item]
    try:
        result = app.test_cli_runner().invoke(args=["reconcile", "--since", "2026-01-05"])
        assert result.exit_code == 2
        assert "does not answer" in result.output
        accounts.sign_in(client, accounts.official())
        page = client.get("/dinas/cocokkan-kartu")
        assert page.status_code == 200
        assert "sedang tidak menjawab" in page.text
        assert "Semuanya cocok" not in page.text
    finally:
        providers.register(app, {})


def test_the_office_sees_what_the_command_prints(app: APIFlask, client: FlaskClient, paid: list[str]) -> None:
    accounts.sign_in(client, accounts.official())
    assert "Semuanya cocok" in client.get("/dinas/cocokkan-kartu").text
    write(lambda session: session.execute(update(DemoCharge).where(DemoCharge.captured > 0).values(refunded=0)))
    page = client.get("/dinas/cocokkan-kartu?since=2026-01-05").text
    assert "Jumlah berbeda" in page
    assert f"demo_{paid[2]}" in page
    assert "sudah ditarik" in page


@pytest.mark.parametrize("typed", ["x", "2026-13-01", "2026-01-06", "2025-11-01", "9" * 400])
def test_a_day_that_cannot_be_compared_is_said_beside_the_field(app: APIFlask, client: FlaskClient, typed: str) -> None:
    accounts.sign_in(client, accounts.official())
    page = client.get("/dinas/cocokkan-kartu", query_string={"since": typed})
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.text
    assert typed[:20] in page.text
