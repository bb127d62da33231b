"""The markets that are measured: the demo market, with as many lots on sale as the budgets speak of."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import time, timedelta
from itertools import cycle, islice
from pathlib import Path

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from ovop import create_app, wiring
from ovop.accounts.models import Account, Role
from ovop.accounts.operations import NewAccount, create_account, create_cooperative, create_token
from ovop.accounts.rules import Actor
from ovop.catalogue.models import Product
from ovop.db import db, write
from ovop.kernel import days
from ovop.pickup.models import Slot
from ovop.pickup.operations import add_point
from ovop.pickup.rules import Hours, NewPoint
from ovop.settings import ROOT
from ovop.stock.models import Catch, CatchPhoto
from ovop.stock.operations import list_catch
from ovop.stock.rules import NewCatch
from ovop.worker import Worker

SEED = 36
BUYERS = 8
#: Tokens per buyer at a time; each places as many cash orders as one account may have open, less one.
TOKENS, ORDERS_EACH = 160, 2
#: No account of the bench signs in by a password.
_NO_PASSWORD = "!"


@dataclass(frozen=True)
class Sale:
    """What one buyer of the bench buys, again and again, and as whom."""

    cooperative: int
    catch: int
    slots: list[int]
    tokens: list[str]


def demo_market(folder: Path, orders: int) -> Path:
    """An instance with the demo market of so many orders; made once a day, since goods get old."""
    instance = folder / f"{days.today()}-{orders}"
    if not (instance / "ready").exists():
        for command in (["init"], ["demo", "--orders", str(orders), "--seed", str(SEED)]):
            subprocess.run(
                [sys.executable, "-m", "flask", "--app", "app", *command],
                cwd=ROOT,
                env={"PATH": "/usr/bin:/bin", "INSTANCE_PATH": str(instance)},
                check=True,
            )
        (instance / "ready").touch()
    return instance


def empty_market(folder: Path) -> Path:
    """An instance with the reference data alone."""
    instance = folder / "empty"
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", "init"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "INSTANCE_PATH": str(instance), "DEMO": "off"},
        check=True,
    )
    return instance


def with_lots(instance: Path, lots: int) -> None:
    """At least so many lots are on sale: each product is listed again and again, with its photo.

    Nothing is left for the worker to do beside what is measured, such as another form of each photo.
    """
    app = create_app({"INSTANCE_PATH": str(instance)})
    with app.app_context():
        write(_fill, lots)
        Worker(app, wiring.JOBS, wiring.DUTIES).drain()


def _fill(session: Session, lots: int) -> None:
    now = days.now()
    on_sale = select(Catch.id).where(Catch.available > 0, Catch.best_before > now, Catch.is_withdrawn.is_(False))
    missing = lots - len(session.scalars(on_sale).all())
    members = select(Account.id, Account.cooperative_id).where(Account.role == Role.COOPERATIVE)
    sellers = {row.cooperative_id: row.id for row in session.execute(members)}
    products = session.execute(select(Product.id, Product.cooperative_id, Product.measure)).all()
    copied = ("key", "width", "height", "credit", "has_avif", "tiny")
    for number, product in enumerate(islice(cycle(products), max(0, missing))):
        seller = Actor(sellers[product.cooperative_id], Role.COOPERATIVE, product.cooperative_id)
        quantity = 20_000 if product.measure == "weight" else 20
        landed = now - timedelta(minutes=number % 600)
        new = NewCatch(product.id, quantity, 20_000 + number % 60 * 1_000, landed, now + timedelta(days=2))
        catch = list_catch(session, new, seller, now)
        photo = (
            select(literal(catch), literal(now), *(getattr(CatchPhoto, name) for name in copied))
            .join(Catch, Catch.id == CatchPhoto.catch_id)
            .where(Catch.product_id == product.id, Catch.id < catch)
            .limit(1)
        )
        columns = ["catch_id", "created_at", *copied]
        session.execute(insert(CatchPhoto).from_select(columns, photo, include_defaults=True))


def with_sales(instance: Path) -> list[Sale]:
    """A seller with plenty and buyers without end, for each of the buyers who order at once; made once."""
    kept = instance / "sales.json"
    if not kept.exists():
        with create_app({"INSTANCE_PATH": str(instance)}).app_context():
            sales = [write(open_sale, number) for number in range(BUYERS)]
        kept.write_text(json.dumps([asdict(sale) for sale in sales]))
    return [Sale(**each) for each in json.loads(kept.read_text())]


def open_sale(session: Session, number: int, tokens: int = TOKENS) -> Sale:
    """A seller with plenty of one lot, and so many buyers' tokens."""
    now, mark = days.now(), f"{secrets.token_hex(3)}-{number}"  # every run on the same market has sellers of its own
    cooperative = create_cooperative(session, f"bench-{mark}", f"Koperasi Uji {number}", "36.04.13.2011", now)
    clerk = NewAccount("Petugas", _NO_PASSWORD, f"petugas-{mark}@bench.test", None, Role.COOPERATIVE, cooperative)
    actor = Actor(create_account(session, clerk, now), Role.COOPERATIVE, cooperative)
    product = session.execute(
        insert(Product)
        .values(
            cooperative_id=cooperative, species_code="GIT", name="Udang uji", form="fresh", measure="weight",
            unit="kg", is_active=True, created_at=now,
        )
        .returning(Product.id)
    ).scalar_one()  # fmt: skip
    week = tuple(Hours(weekday, time(6), time(18), 500) for weekday in range(1, 8))
    point = add_point(session, NewPoint("Dermaga", -5.97, 106.37, week), actor, now)
    new = NewCatch(product, 90_000_000, 37_500, now, now + timedelta(days=6))
    catch = list_catch(session, new, actor, now)
    slots = session.scalars(
        select(Slot.id)
        .where(Slot.point_id == point, Slot.deadline_at > now + timedelta(hours=3))
        .where(Slot.ends_at < now + timedelta(days=6))
        .order_by(Slot.starts_at)
    ).all()
    buyers = [_buyer(session, f"pembeli-{mark}-{each}@bench.test") for each in range(tokens)]
    return Sale(cooperative, catch, list(slots), buyers)


def _buyer(session: Session, email: str) -> str:
    account = create_account(session, NewAccount("Pembeli", _NO_PASSWORD, email), days.now())
    return create_token(session, account, days.now())


def orders_of(sale: Sale) -> Iterator[tuple[str, dict[str, object]]]:
    """Token and body of one purchase after the other."""
    slots = cycle(sale.slots)
    for token in sale.tokens:
        for _ in range(ORDERS_EACH):
            yield (
                token,
                {
                    "lines": [{"catch": sale.catch, "quantity": 1_500}],
                    "pickups": [{"cooperative": sale.cooperative, "slot": next(slots)}],
                    "payment": "cash",
                },
            )


def some_catch(instance: Path) -> int:
    """A lot on sale."""
    with create_app({"INSTANCE_PATH": str(instance)}).app_context():
        newest = select(Catch.id).where(Catch.available > 0, Catch.best_before > days.now()).order_by(Catch.id.desc())
        return db.session.scalars(newest.limit(1)).one()
