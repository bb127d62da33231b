"""Rating, answering, hiding and leaving; after each the sums are what buyers gave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import select

from ovop.accounts.rules import Actor
from ovop.catalogue.models import ProductRating
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.ordering import operations as ordering
from ovop.ordering.departures import leave
from ovop.ordering.errors import WrongStatus
from ovop.reviews import operations
from ovop.reviews.errors import AlreadyAnswered, RatingOver, ReviewHidden
from ovop.reviews.own_data import reviews_about
from ovop.reviews.queries import (
    count_unanswered,
    get_product,
    get_review,
    list_all,
    list_events,
    list_of_cooperative,
    list_public,
    own_reviews,
)
from ovop.reviews.rules import Given
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, reviews


@pytest.fixture
def seller(app: APIFlask) -> market.Shop:
    return market.shop()


@pytest.fixture
def siti(app: APIFlask) -> Actor:
    return accounts.buyer(name="Siti Aminah")


@pytest.fixture
def office(app: APIFlask) -> Actor:
    return accounts.official()


@pytest.fixture(autouse=True)
def nothing_is_broken(app: APIFlask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert market.broken() == []


def sums(product: int) -> tuple[int, int]:
    db.session.rollback()
    row = db.session.execute(
        select(ProductRating.buyers, ProductRating.total).where(ProductRating.product_id == product)
    ).one_or_none()
    return (row.buyers, row.total) if row else (0, 0)


def test_a_rating_counts_with_its_words_and_its_buyers_initial(seller: market.Shop, siti: Actor) -> None:
    number = reviews.collected(seller, siti)
    found = get_review(db.session(), reviews.rate(number, siti, 4, "Segar"))
    assert (found.rating, found.text, found.initial, found.changed_at) == (4, "Segar", "S.", None)
    assert sums(seller.product) == (1, 4)


def test_a_buyer_has_one_voice_however_often_they_buy(seller: market.Shop, siti: Actor) -> None:
    for rating in (5, 5, 5, 1):
        reviews.rate(reviews.collected(seller, siti), siti, rating, f"kali ini {rating}")
    assert sums(seller.product) == (1, 1)
    assert get_product(db.session(), seller.product).rating is None
    assert count("review") == 4
    reviews.rated(seller, 4, 4)
    rating = get_product(db.session(), seller.product).rating
    assert rating is not None
    assert (rating.value, rating.buyers) == (3.0, 3)
    assert [review.text for review in list_public(db.session(), seller.product)][-1] == "kali ini 1"


def test_each_product_of_an_order_is_rated_by_itself(seller: market.Shop, siti: Actor) -> None:
    other = market.product(seller.id, "Bandeng", "MIL")
    lots = market.catch(seller), market.catch(seller), market.catch(seller, product=other)
    number = reviews.collected(seller, siti, *lots)
    assert [own.name for own in own_reviews(db.session(), number, siti, days.now())] == ["Udang windu", "Bandeng"]
    given = {seller.product: Given(5), other: Given(2, "Tulangnya banyak")}
    assert write(operations.rate_order, number, given, siti, days.now()) == 2
    assert (sums(seller.product), sums(other)) == ((1, 5), (1, 2))


def test_sent_again_nothing_changes(seller: market.Shop, siti: Actor) -> None:
    number = reviews.collected(seller, siti)
    reviews.rate(number, siti, 4, "Segar")
    before = count("review_event"), count("outbox_job")
    assert write(operations.rate_order, number, {seller.product: Given(4, "Segar")}, siti, days.now()) == 0
    assert (count("review_event"), count("outbox_job")) == before


def test_it_can_be_changed_for_fourteen_days_and_its_history_stays(
    seller: market.Shop, siti: Actor, clock: Clock
) -> None:
    number = reviews.collected(seller, siti)
    review = reviews.rate(number, siti, 2, "Kurang segar")
    clock.forward(days=14)
    reviews.rate(number, siti, 4, "Ternyata enak")
    assert sums(seller.product) == (1, 4)
    assert [(event.step, event.rating) for event in list_events(db.session(), review)] == [
        ("written", 2),
        ("changed", 4),
    ]
    assert get_review(db.session(), review).changed_at == days.now()
    clock.forward(seconds=1)
    with pytest.raises(RatingOver):
        reviews.rate(number, siti, 1)
    assert not own_reviews(db.session(), number, siti, days.now())[0].is_open


def test_nothing_is_rated_before_it_is_collected_nor_after_sixty_days(
    seller: market.Shop, siti: Actor, clock: Clock
) -> None:
    waiting = market.order(siti, seller, {market.catch(seller): 1000})
    with pytest.raises(WrongStatus):
        write(operations.rate_order, waiting.number, {seller.product: Given(5)}, siti, days.now())
    number = reviews.collected(seller, siti)
    clock.forward(days=60, seconds=1)
    with pytest.raises(RatingOver):
        reviews.rate(number, siti, 5)
    assert sums(seller.product) == (0, 0)


def test_only_its_buyer_rates_and_only_what_they_got(seller: market.Shop, siti: Actor, office: Actor) -> None:
    number = reviews.collected(seller, siti)
    other = market.product(seller.id, "Bandeng", "MIL")
    for actor, product in (
        (accounts.buyer("budi@contoh.id", "Budi"), seller.product),
        (seller.clerk, seller.product),
        (office, seller.product),
        (siti, other),
    ):
        with pytest.raises(NotFound):
            write(operations.rate_order, number, {product: Given(5)}, actor, days.now())


def test_what_came_to_nothing_on_the_scale_is_not_rated(seller: market.Shop, siti: Actor) -> None:
    other = market.product(seller.id, "Bandeng", "MIL")
    had, missed = market.catch(seller), market.catch(seller, product=other)
    order = market.order(siti, seller, {had: 1000, missed: 1000})
    write(ordering.weigh_order, order.number, {had: 1000, missed: 0}, seller.clerk, days.now())
    market.flows.hand_over(order.number, order.pickup_code, "", seller.clerk, days.now())
    with pytest.raises(NotFound):
        write(operations.rate_order, order.number, {other: Given(1)}, siti, days.now())


def test_the_co_operative_answers_once(seller: market.Shop, siti: Actor) -> None:
    review = reviews.rate(reviews.collected(seller, siti), siti, 3, "Biasa")
    assert count_unanswered(db.session(), seller.id) == 1
    for _twice in range(2):
        write(operations.answer_review, review, " Terima  kasih ", seller.clerk, days.now())
    assert get_review(db.session(), review).answer == "Terima kasih"
    assert [event.step for event in list_events(db.session(), review)] == ["written", "answered"]
    assert count_unanswered(db.session(), seller.id) == 0
    with pytest.raises(AlreadyAnswered):
        write(operations.answer_review, review, "Bukan begitu", seller.clerk, days.now())


def test_others_cannot_answer(seller: market.Shop, siti: Actor, office: Actor) -> None:
    review = reviews.rate(reviews.collected(seller, siti), siti, 3, "Biasa")
    other = market.shop("lontar", "36.04.13.2007")
    for actor, refusal in ((other.clerk, NotFound), (siti, Forbidden), (office, Forbidden)):
        with pytest.raises(refusal):
            write(operations.answer_review, review, "Halo", actor, days.now())
    with pytest.raises(Invalid):
        write(operations.answer_review, review, " ", seller.clerk, days.now())
    assert list_of_cooperative(db.session(), other.id) == []


def test_hidden_it_is_neither_read_nor_counted_until_it_is_shown(
    seller: market.Shop, siti: Actor, office: Actor
) -> None:
    reviews.rated(seller, 5, 5, 5)
    review = reviews.rate(reviews.collected(seller, siti), siti, 1, "Bu Anu galak")
    write(operations.hide_review, review, "Menyebut orang", office, days.now())
    write(operations.hide_review, review, "Sekali lagi", office, days.now())
    assert sums(seller.product) == (3, 15)
    assert [found.id for found in list_all(db.session(), hidden=True)] == [review]
    assert review not in [found.id for found in list_public(db.session(), seller.product)]
    with pytest.raises(ReviewHidden):
        write(operations.answer_review, review, "Halo", seller.clerk, days.now())
    write(operations.show_review, review, office, days.now())
    assert sums(seller.product) == (4, 16)
    assert [(event.step, event.words, event.actor) for event in list_events(db.session(), review)] == [
        ("written", "Bu Anu galak", ""),
        ("hidden", "Menyebut orang", "Bu Rina"),
        ("shown", "", "Bu Rina"),
    ]


def test_when_the_newest_is_hidden_the_one_before_counts_again(seller: market.Shop, siti: Actor, office: Actor) -> None:
    reviews.rate(reviews.collected(seller, siti), siti, 5)
    second = reviews.rate(reviews.collected(seller, siti), siti, 1, "Bu Anu galak")
    write(operations.hide_review, second, "Menyebut orang", office, days.now())
    assert sums(seller.product) == (1, 5)
    write(operations.show_review, second, office, days.now())
    assert sums(seller.product) == (1, 1)


def test_only_the_office_hides_and_only_with_a_reason(seller: market.Shop, siti: Actor, office: Actor) -> None:
    review = reviews.rate(reviews.collected(seller, siti), siti, 1)
    for actor in (siti, seller.clerk):
        with pytest.raises(Forbidden):
            write(operations.hide_review, review, "Tidak suka", actor, days.now())
    with pytest.raises(Invalid):
        write(operations.hide_review, review, "  ", office, days.now())
    with pytest.raises(NotFound):
        write(operations.hide_review, 10**12, "Kasar", office, days.now())


def test_who_leaves_leaves_their_ratings_and_takes_their_words(seller: market.Shop, siti: Actor, office: Actor) -> None:
    review = reviews.rate(reviews.collected(seller, siti), siti, 2, "Telepon saya 0812")
    write(operations.answer_review, review, "Baik Bu Siti", seller.clerk, days.now())
    write(operations.hide_review, review, "Ada nomor telepon", office, days.now())
    write(operations.show_review, review, office, days.now())
    write(leave, siti, days.now())
    found = get_review(db.session(), review)
    assert (found.rating, found.text, found.answer, found.initial) == (2, "", "", "")
    assert sums(seller.product) == (1, 2)
    assert [event.words for event in list_events(db.session(), review)] == ["", "", "Ada nomor telepon", ""]


def test_own_data_has_reviews_with_their_history(seller: market.Shop, siti: Actor) -> None:
    number, other = reviews.collected(seller, siti), reviews.collected(seller, siti)
    reviews.rate(number, siti, 4, "Segar")
    found = reviews_about(db.session(), [number, other])
    assert found[other] == []
    [review] = found[number]
    assert (review["product"], review["rating"], review["text"]) == ("Udang windu", 4, "Segar")
    assert [step["step"] for step in review["steps"]] == ["written"]


def test_what_is_first_written_on_the_last_day_may_still_be_changed(
    seller: market.Shop, siti: Actor, clock: Clock
) -> None:
    number = reviews.collected(seller, siti)
    clock.now += timedelta(days=60)
    reviews.rate(number, siti, 2)
    clock.forward(days=10)
    reviews.rate(number, siti, 3)
    assert sums(seller.product) == (1, 3)
