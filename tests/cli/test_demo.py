"""`flask demo` from the outside."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from ovop.accounts.names import DEMO_EMAILS, DEMO_PASSWORD
from ovop.demo import flows
from tests import databases
from tests.make import accounts, market


@pytest.fixture
def empty(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> APIFlask:
    monkeypatch.setattr(flows, "store_pictures", dict)
    return app


def run(app: APIFlask, *args: str) -> tuple[int, list[str]]:
    result = app.test_cli_runner().invoke(args=["demo", *args])
    return result.exit_code, result.output.strip().splitlines()


def test_it_says_what_it_made_and_how_to_sign_in(empty: APIFlask) -> None:
    code, lines = run(empty, "--orders", "30", "--seed", "7")
    assert code == 0
    assert "24 co-operatives" in lines[-1]
    assert "30 orders" in lines[-1]
    assert DEMO_PASSWORD in lines[-1]
    assert all(email in lines[-1] for email in DEMO_EMAILS.values())
    assert databases.count("order") == 30


def test_a_second_time_is_refused_in_one_line(empty: APIFlask) -> None:
    run(empty, "--orders", "10")
    code, lines = run(empty, "--orders", "10")
    assert code == 1
    assert len(lines) == 1
    assert "demo market already" in lines[0]
    assert databases.count("order") == 10


def test_real_orders_are_left_alone(empty: APIFlask) -> None:
    seller = market.shop()
    market.order(accounts.buyer(), seller, {market.catch(seller): 1000})
    code, lines = run(empty)
    assert code == 1
    assert len(lines) == 1
    assert "orders: 1" in lines[0]
    assert databases.count("cooperative") == 1


@pytest.mark.parametrize("orders", ["-1", "many", "99999999"])
def test_nonsense_is_refused(empty: APIFlask, orders: str) -> None:
    code, _lines = run(empty, "--orders", orders)
    assert code == 2
    assert databases.count("account") == 0
