"""Playing a planned year by the operations that a real market uses, one at a time and in order of time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from ovop.accounts.models import Role
from ovop.accounts.rules import Actor
from ovop.advance.counting import count_harvest
from ovop.db import db, write
from ovop.demo.agenda import STORM, SlotState
from ovop.demo.fishers import Brought, parts_of
from ovop.demo.purchases import Deed, Event, Purchase
from ovop.demo.queries import slot_ids
from ovop.demo.scales import scale_of
from ovop.demo.settling import acts_of, draw_all
from ovop.demo.shelf import Lot
from ovop.demo.tills import ICE, Till, form_key, reference_of
from ovop.demo.year import Year
from ovop.kernel import days
from ovop.ordering import card_flows, flows, operations, paying
from ovop.ordering.models import Order
from ovop.ordering.placing import place_checkout
from ovop.ordering.requests import CheckoutRequest, WantedLine, WantedPickup
from ovop.ordering.rules import Who
from ovop.payment.providers import demo
from ovop.payment.rules import EventKind
from ovop.pickup.models import PickupPoint
from ovop.pickup.operations import make_slots
from ovop.scales.operations import record_verification
from ovop.settlement.flows import draw_due
from ovop.shares.operations import record_parts
from ovop.stock.models import Catch
from ovop.stock.operations import change_stock, list_catch
from ovop.stock.photos import add_photo
from ovop.stock.rules import NewCatch
from ovop.till.operations import Entry, Slip, count_till, deposit, enter_by_hand, open_till
from ovop.till.queries import find_open_till
from ovop.till.rules import EntryKind
from tests.conftest import Clock

#: Something that happens at an instant; among equals the smaller rank comes first.
Happening = tuple[datetime, int, Callable[[datetime], object]]


class Replay:
    """A planned year on its way into an empty market whose stage is set."""

    def __init__(self, clock: Clock, photos: dict[str, Sequence[Any]]) -> None:
        self.clock, self.photos = clock, photos
        self.happenings: list[Happening] = []
        self.lots: dict[int, int] = {}
        self.slots: dict[SlotState, int] = {}
        self.tills: dict[Till, int] = {}

    def plan_lot(self, lot: Lot) -> None:
        """The lot is listed when it was, and it is said who brought it."""
        self.happenings.append((lot.listed_at, 0, lambda at: self._list(lot, at)))
        if lot.was_planned and lot.landed_at <= self.clock.now:
            self.happenings.append((lot.landed_at, 0, lambda at: self._count_harvest(lot, at)))
        if parts := list(parts_of(lot, self.clock.now)):
            self.happenings.append((parts[0].at, 0, lambda at: self._record_parts(lot, parts, at)))

    def plan_loss(self, code: str, quantity: int, reason: str, at: datetime, clerk: Actor) -> None:
        """What is past its best is booked as lost."""

        def lose(at: datetime) -> None:
            catch = db.session.scalar(select(Catch.id).where(Catch.lot_code == code))
            write(change_stock, catch, -quantity, reason, clerk, at)

        self.happenings.append((at, 9, lose))

    def plan_purchase(self, purchase: Purchase) -> None:
        """The purchase is placed, and everything happens to it that did."""
        self.happenings.append((purchase.at, 1, lambda at: self._place(purchase, at)))
        for rank, event in enumerate(purchase.events, start=2):
            self.happenings.append((event.at, rank, lambda at, event=event: self._follow(purchase, event, at)))

    def plan_tills(self, tills: Iterable[Till]) -> None:
        """Tills are opened, used, counted and deposited when they were; the others open by themselves."""
        for till in tills:
            if till.change:
                self.happenings.append((till.opened_at, 1, lambda at, till=till: self._open(till, at)))
            if till.ice:
                self.happenings.append((till.ice_at, 9, lambda at, till=till: self._buy_ice(till, at)))
            if till.closed_at:
                self.happenings.append((till.closed_at, 9, lambda at, till=till: self._count(till, at)))
        brought = [till for till in tills if till.deposited_at and till.cash.deposited]
        for clerk, at in dict.fromkeys((till.clerk, till.deposited_at) for till in brought):
            of_slip = [till for till in brought if (till.clerk, till.deposited_at) == (clerk, at)]
            self.happenings.append((at, 9, lambda at, of_slip=of_slip: self._deposit(of_slip, at)))

    def plan_verifications(self, year: Year) -> None:
        """Scales are verified anew when they were."""
        for placed in year.stage.cooperatives:
            for scale in placed.scales:
                for said in scale.verified[1:]:
                    verify = partial(write, record_verification, scale.id, said.until, said.reference, placed.clerk)
                    self.happenings.append((said.at, 0, verify))

    def plan_statements(self, year: Year) -> None:
        """Statements are drawn by the duty that draws them, and the office does with them what it did."""
        for at, act in acts_of(year.stage, year.first, self.clock.now):
            does = draw_due if act is draw_all else partial(write, act)
            self.happenings.append((at, 10, does))

    def run(self) -> None:
        """Everything has happened."""
        now = self.clock.now
        for at, _rank, happen in sorted(self.happenings, key=lambda happening: happening[:2]):
            self.clock.now = at
            happen(at)
        self.clock.now = now

    def make_slots(self, slots: Iterable[SlotState]) -> None:
        """These slots exist, with all others of their day."""
        for slot in slots:
            day = days.start_of(days.day_of(slot.starts_at))
            write(_slots_of_a_month, slot.point.id, slot.point.hours, day)
        known = slot_ids(db.session())
        db.session.rollback()
        self.slots = {slot: known[slot.point.id, slot.starts_at] for slot in slots}

    def plan_closings(self) -> None:
        """Slots that a storm closed are closed when they were."""
        for slot, slot_id in self.slots.items():
            if slot.closes_at is not None and slot.closes_at <= self.clock.now:

                def close(at: datetime, slot: SlotState = slot, slot_id: int = slot_id) -> None:
                    flows.close_slot(slot_id, STORM, slot.cooperative.clerk, at)

                self.happenings.append((slot.closes_at, 1, close))

    def _list(self, lot: Lot, at: datetime) -> None:
        sample = lot.product.sample
        new = NewCatch(
            product_id=lot.product.id,
            quantity=lot.caught,
            unit_price=lot.unit_price,
            landed_at=lot.landed_at,
            best_before=lot.best_before,
            grade=lot.grade,
            gear=sample.gear,
            fishing_area=lot.fishing_area,
            landing_price=lot.landing_price,
        )
        clerk = lot.cooperative.clerk
        self.lots[lot.key] = catch = write(list_catch, new, clerk, at, Letters(lot.code[-4:]))
        if picture := self.photos.get(lot.product.sample.picture or ""):
            write(add_photo, catch, picture.key, picture.width, picture.height, clerk, at, picture.credit)

    def _count_harvest(self, lot: Lot, at: datetime) -> None:
        write(count_harvest, self.lots[lot.key], lot.caught, lot.cooperative.clerk, at)

    def _record_parts(self, lot: Lot, parts: Sequence[Brought], at: datetime) -> None:
        brought = {part.fisher_id: part.quantity for part in parts}
        write(record_parts, self.lots[lot.key], brought, lot.cooperative.clerk, at)

    def _open(self, till: Till, at: datetime) -> None:
        self.tills[till] = write(open_till, till.change, form_key(till.day, EntryKind.CHANGE), till.clerk, at)

    def _buy_ice(self, till: Till, at: datetime) -> None:
        entry = Entry(EntryKind.HAND, -till.ice, form_key(till.day, EntryKind.HAND), ICE)
        write(enter_by_hand, self._till_id(till), entry, till.clerk, at)

    def _count(self, till: Till, at: datetime) -> None:
        cash, till_id = till.cash, self._till_id(till)
        assert cash.counted is not None
        write(count_till, till_id, cash.counted, till.explanation, cash.expected, till.clerk, at)

    def _deposit(self, tills: Sequence[Till], at: datetime) -> None:
        amounts = {self._till_id(till): till.cash.deposited for till in tills}
        on = days.day_of(at)
        slip = Slip(reference_of(tills[0].cooperative, on), on)
        write(deposit, amounts, slip, form_key(on), tills[0].clerk, at)

    def _till_id(self, till: Till) -> int:
        if till not in self.tills:
            opened_by_itself = find_open_till(db.session(), till.clerk.id, till.day)
            db.session.rollback()
            assert opened_by_itself is not None
            self.tills[till] = opened_by_itself.id
        return self.tills[till]

    def _place(self, purchase: Purchase, at: datetime) -> None:
        request = CheckoutRequest(
            lines=tuple(WantedLine(self.lots[line.catch], line.quantity) for line in purchase.request.lines),
            pickups=tuple(WantedPickup(part.cooperative.id, self.slots[part.slot]) for part in purchase.parts),
            payment=purchase.request.payment,
            note=purchase.request.note,
        )
        _answer, is_replay = write(
            place_checkout,
            request,
            _buyer(purchase),
            purchase.checkout_id,
            at,
            word=lambda row: row.id,
            qris_maximum=current_app.config["OVOP"].qris_maximum,
            card_minimum=current_app.config["OVOP"].stripe_minimum,
            chance=Random(purchase.seed),
        )
        assert not is_replay

    def _follow(self, purchase: Purchase, event: Event, at: datetime) -> None:
        draft, part = purchase.drafts[event.part], purchase.parts[event.part]
        clerk, number = part.cooperative.clerk, draft.number
        match event.deed:
            case Deed.BEGIN:
                flows.begin_payment(purchase.checkout_id, _buyer(purchase), at, "http://localhost/", "id")
            case Deed.PAY:
                amount = write(demo.pay, f"demo_{draft.payment_id}")
                key = f"demo_{draft.payment_id}:authorised"
                assert flows.apply_payment_event(draft.payment_id, EventKind.AUTHORISED, amount, key, at)
            case Deed.DECLINE:
                key = f"demo_{draft.payment_id}:declined:1"
                assert flows.apply_payment_event(draft.payment_id, EventKind.DECLINED, 0, key, at)
            case Deed.EXPIRE:
                assert write(paying.expire_checkout, purchase.checkout_id, at)
            case Deed.WEIGH:
                weights = {self.lots[lot.key]: weight for lot, weight in zip(part.lots, event.weights, strict=True)}
                scale = scale_of(part.cooperative.scales, number)
                write(operations.weigh_order, number, weights, clerk, at, scale_id=scale.id)
            case Deed.HAND_OVER:
                flows.hand_over(number, _code(number), event.reference, clerk, at)
            case Deed.CANCEL if event.closes_slot:
                pass  # fell with its slot
            case Deed.CANCEL:
                actor = _buyer(purchase) if event.who is Who.BUYER else clerk
                write(operations.cancel_order, number, actor, at, event.reason, restock=event.restock)
            case Deed.MISS:
                write(operations.mark_no_show, number, clerk, at)
        card_flows.settle({"checkout": purchase.checkout_id}, at)


class Letters(Random):
    """Chance that spells a known word."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.letters = iter(word)

    def choice(self, seq: Sequence[Any]) -> Any:
        letter = next(self.letters)
        assert letter in seq
        return letter


def _buyer(purchase: Purchase) -> Actor:
    return Actor(purchase.buyer.id, Role.BUYER)


def _code(number: str) -> str:
    code = db.session.scalar(select(Order.pickup_code).where(Order.number == number))
    db.session.rollback()
    return str(code)


def _slots_of_a_month(session: Session, point_id: int, hours: tuple[Any, ...], at: datetime) -> None:
    point = session.get(PickupPoint, point_id)
    assert point is not None
    make_slots(session, point, hours, (), at)
