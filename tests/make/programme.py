"""The programme's rows for tests, each made by the operations that the market itself uses."""

from __future__ import annotations

import io
from datetime import date, timedelta
from itertools import count

from PIL import Image

from ovop.accounts.rules import Actor
from ovop.catalogue.rules import StarFamily
from ovop.db import write
from ovop.kernel import days
from ovop.programme import assessing, operations
from ovop.programme.operations import Award, Decision
from ovop.programme.papers import KeptPaper, keep_paper
from ovop.programme.rules import SHIPPED, Criterion, Rule
from tests.make import accounts, market

_numbers = count(1)
NIB = "1234567890123"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
#: Only what fresh goods can have at once: a business number with its paper.
EASY = (Rule(Criterion.NIB, 60, is_required=True), Rule(Criterion.SALES, 40, 1_000))


def office() -> tuple[Actor, Actor]:
    """Two people of the office."""
    return accounts.official(), accounts.official(email="dinas2@contoh.id", name="Pak Budi")


def picture(kind: str = "PNG") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (200, 120), (20, 90 + next(_numbers) % 100, 120)).save(out, kind)
    return out.getvalue()


def paper(data: bytes = b"") -> KeptPaper:
    """A stored paper; another each time unless `data` is given."""
    return keep_paper(data or PDF.replace(b"1.4\n", f"1.4\n%{next(_numbers)}\n".encode()), days.now())


def proposed(shop: market.Shop, reasons: str = "Dijual tiap hari, disukai pembeli.") -> int:
    """The shop's product is proposed."""
    return write(operations.propose, shop.product, reasons, shop.clerk, days.now())


def decision(agrees: bool = True, on: date | None = None, number: str = "500.5/12/2026") -> Decision:
    """What the office decided today."""
    return Decision(agrees, "Memenuhi syarat.", number, on or days.today())


def agreed(shop: market.Shop, official: Actor) -> int:
    """The shop's product is the flagship by a decision; the proposal."""
    proposal = proposed(shop)
    write(operations.decide, proposal, decision(), official, days.now())
    return proposal


def award(**more: object) -> Award:
    """Three stars of the co-operatives' programme."""
    values = {
        "family": StarFamily.COOPERATIVES,
        "level": 3,
        "issuer": "Kementerian Koperasi",
        "year": 2026,
        "expires_on": date(2028, 12, 31),
        "number": "77/2026",
    }
    return Award(**(values | more))  # type: ignore[arg-type]


def evidence(product_id: int, official: Actor, kind: str = "nib") -> int:
    """A paper of that kind in the dossier."""
    return write(operations.add_paper, product_id, kind, f"Salinan {kind}", paper(), official, days.now())


def criteria(official: Actor, rules: tuple[Rule, ...] = SHIPPED, seen: int = 0) -> int:
    """A further version."""
    return write(assessing.set_criteria, rules, "Disesuaikan", seen, official, days.now())


def confirmed(shop: market.Shop, first: Actor, second: Actor) -> int:
    """The shop's product was found ready, by easy criteria that stand already or are set now; the assessment."""
    evidence(shop.product, first)
    assessment = write(assessing.assess, shop.product, NIB, first, days.now())
    write(assessing.confirm, assessment, True, "", second, days.now())
    return assessment


def certified(shop: market.Shop, first: Actor, second: Actor) -> int:
    """The shop's product is the flagship and has a certificate for a year; its id."""
    agreed(shop, first)
    criteria(first, EASY)
    return write(
        assessing.issue, confirmed(shop, first, second), "SERT-1", days.today() + timedelta(days=365), first, days.now()
    )


def lived(shop: market.Shop) -> None:
    """A flagship by decision with stars, papers and a certificate."""
    first, second = (accounts.official(email=f"tim{n}@contoh.id", name="Bu Tim") for n in (1, 2))
    certified(shop, first, second)
    write(operations.award_stars, shop.product, award(), paper(), first, days.now())
