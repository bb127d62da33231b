"""Bringing a market up: schema and reference data."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from ovop.catalogue.operations import load_species
from ovop.db import write
from ovop.discovery.index import index_missing
from ovop.villages.operations import load_areas


@click.command("init")
@with_appcontext
def init() -> None:
    """Brings the schema to its newest form and loads the reference data; safe to repeat."""
    bring_up()


def bring_up() -> None:
    """Schema and reference data are the newest; a second time changes nothing."""
    upgrade()
    write(_load)


def _load(session: Session) -> int:
    return load_areas(session) + load_species(session) + index_missing(session)


COMMANDS: list[click.Command] = [init]
