"""Who is in the demo market: the four accounts of the contract, clerks, and buyers without a password."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from random import Random
from typing import cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from ovop.accounts.models import Account, Role
from ovop.accounts.names import DEMO_DOMAIN, DEMO_EMAILS
from ovop.accounts.operations import NewAccount, create_account
from ovop.accounts.rules import Actor
from ovop.kernel.ids import Chance
from ovop.ordering.rules import NO_SHOW_MEMORY, NO_SHOWS_ALLOWED, OPEN_CASH_ALLOWED
from ovop.shares.operations import add_fisher

#: Nothing hashes to this: nobody can sign in.
_NO_PASSWORD = ""
_FEWEST_BUYERS, _MOST_BUYERS, _ORDERS_OF_A_BUYER = 40, 20_000, 8

_FIRST = (
    "Siti Ahmad Dewi Budi Rina Agus Yuni Hendra Lilis Joko Nia Rudi Wati Iwan Sri Dedi Ratna Eko Umi Fajar Ika Gilang "
    "Neneng Herman Tini Slamet Ani Yusuf Maya Taufik Euis Bambang Nurul Rahmat Kartika Sofyan Laila Zaenal Putri Arif"
).split()
_LAST = (
    "Hidayat Nurjanah Saputra Lestari Wijaya Rahmawati Santoso Kurniasih Setiawan Handayani Fauzi Maryati Gunawan "
    "Suryani Permana Aisyah Firmansyah Komariah Nugraha Puspita Ramdani Utami Hakim Sulastri Maulana Anggraini"
).split()

#: Given and second names of those who fish.
_FISHERS = (
    "Sarmin Rasmadi Jumhari Kasidin Wartani Suhaemi Madrais Sanwani Satiri Mulyani Armani Jasimin Rumsiah Marwati "
    "Nafsiah Juheni Saripah Arsadi Sakmad Tohari"
).split()
_SECOND = "Kasim Sarpin Durahman Marsan Jayadi Misnan Abdullah Salim Jaelani Karim Sajum Asmuni".split()
_FEWEST_FISHERS, _MOST_FISHERS = 5, 9


class Kind(Enum):
    """Who buys: their share among buyers, and how much they take beside a household."""

    HOUSEHOLD = (0.72, 1.0)
    STALL = (0.21, 3.0)
    RESTAURANT = (0.07, 6.0)

    @property
    def share(self) -> float:
        """Of all buyers."""
        return self.value[0]

    @property
    def appetite(self) -> float:
        """How many times a household's quantity."""
        return self.value[1]


@dataclass(slots=True)
class Standing:
    """An order of a buyer as far as trust goes: instants from placing to its end, how it was paid and ended."""

    placed_at: datetime
    ended_at: datetime
    is_cash: bool
    is_no_show: bool


@dataclass(slots=True)
class Buyer:
    """Somebody who buys; `favourites` are ids of co-operatives, `standings` grow while the year is played."""

    id: int
    kind: Kind
    favourites: tuple[int, ...]
    standings: list[Standing] = field(default_factory=list)

    def is_trusted(self, at: datetime) -> bool:
        """Whether they may pay in cash at `at`, as `ovop.ordering.rules.check_cash` decides."""
        known = [standing for standing in self.standings if standing.placed_at > at - NO_SHOW_MEMORY]
        missed = sum(standing.is_no_show and standing.ended_at <= at for standing in known)
        open_cash = sum(standing.is_cash and standing.ended_at > at for standing in known)
        return missed <= NO_SHOWS_ALLOWED and open_cash <= OPEN_CASH_ALLOWED


@dataclass(frozen=True, slots=True)
class Staff:
    """The actors of the contract's accounts that are no buyers, apart from clerks."""

    office: Actor
    admin: Actor


def add_staff(session: Session, password_hash: str, now: datetime) -> Staff:
    """The demo's office and administrator can sign in."""
    office = NewAccount("Dinas Contoh", password_hash, DEMO_EMAILS["office"], role=Role.OFFICE, is_demo=True)
    admin = NewAccount("Admin Contoh", password_hash, DEMO_EMAILS["admin"], role=Role.ADMIN, is_demo=True)
    return Staff(
        office=Actor(create_account(session, office, now), Role.OFFICE),
        admin=Actor(create_account(session, admin, now), Role.ADMIN),
    )


def add_clerk(
    session: Session, cooperative_id: int, slug: str, name: str, password_hash: str | None, now: datetime
) -> Actor:
    """Somebody works for that co-operative; with a hash it is the one whom the demo signs in as."""
    new = NewAccount(
        name=name,
        password_hash=_NO_PASSWORD if password_hash is None else password_hash,
        email=f"petugas-{slug}@{DEMO_DOMAIN}" if password_hash is None else DEMO_EMAILS["cooperative"],
        role=Role.COOPERATIVE,
        cooperative_id=cooperative_id,
        is_demo=True,
    )
    return Actor(create_account(session, new, now), Role.COOPERATIVE, cooperative_id, is_manager=True)


def add_fishers(session: Session, slug: str, clerk: Actor, now: datetime) -> tuple[int, ...]:
    """Some people fish for that co-operative, always the same; their ids."""
    chance = Random(slug)
    given = chance.sample(_FISHERS, chance.randint(_FEWEST_FISHERS, _MOST_FISHERS))
    return tuple(add_fisher(session, f"{name} {chance.choice(_SECOND)}", clerk, now) for name in given)


def buyers_for(orders: int) -> int:
    """How many people place `orders` in a year."""
    return min(_MOST_BUYERS, max(_FEWEST_BUYERS, orders // _ORDERS_OF_A_BUYER))


def add_buyers(
    session: Session, count: int, shares: dict[int, float], password_hash: str, now: datetime, chance: Chance
) -> list[Buyer]:
    """So many buyers exist; the first is the one whom the demo signs in as, a household.

    shares: of co-operatives by id, from which favourites are drawn.
    """
    first = NewAccount("Pembeli Contoh", password_hash, DEMO_EMAILS["buyer"], is_demo=True)
    ids = [create_account(session, first, now), *_insert_buyers(session, count - 1, now, chance)]
    kinds = [Kind.HOUSEHOLD, *chance.choices(list(Kind), [kind.share for kind in Kind], k=count - 1)]
    cooperatives, weights = list(shares), list(shares.values())
    return [
        Buyer(buyer_id, kind, tuple(dict.fromkeys(chance.choices(cooperatives, weights, k=3))))
        for buyer_id, kind in zip(ids, kinds, strict=True)
    ]


def _insert_buyers(session: Session, count: int, now: datetime, chance: Chance) -> Sequence[int]:
    rows = [
        {
            "email": f"pembeli-{number:05d}@{DEMO_DOMAIN}",
            "name": f"{chance.choice(_FIRST)} {chance.choice(_LAST)}",
            "password_hash": _NO_PASSWORD,
            "role": Role.BUYER.value,
            "language": "id",
            "session_stamp": secrets.token_hex(16),
            "created_at": now + timedelta(minutes=number),
        }
        for number in range(1, count + 1)
    ]
    if not rows:
        return []
    new = insert(cast(Table, Account.__table__)).returning(Account.__table__.c.id, Account.__table__.c.email)
    ids = {row.email: row.id for row in session.connection().execute(new, rows)}
    return [ids[row["email"]] for row in rows]
