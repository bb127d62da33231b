"""Putting the year into the database: lots, slots and whole purchases, many rows to a statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, update
from sqlalchemy.orm import Session

from ovop.advance.models import HarvestCount
from ovop.catalogue.rules import usual_handling
from ovop.db.types import Base
from ovop.demo.agenda import STORM, SlotState
from ovop.demo.book import Book
from ovop.demo.fishers import Brought, parts_of
from ovop.demo.pictures import DemoPicture
from ovop.demo.purchases import Purchase, Taken
from ovop.demo.rows import Row, Rows
from ovop.demo.shelf import Lot, leftovers
from ovop.demo.tills import deposit_row, entry_rows, till_row, tills_of
from ovop.kernel.ids import Chance
from ovop.ordering.models import Checkout, Order, OrderEvent, OrderLine
from ovop.ordering.numbering import number_receipts
from ovop.payment.models import DemoCharge, DemoRequest, LedgerEntry, Payment, PaymentEvent
from ovop.pickup.models import Slot
from ovop.shares.models import CatchPart, CatchPartEvent
from ovop.stock.models import Catch, CatchPhoto, Movement, PriceChange
from ovop.stock.pricing import STEP_COLUMNS, PriceCause
from ovop.stock.rules import MovementKind
from ovop.till.models import Till, TillDeposit, TillEntry

_LOT_COUNTS = ("available", "held", "sold", "lost")
_SLOT_ENDS = ("booked", "booked_grams", "closed_at", "close_reason")


class Writer:
    """Writes purchases in batches; `finish` brings lots and slots to what became of them."""

    def __init__(
        self, session: Session, book: Book, pictures: dict[str, DemoPicture], now: datetime, chance: Chance
    ) -> None:
        self.session, self.book, self.pictures, self.now, self.chance = session, book, pictures, now, chance
        self.lots: dict[int, Lot] = {}
        self.slots: dict[int, SlotState] = {}
        self.taken: list[Taken] = []

    def write(self, purchases: Iterable[Purchase]) -> None:
        """These purchases with everything that happened to them are in the database."""
        purchases = list(purchases)
        self.add_lots(lot for purchase in purchases for part in purchase.parts for lot in part.lots)
        self._add_slots(part.slot for purchase in purchases for part in purchase.parts)
        for purchase in purchases:
            self.book.enter(purchase)
        self._flush()

    def add_lots(self, wanted: Iterable[Lot]) -> None:
        """These lots are in the database, each once, as they were when they were listed."""
        new = [lot for lot in dict.fromkeys(wanted) if not lot.id]
        ids = self._insert(Catch, ("lot_code",), [_lot_row(lot, self.now) for lot in new])
        for lot in new:
            lot.id = ids[(lot.code,)]
            self.lots[lot.id] = lot
        self._put(
            Movement,
            [
                {
                    "catch_id": lot.id,
                    "kind": MovementKind.CATCH.value,
                    "quantity": lot.caught,
                    "order_number": None,
                    "actor_id": lot.cooperative.clerk.id,
                    "reason": "",
                    "at": lot.listed_at,
                }
                for lot in new
            ],
        )
        self._put(HarvestCount, [_count_row(lot) for lot in new if lot.was_planned and lot.landed_at <= self.now])
        self._put(PriceChange, [_price_row(lot) for lot in new])
        self._put(CatchPhoto, list(self._photo_rows(new)))
        self._add_parts([part for lot in new for part in parts_of(lot, self.now)])

    def finish(self, on_sale: Collection[Lot]) -> None:
        """Lots and slots say what became of them; of lots that are not `on_sale` any more, much is booked out."""
        lost = []
        for lot, quantity, at, reason in leftovers(self.lots.values(), set(on_sale), self.now, self.chance):
            lot.move(MovementKind.LOSE, quantity, at)
            lost.append(
                {
                    "catch_id": lot.id,
                    "kind": MovementKind.LOSE.value,
                    "quantity": quantity,
                    "order_number": None,
                    "actor_id": lot.cooperative.clerk.id,
                    "reason": reason,
                    "at": at,
                }
            )
        self._put(Movement, lost)
        self._change(Catch, _LOT_COUNTS, [(lot.id, *_counts(lot)) for lot in self.lots.values()])
        self._change(Slot, _SLOT_ENDS, [(slot.id, *_ends(slot, self.now)) for slot in self.slots.values()])
        number_receipts(self.session)
        self._add_tills()

    def _add_tills(self) -> None:
        """All cash is in tills, which are counted and deposited as far as that has happened."""
        tills = tills_of(self.taken, self.now)
        ids = self._insert(Till, ("account_id", "opened_at"), [till_row(till) for till in tills])
        known = [(till, ids[till.clerk.id, till.opened_at]) for till in tills]
        self._put(TillEntry, [row for till, till_id in known for row in entry_rows(till, till_id)])
        self._put(TillDeposit, [row for till, till_id in known if (row := deposit_row(till, till_id))])

    def _add_parts(self, parts: Sequence[Brought]) -> None:
        """It is known who brought this, since it was written down."""
        rows = [{"catch_id": part.lot.id, "fisher_id": part.fisher_id, "quantity": part.quantity} for part in parts]
        said = [{"actor_id": part.lot.cooperative.clerk.id, "at": part.at} for part in parts]
        self._put(CatchPart, rows)
        self._put(CatchPartEvent, [row | by for row, by in zip(rows, said, strict=True)])

    def _add_slots(self, wanted: Iterable[SlotState]) -> None:
        """These slots are in the database; those of coming days were made with their points."""
        seen = list(dict.fromkeys(wanted))
        new = [slot for slot in seen if not slot.id]
        ids = self._insert(Slot, ("point_id", "starts_at"), [_slot_row(slot) for slot in new])
        for slot in new:
            slot.id = ids[slot.point.id, slot.starts_at]
        self.slots.update((slot.id, slot) for slot in seen)

    def _flush(self) -> None:
        rows, self.book.rows = self.book.rows, Rows()
        self.taken += rows.taken
        self._put(Payment, rows.payments)
        self._put(Checkout, rows.checkouts)
        for order in rows.orders:
            order["slot_id"] = order.pop("slot").id
        ids = self._insert(Order, ("number",), rows.orders)
        for row in (*rows.lines, *rows.order_events):
            row["order_id"] = ids[(row.pop("order"),)]
        for row in (*rows.lines, *rows.movements):
            row["catch_id"] = row.pop("lot").id
        rows.movements.sort(key=lambda row: row["at"])
        self._put(OrderLine, rows.lines)
        self._put(OrderEvent, rows.order_events)
        self._put(Movement, rows.movements)
        self._put(PaymentEvent, rows.payment_events)
        self._put(LedgerEntry, rows.entries)
        self._put(DemoCharge, rows.charges)
        self._put(DemoRequest, rows.requests)

    def _photo_rows(self, lots: Iterable[Lot]) -> Iterator[Row]:
        for lot in lots:
            picture = self.pictures.get(lot.product.sample.picture or "")
            if picture is not None:
                yield {
                    "catch_id": lot.id,
                    "key": picture.key,
                    "width": picture.width,
                    "height": picture.height,
                    "position": 0,
                    "credit": picture.credit,
                    "created_at": lot.listed_at,
                }

    def _insert(self, model: type[Base], key: Sequence[str], rows: list[Row]) -> dict[tuple[Any, ...], int]:
        """The new rows' ids by their values of `key`, which no two rows share."""
        if not rows:
            return {}
        table = cast(Table, model.__table__)
        new = insert(table).returning(table.c.id, *(table.c[name] for name in key))
        return {tuple(row[1:]): row.id for row in self.session.connection().execute(new, rows)}

    def _put(self, model: type[Base], rows: list[Row]) -> None:
        if rows:
            self.session.connection().execute(insert(cast(Table, model.__table__)), rows)

    def _change(self, model: type[Base], columns: Sequence[str], rows: list[tuple[object, ...]]) -> None:
        """The rows with these ids have these values; past the unit of work, which would want whole objects."""
        if not rows:
            return
        table = cast(Table, model.__table__)
        change = update(table).where(table.c.id == bindparam("row"))
        self.session.connection().execute(
            change.values({name: bindparam(f"to_{name}") for name in columns}),
            [dict(zip(("row", *(f"to_{name}" for name in columns)), row, strict=True)) for row in rows],
        )


def _lot_row(lot: Lot, now: datetime) -> Row:
    sample = lot.product.sample
    return {
        "lot_code": lot.code,
        "product_id": lot.product.id,
        "cooperative_id": lot.cooperative.id,
        "village_code": lot.cooperative.sample.village,
        "species_code": sample.species,
        "name": sample.name,
        "form": sample.form.value,
        "measure": sample.measure.value,
        "unit": sample.unit.value,
        "caught": lot.caught,
        "available": lot.caught,
        "held": 0,
        "sold": 0,
        "lost": 0,
        "unit_price": lot.unit_price,
        "landing_price": lot.landing_price,
        "landed_at": lot.landed_at,
        "best_before": lot.best_before,
        "grade": lot.grade,
        "gear": sample.gear,
        "fishing_area": lot.fishing_area,
        "note": "",
        "is_withdrawn": False,
        "is_planned": lot.was_planned and lot.landed_at > now,
        "created_at": lot.listed_at,
        "handling": usual_handling(sample.form).value,
        "price_breaks": lot.price_breaks,
    }


def _count_row(lot: Lot) -> Row:
    """A pond keeps what it promised: what was sold ahead was all there, and counted when it was harvested."""
    return {
        "catch_id": lot.id,
        "expected": lot.caught,
        "quantity": lot.caught,
        "actor_id": lot.cooperative.clerk.id,
        "at": lot.landed_at,
    }


def _price_row(lot: Lot) -> Row:
    return {
        "catch_id": lot.id,
        "cause": PriceCause.LISTED.value,
        "unit_price": lot.unit_price,
        **dict.fromkeys(STEP_COLUMNS),
        "price_breaks": lot.price_breaks,
        "actor_id": lot.cooperative.clerk.id,
        "at": lot.listed_at,
    }


def _slot_row(slot: SlotState) -> Row:
    return {
        "point_id": slot.point.id,
        "cooperative_id": slot.cooperative.id,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "deadline_at": slot.deadline_at,
        "capacity": slot.capacity,
        "capacity_grams": slot.capacity_grams,
        "booked": 0,
        "booked_grams": 0,
        "is_retired": False,
    }


def _counts(lot: Lot) -> tuple[int, int, int, int]:
    """As in _LOT_COUNTS."""
    return lot.available, lot.held, lot.sold, lot.lost


def _ends(slot: SlotState, now: datetime) -> tuple[int, int, datetime | None, str]:
    """As in _SLOT_ENDS."""
    is_closed = slot.closes_at is not None and slot.closes_at <= now
    return slot.booked, slot.booked_grams, slot.closes_at if is_closed else None, STORM if is_closed else ""
