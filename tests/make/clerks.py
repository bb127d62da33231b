"""A clerk at work: a browser without script, signed in for a co-operative that is ready to sell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask.testing import FlaskClient

from ovop.accounts.rules import Actor
from ovop.ordering.rows import OrderRow
from tests.make import accounts, market
from tests.make.pages import Page


@dataclass(frozen=True)
class Clerk:
    """A signed-in browser and the co-operative that it works for."""

    client: FlaskClient
    shop: market.Shop

    def see(self, path: str, status: int = 200) -> Page:
        """The page at `path`, which must answer with `status` and name each id once."""
        page = Page(self.client.get(path))
        assert page.status == status, f"{path}: {page.status}"
        assert len(set(page.ids)) == len(page.ids), f"{path}: doubled ids"
        return page

    def send(self, path: str, data: Mapping[str, object] | None = None) -> Page:
        """What a form sent to `path` is answered with."""
        return Page(self.client.post(path, data=dict(data or {}), content_type="multipart/form-data"))

    def undo(self) -> Page:
        """The last deed is taken back, by the form that every page offers for a minute."""
        offered = re.findall(r"/koperasi/urungkan/[0-9]+", self.see("/koperasi/stok").html)
        assert len(offered) == 1, "nothing to take back"
        return self.send(offered[0])

    def order(self, lines: dict[int, int], buyer: Actor | None = None, **more: object) -> OrderRow:
        """An order at this co-operative, as its buyer reads it."""
        return market.order(buyer or accounts.buyer(), self.shop, lines, **more)  # type: ignore[arg-type]

    def read(self, number: str) -> OrderRow:
        """The order as it stands."""
        return market.read(number, self.shop.clerk)


def clerk(client: FlaskClient, slug: str = "tengkurak", **more: object) -> Clerk:
    """A clerk of a new co-operative, signed in with that browser."""
    shop = market.shop(slug, **more)  # type: ignore[arg-type]
    accounts.sign_in(client, shop.clerk)
    return Clerk(client, shop)
