"""Places that a buyer keeps: few, named once, nobody else's, gone with the account."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from ovop.accounts.saved_places import MOST_PLACES, change_place, forget_place, get_own_place, keep_place, own_places
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Forbidden, Invalid, NotFound
from ovop.kernel.geo import Place
from ovop.ordering.departures import leave
from tests.databases import count
from tests.make import accounts

HERE = Place(-6.123456, 106.234567)


def test_a_place_is_kept_to_ten_metres_under_its_name(app: APIFlask) -> None:
    siti = accounts.buyer()
    kept = write(keep_place, siti, "  Rumah ", HERE, days.now())
    own = get_own_place(db.session(), siti.id, kept)
    assert (own.name, own.place) == ("Rumah", Place(-6.1235, 106.2346))


def test_a_name_is_used_once_whatever_its_case(app: APIFlask) -> None:
    siti = accounts.buyer()
    write(keep_place, siti, "Rumah", HERE, days.now())
    with pytest.raises(Invalid) as refused:
        write(keep_place, siti, "rumah", HERE, days.now())
    assert refused.value.errors == {"name": "taken-here"}
    write(change_place, siti, own_places(db.session(), siti.id)[0].id, "RUMAH", HERE)


@pytest.mark.parametrize("name", ["", " ", "x" * 41])
def test_a_place_needs_a_name_that_fits(app: APIFlask, name: str) -> None:
    with pytest.raises(Invalid):
        write(keep_place, accounts.buyer(), name, HERE, days.now())
    assert count("saved_place") == 0


def test_only_so_many_are_kept(app: APIFlask) -> None:
    siti = accounts.buyer()
    for number in range(MOST_PLACES):
        write(keep_place, siti, f"Tempat {number}", HERE, days.now())
    with pytest.raises(Invalid) as refused:
        write(keep_place, siti, "Satu lagi", HERE, days.now())
    assert refused.value.errors == {"place": "too-many"}


def test_nobody_reads_changes_or_deletes_another_s(app: APIFlask) -> None:
    siti, budi = accounts.buyer(), accounts.buyer("budi@contoh.id")
    kept = write(keep_place, siti, "Rumah", HERE, days.now())
    with pytest.raises(NotFound):
        get_own_place(db.session(), budi.id, kept)
    with pytest.raises(NotFound):
        write(change_place, budi, kept, "Punyaku", HERE)
    write(forget_place, budi, kept)
    assert [own.name for own in own_places(db.session(), siti.id)] == ["Rumah"]
    with pytest.raises(Forbidden):
        write(keep_place, accounts.official(), "Kantor", HERE, days.now())


def test_they_go_with_the_account(app: APIFlask) -> None:
    siti = accounts.buyer()
    write(keep_place, siti, "Rumah", HERE, days.now())
    write(leave, siti, days.now())
    assert count("saved_place") == 0
