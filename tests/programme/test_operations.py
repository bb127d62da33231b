"""Proposals, decisions, papers, assessments by two, certificates: on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.accounts.rules import Actor
from ovop.catalogue.models import Flagship, Stars
from ovop.catalogue.operations import withdraw_stars
from ovop.catalogue.queries import flagships_of
from ovop.catalogue.rules import Form, StarFamily
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.outside.media import storage
from ovop.programme import assessing, operations, papers, queries, standing
from ovop.programme.errors import (
    AlreadyDecided,
    AlreadyProposed,
    AlreadyWaiting,
    CriteriaChanged,
    NotReady,
    SamePerson,
)
from ovop.programme.evidence import figures_of, get_criteria, list_criteria
from ovop.programme.models import Paper, Proposal
from ovop.programme.rules import SHIPPED, CertificateState, Confirmation, Criterion, ProposalStatus, State
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, catalogue, market, programme, sales


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def office(app: APIFlask) -> tuple[Actor, Actor]:
    return programme.office()


def standing_flagship(village: str = accounts.TENGKURAK) -> int | None:
    return db.session.scalar(
        select(Flagship.product_id).where(Flagship.village_code == village, Flagship.ended_on.is_(None))
    )


def test_agreed_to_a_proposal_is_the_flagship_and_all_of_it_stays_readable(
    shop: market.Shop, office: tuple[Actor, Actor], clock: Clock
) -> None:
    programme.agreed(shop, office[0])
    first = standing_flagship()
    clock.forward(days=40)
    other = market.product(shop.id, "Rajungan", "SCD")
    second = write(operations.propose, other, "Lebih laku.", shop.clerk, days.now())
    write(operations.decide, second, programme.decision(number="9"), office[0], days.now())
    assert (first, standing_flagship()) == (shop.product, other)
    history = queries.own_proposals(db.session(), shop.id)
    assert [(one.status, one.decision_number) for one in history] == [
        (ProposalStatus.AGREED, "9"),
        (ProposalStatus.AGREED, "500.5/12/2026"),
    ]
    assert count("flagship") == 2
    assert market.broken() == []


def test_refused_it_changes_nothing_and_says_why(shop: market.Shop, office: tuple[Actor, Actor]) -> None:
    proposal = programme.proposed(shop)
    write(operations.decide, proposal, programme.decision(agrees=False), office[0], days.now())
    row = queries.get_proposal(db.session(), proposal)
    assert (row.status, row.decision_reason) == (ProposalStatus.REFUSED, "Memenuhi syarat.")
    assert standing_flagship() is None
    with pytest.raises(AlreadyDecided):
        write(operations.decide, proposal, programme.decision(), office[0], days.now())
    programme.proposed(shop)


def test_a_co_operative_proposes_only_its_own_and_one_at_a_time(shop: market.Shop, office: tuple[Actor, Actor]) -> None:
    other = market.shop("lontar", "36.04.13.2007")
    with pytest.raises(Invalid):
        write(operations.propose, other.product, "Milik tetangga.", shop.clerk, days.now())
    with pytest.raises(Forbidden):
        write(operations.propose, shop.product, "Dari dinas.", office[0], days.now())
    with pytest.raises(Invalid):
        programme.proposed(shop, "  ")
    proposal = programme.proposed(shop)
    with pytest.raises(AlreadyProposed):
        programme.proposed(shop)
    with pytest.raises(NotFound):
        write(operations.withdraw_proposal, proposal, other.clerk, days.now())
    write(operations.withdraw_proposal, proposal, shop.clerk, days.now())
    programme.agreed(shop, office[0])
    with pytest.raises(Invalid) as refusal:
        programme.proposed(shop)
    assert refusal.value.errors == {"product": "already-flagship"}


def test_only_the_office_decides_with_reason_number_and_a_day_that_has_come(
    shop: market.Shop, office: tuple[Actor, Actor]
) -> None:
    proposal = programme.proposed(shop)
    with pytest.raises(Forbidden):
        write(operations.decide, proposal, programme.decision(), shop.clerk, days.now())
    wrong = operations.Decision(True, " ", "", days.today() + timedelta(days=1))
    with pytest.raises(Invalid) as refusal:
        write(operations.decide, proposal, wrong, office[0], days.now())
    assert refusal.value.errors == {"reason": "required", "decision_number": "required", "decided_on": "not-yet"}
    assert db.session.scalar(select(Proposal.status)) == "open"


def test_stars_come_from_a_named_authority_with_its_paper_and_can_be_taken_back(
    shop: market.Shop, office: tuple[Actor, Actor]
) -> None:
    programme.agreed(shop, office[0])
    kept = programme.paper()
    given = write(operations.award_stars, shop.product, programme.award(), kept, office[0], days.now())
    again = write(operations.award_stars, shop.product, programme.award(), kept, office[0], days.now())
    assert (given, count("stars"), count("programme_paper")) == (again, 1, 1)
    industry = programme.award(family=StarFamily.INDUSTRY, number="2")
    with pytest.raises(Invalid) as refusal:
        write(operations.award_stars, shop.product, industry, kept, office[0], days.now())
    assert refusal.value.errors == {"family": "only-processed"}
    assert flagships_of(db.session(), [accounts.TENGKURAK], days.today())[accounts.TENGKURAK].stars_level == 3
    write(withdraw_stars, given, days.today(), "Dicabut pemberi", office[0], days.now())
    assert flagships_of(db.session(), [accounts.TENGKURAK], days.today())[accounts.TENGKURAK].stars_level is None
    assert db.session.scalar(select(Stars.withdrawn_reason)) == "Dicabut pemberi"
    assert market.broken() == []


def test_the_same_paper_twice_is_one_and_what_no_row_names_is_cleared(
    shop: market.Shop, office: tuple[Actor, Actor]
) -> None:
    data = programme.picture()
    first, second = programme.paper(data), programme.paper(data)
    ids = {
        write(operations.add_paper, shop.product, "nib", "NIB", kept, office[0], days.now()) for kept in (first, second)
    }
    assert len(ids) == 1
    for kept in (first, second):
        papers.clear_paper({"key": kept.key}, days.now())
    assert list(storage().list_keys()) == [first.key]
    write(operations.remove_paper, ids.pop(), office[0], days.now())
    assert queries.list_papers(db.session(), shop.product) == []
    assert db.session.scalar(select(Paper.key)) == first.key


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "required"),
        (b"<html><script>alert(1)</script>", "paper-unknown"),
        (b"<!-- %PDF-1.4 --><script>alert(1)</script>%%EOF", "paper-broken"),
        (b"%PDF-1.4\nno end", "paper-broken"),
        (programme.PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"), "paper-active"),
        (b"\x89PNG\r\n\x1a\nnothing", "not-a-photo"),
        (b"GIF89a" + bytes(40), "paper-unknown"),
        (b"%PDF-" + bytes(papers.LARGEST_BYTES), "paper-too-large"),
    ],
)
def test_what_is_no_harmless_paper_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Invalid) as refusal:
        papers.read_paper(data)
    assert refusal.value.errors == {"paper": why}


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pictures_are_drawn_anew_the_same_each_time(kind: str) -> None:
    data = programme.picture(kind) + b"<script>"
    kept, ending = papers.read_paper(data)
    assert ending == "jpg"
    assert kept.startswith(b"\xff\xd8\xff")
    assert b"<script>" not in kept
    assert papers.read_paper(data) == (kept, ending)


def test_criteria_come_in_versions_and_old_judgements_keep_theirs(
    shop: market.Shop, office: tuple[Actor, Actor]
) -> None:
    assert get_criteria(db.session()).version == 0
    old = write(assessing.assess, shop.product, programme.NIB, office[0], days.now())
    assert programme.criteria(office[0], programme.EASY) == 1
    with pytest.raises(CriteriaChanged):
        programme.criteria(office[0], SHIPPED)
    assert [(one.version, one.rules) for one in list_criteria(db.session())] == [(1, programme.EASY), (0, SHIPPED)]
    (kept,) = queries.list_assessments(db.session(), shop.product)
    assert (kept.id, kept.criteria_version, len(kept.items)) == (old, 0, len(SHIPPED))


def test_the_second_person_is_another_one(shop: market.Shop, office: tuple[Actor, Actor]) -> None:
    first, second = office
    assessment = write(assessing.assess, shop.product, "", first, days.now())
    with pytest.raises(AlreadyWaiting):
        write(assessing.assess, shop.product, "", second, days.now())
    with pytest.raises(SamePerson):
        write(assessing.confirm, assessment, True, "", first, days.now())
    with pytest.raises(Forbidden):
        write(assessing.confirm, assessment, True, "", shop.clerk, days.now())
    with pytest.raises(Invalid):
        write(assessing.confirm, assessment, False, "", second, days.now())
    write(assessing.confirm, assessment, False, "NIB belum ada.", second, days.now())
    with pytest.raises(AlreadyDecided):
        write(assessing.confirm, assessment, True, "", second, days.now())
    (row,) = queries.list_assessments(db.session(), shop.product)
    assert (row.status, row.words, row.is_ready) == (Confirmation.REFUSED, "NIB belum ada.", False)
    assert market.broken() == []


def test_sales_are_those_that_were_collected_and_weighed(
    shop: market.Shop, office: tuple[Actor, Actor], clock: Clock
) -> None:
    one, other = accounts.buyer(), accounts.buyer("budi@contoh.id", "Budi")
    for buyer in (one, one, other):
        sales.sale(buyer, shop, {market.catch(shop): 1000})
        clock.forward(days=1)
    market.order(other, shop, {market.catch(shop): 1000})
    assert figures_of(db.session(), shop.product, days.today()).orders == 0, "the month goes on"
    clock.forward(days=30)
    sold = figures_of(db.session(), shop.product, days.today())
    assert (sold.first, sold.last) == (date(2025, 2, 1), date(2026, 1, 31))
    assert (sold.months, sold.orders, sold.revenue, sold.buyers, sold.repeat_buyers) == (1, 3, 112_500, 2, 1)
    write(assessing.assess, shop.product, "", office[0], days.now())
    (row,) = queries.list_assessments(db.session(), shop.product)
    items = {item.rule.kind: item for item in row.items}
    assert (items[Criterion.REPEAT].value, items[Criterion.REPEAT].base) == (1, 2)
    assert items[Criterion.REPEAT].state is State.MET
    assert (items[Criterion.SALES].value, items[Criterion.SALES].base) == (112_500, 3)
    assert items[Criterion.CONTINUITY].state is State.MISSING


def test_a_certificate_needs_two_people_and_the_flagship_and_ends_with_it(
    shop: market.Shop, office: tuple[Actor, Actor], clock: Clock
) -> None:
    first, second = office
    programme.criteria(first, programme.EASY)
    assessment = programme.confirmed(shop, first, second)
    later = days.today() + timedelta(days=365)
    with pytest.raises(NotReady):
        write(assessing.issue, assessment, "S-1", later, first, days.now())
    programme.agreed(shop, first)
    with pytest.raises(Invalid):
        write(assessing.issue, assessment, "S-1", days.today(), first, days.now())
    made = write(assessing.issue, assessment, "S-1", later, first, days.now())
    assert write(assessing.issue, assessment, "S-1", later, first, days.now()) == made
    (row,) = queries.find_certificates(db.session(), days.today())
    assert queries.get_certificate(db.session(), row.code, days.today()).state is CertificateState.VALID
    assert queries.get_certificate(db.session(), row.code, later + timedelta(days=1)).state is CertificateState.EXPIRED
    clock.forward(days=3)
    other = market.product(shop.id, "Rajungan", "SCD")
    catalogue.flagship(first, other, decided_on=days.today())
    assert queries.get_certificate(db.session(), row.code, days.today()).state is CertificateState.WITHDRAWN
    assert market.broken() == []
    with pytest.raises(NotFound):
        queries.get_certificate(db.session(), "AAAA-AAAA-AAAA", days.today())


def test_a_flagship_is_held_against_as_many_days_before_it(
    shop: market.Shop, office: tuple[Actor, Actor], clock: Clock
) -> None:
    buyer, other = accounts.buyer(), market.product(shop.id, "Rajungan", "SCD")
    sales.sale(buyer, shop, {market.catch(shop, product=other): 1000, market.catch(shop): 1000})
    clock.forward(days=20)
    programme.agreed(shop, office[0])
    assert standing.list_effects(db.session(), days.today())[0].window is None
    sales.sale(buyer, shop, {market.catch(shop): 3000, market.catch(shop, product=other): 1000})
    clock.forward(days=40)
    (row,) = standing.list_effects(db.session(), days.today())
    assert (row.before, row.before_all) == (37_500, 75_000)
    assert (row.after, row.after_all) == (112_500, 150_000)
    found = standing.get_standing(db.session(), days.today())
    assert (found.villages, found.with_flagship, found.with_stars) == (1, 1, 0)


def test_villages_without_a_flagship_are_ranked_by_numbers_that_are_shown(app: APIFlask, clock: Clock) -> None:
    buyer, busy, idle = accounts.buyer(), market.shop(), market.shop("lontar", "36.04.13.2007")
    for _day in range(10):
        sales.sale(buyer, busy, {market.catch(busy): 1000})
        clock.forward(days=1)
    sales.sale(buyer, idle, {market.catch(idle): 1000})
    clock.forward(days=1)
    nominees = standing.list_nominees(db.session(), days.today())
    (first,) = nominees.ranked
    assert (first.candidate.code, first.candidate.orders, first.candidate.days_sold) == (accounts.TENGKURAK, 10, 10)
    assert (first.growth, first.regularity, first.quality) == (20, 4, 25)
    assert (first.candidate.best_form, first.candidate.best_revenue) == (Form.FRESH, 375_000)
    assert len(nominees.unknown) == 1


def test_by_the_interface_a_co_operative_names_its_flagship_until_the_office_has_decided(
    shop: market.Shop, office: tuple[Actor, Actor]
) -> None:
    other = market.product(shop.id, "Rajungan", "SCD")
    write(operations.name_or_propose, other, "Khas.", shop.clerk, days.now())
    assert (standing_flagship(), count("flagship_proposal")) == (other, 0)
    programme.agreed(shop, office[0])
    write(operations.name_or_propose, other, "Khas.", shop.clerk, days.now())
    assert (standing_flagship(), count("flagship_proposal")) == (shop.product, 2)
    assert market.broken() == []
