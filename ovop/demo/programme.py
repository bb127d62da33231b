"""One Village One Product in the demo market: proposals, criteria, readiness, a certificate."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from sqlalchemy.orm import Session

from ovop.demo.stage import CLERKS_OWN, PlacedCooperative, PlacedProduct, Stage
from ovop.kernel import days
from ovop.outside.media import PRIVATE, storage
from ovop.programme import assessing, operations
from ovop.programme.operations import Decision
from ovop.programme.papers import CONTENT_TYPES, KeptPaper
from ovop.programme.rules import SHIPPED, Criterion

_FILE = Path(__file__).parent / "data" / "bukti-contoh.pdf"
#: Thirteen digits that are nobody's.
_NIB = "0000000000036"
#: How long ago things happened, in days.
_CRITERIA, _REFUSED, _ASSESSED, _CONFIRMED, _ISSUED, _SECOND, _PROPOSED = 200, 150, 24, 22, 21, 2, 3
_REASONS = (
    "Dijual hampir tiap hari sepanjang tahun, dan pembeli dari kota datang khusus untuk ini.\n"
    "Semua keluarga di kampung ini ikut: yang menangkap, yang membersihkan, yang mengantar ke titik ambil."
)


def store_paper() -> KeptPaper:
    """The demo's only paper is in media storage.  Safe to repeat.  Raises: Unavailable."""
    kept = sample_paper()
    storage().put(kept.key, _FILE.read_bytes(), CONTENT_TYPES[kept.ending])
    return kept


def sample_paper() -> KeptPaper:
    """The demo's only paper, whether or not it is stored."""
    data = _FILE.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return KeptPaper(f"{PRIVATE}programme/demo-{digest[:12]}.pdf", "pdf", len(data), digest)


def run_programme(session: Session, stage: Stage, paper: KeptPaper, now: datetime) -> None:
    """The programme has run for a while, by the operations that a real market uses."""
    today = days.day_of(now)
    office, admin = stage.staff.office, stage.staff.admin
    note = "Batas penjualan disesuaikan dengan usaha kecil di pesisir"
    rules = [replace(rule, threshold=1_000_000) if rule.kind is Criterion.SALES else rule for rule in SHIPPED]
    assessing.set_criteria(session, rules, note, 0, admin, _at(today, _CRITERIA))
    own, other = _flagships(stage)
    _file_papers(session, own, paper, stage, today, _ASSESSED)
    confirmed = assessing.assess(session, own.id, _NIB, office, _at(today, _ASSESSED))
    assessing.confirm(session, confirmed, True, "Berkas asli dilihat di koperasi.", admin, _at(today, _CONFIRMED))
    issued = _at(today, _ISSUED)
    until = days.day_of(issued) + timedelta(days=365)
    chance = Random(f"sertifikat {today}")
    assessing.issue(session, confirmed, "CONTOH-412/SERTIFIKAT/01", until, office, issued, chance)
    _file_papers(session, other, paper, stage, today, _SECOND)
    assessing.assess(session, other.id, _NIB, admin, _at(today, _SECOND))
    _propose(session, stage, today)


def _file_papers(
    session: Session, product: PlacedProduct, paper: KeptPaper, stage: Stage, today: date, ago: int
) -> None:
    """The dossier has its papers before somebody judges it."""
    for kind, title in (("nib", "Salinan NIB"), ("halal", "Sertifikat halal"), ("label", "Foto label")):
        operations.add_paper(session, product.id, kind, title, paper, stage.staff.office, _at(today, ago, hour=9))


def _propose(session: Session, stage: Stage, today: date) -> None:
    """The first village without a flagship asks for one; the second was refused and has not asked again."""
    without = list(_without_flagship(stage))
    waiting, refused = without[0], without[1]
    operations.propose(session, waiting.products[0].id, _REASONS, waiting.clerk, _at(today, _PROPOSED))
    product = refused.products[-1].id
    asked = operations.propose(session, product, "Ingin dikenal luas.", refused.clerk, _at(today, _REFUSED))
    on = today - timedelta(days=_REFUSED - 5)
    decision = Decision(False, "Baru dijual beberapa kali; usulkan lagi setelah rutin.", "CONTOH-412/TOLAK/01", on)
    operations.decide(session, asked, decision, stage.staff.office, days.at(on, time(11)))


def _flagships(stage: Stage) -> tuple[PlacedProduct, PlacedProduct]:
    """The clerk's own village's flagship, and another's."""
    found = [
        (placed.sample.slug == CLERKS_OWN, min(each, key=lambda one: one.sample.flagship.months_ago))  # type: ignore[union-attr]
        for placed in stage.cooperatives
        if (each := [product for product in placed.products if product.sample.flagship is not None])
    ]
    own = next(product for is_own, product in found if is_own)
    return own, next(product for is_own, product in reversed(found) if not is_own)


def _without_flagship(stage: Stage) -> list[PlacedCooperative]:
    """Co-operatives of villages without a flagship, one of each village, those that began late aside."""
    taken = {
        placed.sample.village
        for placed in stage.cooperatives
        if any(product.sample.flagship is not None for product in placed.products)
    }
    by_village: dict[str, PlacedCooperative] = {}
    for placed in stage.cooperatives:
        if placed.sample.village not in taken and placed.sample.trend != "new":
            by_village.setdefault(placed.sample.village, placed)
    return list(by_village.values())


def _at(today: date, ago: int, hour: int = 10) -> datetime:
    return days.at(today - timedelta(days=ago), time(hour))
