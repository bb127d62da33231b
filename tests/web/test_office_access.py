"""Nobody but the office enters any page of its area, whichever is added, and nothing in it can be written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts.counts import count_accounts, count_members
from ovop.accounts.models import Role
from ovop.db import db
from tests import databases
from tests.make import accounts, market, sales

#: What routes with a variable part are asked for.
PARTS = {
    "code": "36.04.13.2011",
    "person_id": 1,
    "photo_id": 1,
    "ending": "csv",
    "number": "S-2601-000000",
    "job_id": 1,
    "settlement_id": 1,
    "lot_code": "TEN-0",
    "batch_id": 1,
    "sign": "short",
    "part": "paid",
    "month": "2026-01",
    "proposal_id": 1,
    "product_id": 1,
    "paper_id": 1,
    "stars_id": 1,
    "readiness_id": 1,
    "certificate_id": 1,
    "review_id": 1,
}
ADMIN_ONLY = {"office.outbox", "office.revive_job"}


def addresses(app: APIFlask) -> Iterator[tuple[str, str, str]]:
    """Method, endpoint and path of everything in the area."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith("office."):
                path = app.url_for(rule.endpoint, **{name: PARTS[name] for name in rule.arguments})
                for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                    yield method, rule.endpoint, path


#: All that can be written in the area: everything else only reads.
WRITES = {
    "office.add_reported",
    "office.approve_settlement",
    "office.close_month",
    "office.pay_settlements",
    "office.recall_lot",
    "office.return_settlement",
    "office.revive_job",
    "office.revoke_settlement",
    "office.rule_on_complaint",
    "office.transfers_file",
    "office.hide",
    "office.show",
    "office.hide_review",
    "office.show_review",
    "office.withdraw_person",
    "office.withdraw_reported",
    "office.add_dossier_paper",
    "office.add_stars",
    "office.assess_product",
    "office.confirm_assessment",
    "office.decide_proposal",
    "office.issue_certificate",
    "office.remove_dossier_paper",
    "office.save_criteria",
    "office.take_certificate",
    "office.take_stars",
}


def test_nothing_else_can_be_written_in_the_area(app: APIFlask) -> None:
    assert {endpoint for method, endpoint, _path in addresses(app) if method != "GET"} == WRITES
    assert len(list(addresses(app))) >= 10


def test_strangers_are_asked_to_sign_in_and_come_back(app: APIFlask, client: FlaskClient) -> None:
    for method, _endpoint, path in addresses(app):
        answer = client.open(path, method=method)
        assert answer.status_code == 302, path
        assert answer.headers["Location"].startswith("/masuk"), path
    assert "next=/dinas/penjualan" in client.get("/dinas/penjualan?group=day").headers["Location"].replace("%2F", "/")


@pytest.mark.parametrize("role", [Role.BUYER, Role.COOPERATIVE, Role.OFFICE, Role.ADMIN])
def test_each_role_enters_what_is_meant_for_it(app: APIFlask, client: FlaskClient, role: Role) -> None:
    actor = {
        Role.BUYER: lambda: accounts.buyer(),
        Role.COOPERATIVE: lambda: market.shop().clerk,
    }.get(role, lambda: accounts.official(role))()
    accounts.sign_in(client, actor)
    for method, endpoint, path in addresses(app):
        allowed = role is Role.ADMIN or (role is Role.OFFICE and endpoint not in ADMIN_ONLY)
        status = client.open(path, method=method).status_code
        assert (status in (200, 302, 404, 422)) if allowed else status == 403, (path, status)


def test_a_guest_reads_all_and_is_offered_nothing_to_change(app: APIFlask, client: FlaskClient) -> None:
    seller, buyer = market.shop(), accounts.buyer()
    sales.sale(buyer, seller, {market.catch(seller): 1000})
    accounts.sign_in(client, accounts.guest())
    for method, endpoint, path in addresses(app):
        answer = client.open(path, method=method)
        if method != "GET" or endpoint in ADMIN_ONLY:
            assert answer.status_code == 403, path
        else:
            assert answer.status_code in (200, 302, 404), path
            assert b'method="post"' not in answer.data.partition(b"<main")[2], path
    refused = client.post("/dinas/cerita/36.04.13.2011/sembunyi", data={"reason": "x"})
    assert "Sebagai tamu dinas kamu bisa melihat semuanya" in refused.get_data(as_text=True)
    own = client.post("/akun/data-diri", data={"name": "Pak Tamu Baru", "language": "id"})
    assert own.status_code == 302


def test_reading_changes_nothing(app: APIFlask, client: FlaskClient) -> None:
    seller, buyer = market.shop(), accounts.buyer()
    sales.sale(buyer, seller, {market.catch(seller): 1000})
    accounts.sign_in(client, accounts.official(Role.ADMIN))
    tables = ("order", "order_line", "order_event", "ledger_entry", "movement", "day_total", "outbox_job", "account")
    before = [databases.count(table) for table in tables]
    for method, _endpoint, path in addresses(app):
        if method == "GET":
            client.get(path)
    db.session.rollback()
    assert [databases.count(table) for table in tables] == before


def test_people_are_only_counted(app: APIFlask, client: FlaskClient) -> None:
    seller = market.shop()
    accounts.member(seller.id, "lain@contoh.id", "Pak Rahasia")
    accounts.buyer()
    accounts.sign_in(client, accounts.official())
    assert count_accounts(db.session()) == {Role.BUYER: 1, Role.COOPERATIVE: 2, Role.OFFICE: 1, Role.ADMIN: 0}
    assert count_members(db.session()) == {seller.id: 2}
    page = client.get("/dinas/koperasi").get_data(as_text=True)
    assert "Koperasi Tengkurak" in page
    assert "Rahasia" not in page
    assert "@contoh.id" not in page
    assert "/dinas/kotak-keluar" not in page
