"""What reading shares gives: frozen, complete, the same from what is counted now and from what was shared out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ovop.shares.rules import LotMoney, dues_on


@dataclass(frozen=True, slots=True)
class FisherRow:
    """A fisher on the co-operative's list."""

    id: int
    name: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    """What a fisher brought of a lot, in grams or pieces, and is due of it before dues, in rupiah."""

    fisher_id: int
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot with what it brought in some days and whose that is.  `caught`: the grams or pieces it is shared by."""

    id: int
    lot_code: str
    name: str
    measure: str
    unit: str
    landed_at: datetime
    caught: int
    money: LotMoney
    parts: tuple[PartRow, ...]

    @property
    def own(self) -> int:
        """Rupiah of it that are the co-operative's own."""
        return self.money.received - sum(part.amount for part in self.parts)


@dataclass(frozen=True, slots=True)
class FisherShare:
    """One fisher's share of what some days brought: pairs of lot and part, rupiah before dues, dues."""

    fisher: FisherRow
    parts: tuple[tuple[LotRow, PartRow], ...]
    amount: int
    dues: int

    @property
    def net(self) -> int:
        """What is to be handed over; below zero when more of it was given back than sold."""
        return self.amount - self.dues


@dataclass(frozen=True, slots=True)
class SharingRow:
    """Days whose shares were handed out, when and by whom; `received` in rupiah."""

    id: int
    first: date
    last: date
    dues_basis_points: int
    closed_at: datetime
    by: str
    received: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What `first` … `last` (days in Asia/Jakarta, both counted) brought and whose it is.

    sharing: the one that it stands in, once shared out.  overlapping: others that have some of its days.
    """

    first: date
    last: date
    dues_basis_points: int
    lots: tuple[LotRow, ...]
    fishers: tuple[FisherShare, ...]
    sharing: SharingRow | None
    overlapping: tuple[SharingRow, ...]

    @property
    def money(self) -> LotMoney:
        """What all lots brought."""
        return sum((lot.money for lot in self.lots), LotMoney())

    @property
    def amount(self) -> int:
        """The fishers' shares before dues."""
        return sum(share.amount for share in self.fishers)

    @property
    def dues(self) -> int:
        """What the co-operative keeps of them."""
        return sum(share.dues for share in self.fishers)

    @property
    def net(self) -> int:
        """What is to be handed over to fishers."""
        return sum(share.net for share in self.fishers)

    @property
    def own(self) -> int:
        """What was the co-operative's own from the start: net + dues + own is what was received."""
        return sum(lot.own for lot in self.lots)

    @property
    def unnamed(self) -> tuple[LotRow, ...]:
        """Lots of which nobody has said who brought them."""
        return tuple(lot for lot in self.lots if not lot.parts)


def shares_of(
    lots: tuple[LotRow, ...], fishers: Mapping[int, FisherRow], dues_basis_points: int
) -> tuple[FisherShare, ...]:
    """Each fisher's share of these lots, by name; fishers without any are left out."""
    brought: dict[int, list[tuple[LotRow, PartRow]]] = {}
    for lot in lots:
        for part in lot.parts:
            brought.setdefault(part.fisher_id, []).append((lot, part))
    shares = []
    for fisher_id, parts in brought.items():
        amount = sum(part.amount for _lot, part in parts)
        shares.append(FisherShare(fishers[fisher_id], tuple(parts), amount, dues_on(amount, dues_basis_points)))
    return tuple(sorted(shares, key=lambda share: (share.fisher.name.casefold(), share.fisher.id)))
