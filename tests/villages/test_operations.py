"""Reference data: areas as shipped."""

from __future__ import annotations

from apiflask import APIFlask
from sqlalchemy import select, update

from ovop.db import db, write
from ovop.villages.models import District, Island, Village
from ovop.villages.operations import load_areas
from tests import databases


def test_the_whole_regency_is_there(app: APIFlask) -> None:
    assert (databases.count("village"), databases.count("district"), databases.count("island")) == (326, 29, 18)
    assert db.session.scalars(select(District.code).where(District.is_coastal)).all().__len__() == 8
    lontar = db.session.get_one(Village, "36.04.13.2007")
    assert (lontar.name, lontar.district_code, lontar.touches_sea) == ("Lontar", "36.04.13", True)
    tunda = db.session.scalars(select(Island).where(Island.name == "Pulau Tunda")).one()
    assert (tunda.village_code, tunda.is_inhabited) == ("36.04.13.2009", True)


def test_loading_again_changes_nothing(app: APIFlask) -> None:
    assert write(load_areas) == 0


def test_loading_mends_what_differs(app: APIFlask) -> None:
    code = "36.04.13.2007"
    write(lambda session: session.execute(update(Village).where(Village.code == code).values(name="?")))
    assert write(load_areas) == 1
    assert db.session.scalars(select(Village.name).where(Village.code == code)).one() == "Lontar"
