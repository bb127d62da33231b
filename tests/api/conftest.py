"""A market with one seller, and programs for everybody who calls."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from ovop.accounts.rules import Actor
from tests.make import accounts, market
from tests.make.api import Program, program


@pytest.fixture
def shop(app: APIFlask) -> market.Shop:
    """A co-operative in Tengkurak that is ready to sell."""
    return market.shop()


@pytest.fixture
def siti(app: APIFlask) -> Actor:
    """A buyer."""
    return accounts.buyer()


@pytest.fixture
def anyone(client: FlaskClient) -> Program:
    """A program without a token."""
    return program(client)


@pytest.fixture
def buyer(client: FlaskClient, siti: Actor) -> Program:
    """Siti's program."""
    return program(client, siti)


@pytest.fixture
def clerk(client: FlaskClient, shop: market.Shop) -> Program:
    """The program of the co-operative's clerk."""
    return program(client, shop.clerk)


@pytest.fixture
def office(client: FlaskClient) -> Program:
    """The program of the economy office."""
    return program(client, accounts.official())
