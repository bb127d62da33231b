"""Bringing a market up: schema, reference data, typeface."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from ovop.catalogue.operations import load_species
from ovop.db import write
from ovop.discovery.index import index_anew, index_missing
from ovop.villages.operations import load_areas
from ovop.web.font import build_font


@click.command("init")
@with_appcontext
def init() -> None:
    """Brings the schema to its newest form and loads the reference data; safe to repeat."""
    bring_up()


def bring_up() -> None:
    """Schema and reference data are the newest, the typeface is cut; a second time changes nothing."""
    upgrade()
    write(_load)
    build_font(current_app.config["OVOP"].instance_path)


def _load(session: Session) -> int:
    areas, species = load_areas(session), load_species(session)
    return areas + species + (index_anew(session) if species else index_missing(session))


COMMANDS: list[click.Command] = [init]
