"""Writing down a purchase's life as rows: what the real operations would have written, by the same pure rules.

Nothing here touches the database; `ovop.demo.writing` does.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from ovop.demo.money import Money
from ovop.demo.orders import OrderState
from ovop.demo.purchases import Deed, Event, Purchase, Taken
from ovop.demo.rows import Rows
from ovop.demo.scales import scale_of
from ovop.kernel.money import commission_on
from ovop.kernel.quantity import Measure
from ovop.ordering.rows import LineRow
from ovop.ordering.rules import (
    TIME_TO_PAY,
    CheckoutStatus,
    Ordered,
    OrderStatus,
    Step,
    Who,
    next_status,
    weigh,
)
from ovop.payment import ledger
from ovop.payment.rules import EventKind, Method
from ovop.stock.rules import MovementKind


class Book:
    """Keeps the rows of many purchases until they are written; lots and slots are moved at once."""

    def __init__(self, commission_points: int) -> None:
        self.commission_points = commission_points
        self.rows = Rows()

    def enter(self, purchase: Purchase) -> None:
        """The purchase and everything that happened to it is in the rows."""
        entry = _Entry(self.rows, purchase, self.commission_points)
        entry.place()
        for event in purchase.events:
            entry.follow(event)
        entry.close()


class _Entry:
    """One purchase being written down."""

    def __init__(self, rows: Rows, purchase: Purchase, commission_points: int) -> None:
        self.rows, self.purchase, self.commission_points = rows, purchase, commission_points
        self.method = purchase.request.payment
        self.status = CheckoutStatus.AWAITING_PAYMENT if self.method.is_card else CheckoutStatus.CONFIRMED
        self.expires_at = purchase.at + TIME_TO_PAY if self.method.is_card else None
        self.monies: dict[str, Money] = {}
        self.orders: list[OrderState] = []

    def place(self) -> None:
        """As `ordering.placing.place_checkout` leaves it."""
        at, maxima = self.purchase.at, dict[str, int]()
        for draft in self.purchase.drafts:
            maxima[draft.payment_id] = maxima.get(draft.payment_id, 0) + draft.maximum
        for payment_id, maximum in maxima.items():
            self.monies[payment_id] = Money(payment_id, self.method, maximum, at, self.purchase.checkout_id)
        status = OrderStatus(self.status.value)
        for draft, part in zip(self.purchase.drafts, self.purchase.parts, strict=True):
            order = OrderState(draft, part, self.monies[draft.payment_id], status)
            self.orders.append(order)
            part.slot.booked += 1
            part.slot.booked_grams += draft.grams
            self._remember(order, at, self.purchase.buyer.id)
            for line in draft.lines:
                self._move(order, line, MovementKind.HOLD, line.quantity, at, self.purchase.buyer.id)

    def follow(self, event: Event) -> None:
        """What happened next."""
        match event.deed:
            case Deed.BEGIN:
                self._shared.begin(event.at)
            case Deed.PAY:
                self._pay(event.at)
            case Deed.DECLINE:
                self._shared.decline(event.at)
            case Deed.EXPIRE:
                self._expire(event.at)
            case Deed.WEIGH:
                self._weigh(self.orders[event.part], event)
            case Deed.HAND_OVER:
                self._hand_over(self.orders[event.part], event)
            case Deed.CANCEL:
                self._cancel(self.orders[event.part], event)
            case Deed.MISS:
                self._miss(self.orders[event.part], event)
            case _:
                assert_never(event.deed)

    def close(self) -> None:
        """The final rows of checkout, orders, lines and payments."""
        purchase, drafts = self.purchase, self.purchase.drafts
        self.rows.checkouts.append(
            {
                "id": purchase.checkout_id,
                "buyer_id": purchase.buyer.id,
                "status": self.status.value,
                "method": self.method.value,
                "total": sum(draft.estimate for draft in drafts),
                "maximum": sum(draft.maximum for draft in drafts),
                "expires_at": self.expires_at,
                "is_demo": False,
                "created_at": purchase.at,
            }
        )
        for order in self.orders:
            self.rows.orders.append(order.row(self.purchase))
            self.rows.lines += order.line_rows()
        for money in self.monies.values():
            money.write(self.rows)

    @property
    def _shared(self) -> Money:
        """The card payment that all orders share."""
        (money,) = self.monies.values()
        return money

    def _pay(self, at: datetime) -> None:
        money = self._shared
        money.pay(at)
        self.status, self.expires_at = CheckoutStatus.CONFIRMED, None
        for order in self.orders:
            self._step(order, Step.CONFIRM, Who.MARKET, at, None)
        self._settle(at)

    def _expire(self, at: datetime) -> None:
        self.status = CheckoutStatus.EXPIRED
        self._shared.tell(EventKind.VOIDED, 0, f"{self._shared.id}:expired", at)
        for order in self.orders:
            self._step(order, Step.EXPIRE, Who.MARKET, at, None)
            self._give_back(order, at, None)
            self._release(order)

    def _weigh(self, order: OrderState, event: Event) -> None:
        clerk = order.part.cooperative.clerk.id
        self._step(order, Step.WEIGH, Who.COOPERATIVE, event.at, clerk)
        lines = order.draft.lines
        weighed = weigh(
            [Ordered(line.catch, Measure(line.measure), line.unit_price, line.quantity) for line in lines],
            {line.catch: weight for line, weight in zip(lines, event.weights, strict=True)},
        )
        order.finals = [(line.quantity, line.amount) for line in weighed]
        order.total = sum(line.amount for line in weighed)
        order.weighed_at = event.at
        scale = scale_of(order.part.cooperative.scales, order.draft.number)
        order.scale_id, order.scale_verified_until = scale.id, scale.until(event.at)
        for line, result in zip(lines, weighed, strict=True):
            kind = MovementKind.HOLD if result.difference > 0 else MovementKind.RELEASE
            self._move(order, line, kind, abs(result.difference), event.at, clerk)
        self._settle(event.at)

    def _hand_over(self, order: OrderState, event: Event) -> None:
        clerk, money, number = order.part.cooperative.clerk.id, order.money, order.draft.number
        order.collected_at, order.reference = event.at, event.reference
        order.commission_points = self.commission_points
        self._step(order, Step.HAND_OVER, Who.COOPERATIVE, event.at, clerk)
        if not self.method.is_card:
            money.tell(EventKind.CAPTURED, order.total, f"{money.id}:received", event.at, about=order.about)
        commission = commission_on(order.total, self.commission_points)
        money.book(f"order:{number}:earned", ledger.earned(order.total, commission), event.at, order.about)
        if not self.method.is_card:
            money.book(f"order:{number}:kept", ledger.kept(order.total), event.at, order.about)
        if self.method is Method.CASH and order.total:
            self.rows.taken.append(Taken(order.part.cooperative, number, order.total, event.at))
        for line, quantity in zip(order.draft.lines, order.held, strict=True):
            self._move(order, line, MovementKind.SELL, quantity, event.at, clerk)
        self._settle(event.at)

    def _cancel(self, order: OrderState, event: Event) -> None:
        actor = self.purchase.buyer.id if event.who is Who.BUYER else order.part.cooperative.clerk.id
        self._step(order, Step.CANCEL, event.who, event.at, actor, event.reason)
        self._give_back(order, event.at, actor, event.reason, restock=event.restock)
        self._release(order)
        if all(other.status is OrderStatus.CANCELLED for other in self.orders):
            self.status, self.expires_at = CheckoutStatus.CANCELLED, None
        self._drop_claim(order, event.at)

    def _miss(self, order: OrderState, event: Event) -> None:
        clerk = order.part.cooperative.clerk.id
        self._step(order, Step.MARK_NO_SHOW, Who.COOPERATIVE, event.at, clerk)
        self._give_back(order, event.at, clerk)
        self._drop_claim(order, event.at)

    def _step(
        self, order: OrderState, step: Step, who: Who, at: datetime, actor_id: int | None, reason: str = ""
    ) -> None:
        order.status = next_status(order.status, step, who)
        self._remember(order, at, actor_id, reason)

    def _remember(self, order: OrderState, at: datetime, actor_id: int | None, reason: str = "") -> None:
        self.rows.order_events.append(
            {
                "order": order.draft.number,
                "status": order.status.value,
                "actor_id": actor_id,
                "reason": reason,
                "at": at,
            }
        )

    def _move(
        self,
        order: OrderState,
        line: LineRow,
        kind: MovementKind,
        quantity: int,
        at: datetime,
        actor_id: int | None,
        reason: str = "",
    ) -> None:
        if quantity == 0:
            return
        lot = next(lot for lot in order.part.lots if lot.key == line.catch)
        lot.move(kind, quantity, at)
        self.rows.movements.append(
            {
                "lot": lot,
                "kind": kind.value,
                "quantity": quantity,
                "order_number": order.draft.number,
                "actor_id": actor_id,
                "reason": reason,
                "at": at,
            }
        )

    def _give_back(
        self, order: OrderState, at: datetime, actor_id: int | None, reason: str = "", *, restock: bool = True
    ) -> None:
        lots = {lot.key: lot for lot in order.part.lots}
        for line, quantity in zip(order.draft.lines, order.held, strict=True):
            back = restock and lots[line.catch].best_before > at
            kind = MovementKind.RELEASE if back else MovementKind.LOSE_HELD
            self._move(order, line, kind, quantity, at, actor_id, reason)

    def _release(self, order: OrderState) -> None:
        order.part.slot.booked -= 1
        order.part.slot.booked_grams -= order.draft.grams

    def _drop_claim(self, order: OrderState, at: datetime) -> None:
        if self.method.is_card:
            self._settle(at)
        else:
            order.money.tell(EventKind.VOIDED, 0, f"{order.money.id}:voided", at)

    def _settle(self, at: datetime) -> None:
        """Card money is brought to what is due, as `ordering.card_flows.settle` does."""
        if self.method.is_card:
            weighed = any(order.status in (OrderStatus.READY, OrderStatus.COLLECTED) for order in self.orders)
            self._shared.settle(sum(order.due for order in self.orders), at, capture_now=weighed)
