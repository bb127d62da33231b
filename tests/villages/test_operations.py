"""Reference data: areas as shipped."""

from __future__ import annotations

from apiflask import APIFlask
from sqlalchemy import select, text, update

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


def test_loading_mends_what_differs_and_leaves_stories_alone(app: APIFlask) -> None:
    code = "36.04.13.2007"
    write(lambda session: session.execute(update(Village).where(Village.code == code).values(name="?", story="Kami")))
    try:
        assert write(load_areas) == 1
        row = db.session.execute(select(Village.name, Village.story).where(Village.code == code)).one()
        assert tuple(row) == ("Lontar", "Kami")
    finally:
        write(lambda session: session.execute(text("UPDATE village SET story = ''")))
