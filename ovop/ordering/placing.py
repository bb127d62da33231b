"""Placing a checkout: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, insert, literal, select
from sqlalchemy.orm import Session, aliased

from ovop.accounts.errors import KeyReused
from ovop.accounts.idempotency import Answer, fingerprint, remember_answer
from ovop.accounts.models import Cooperative, RememberedAnswer, Role
from ovop.accounts.rules import Actor, require_role
from ovop.kernel.errors import Invalid
from ovop.kernel.ids import CHANCE, Chance, new_id
from ovop.ordering.drafts import Draft, drafts_for, grams_of
from ovop.ordering.errors import PriceChanged
from ovop.ordering.models import Checkout, Order, OrderEvent, OrderLine
from ovop.ordering.post import Letter, post_letters
from ovop.ordering.requests import CheckoutRequest
from ovop.ordering.rows import CheckoutRow, EventRow, OrderRow, PickupRow
from ovop.ordering.rules import (
    TIME_TO_PAY,
    CheckoutStatus,
    OrderStatus,
    Standing,
    check_cash,
)
from ovop.ordering.standing import no_shows_of, open_cash_of
from ovop.payment.errors import MethodNotAllowed
from ovop.payment.operations import open_payments
from ovop.payment.rules import STRIPE_MAXIMUM, Method, PaymentStatus
from ovop.pickup.errors import SlotUnsuitable
from ovop.pickup.models import PickupPoint, PointUse, Slot
from ovop.pickup.operations import BookedSlot, book
from ovop.pickup.rules import Misfit, misfit
from ovop.pickup.use_rules import OPEN_USES
from ovop.stock.movements import HeldCatch, Move, hold, record
from ovop.stock.rules import MovementKind
from ovop.villages.models import Village

_CHECKOUT_COLUMNS = ("id", "buyer_id", "status", "method", "total", "maximum", "expires_at", "created_at")
_ORDER_COLUMNS = (
    "number checkout_id buyer_id cooperative_id village_code payment_id status estimate maximum total pickup_code "
    "note created_at"
).split()
_LINE_COLUMNS = "name species_code form measure unit unit_price quantity amount maximum".split()


@dataclass(frozen=True, slots=True)
class Seller:
    """A co-operative at a point where it hands over, as the buyer will read it.  host: as `PickupRow` has it."""

    id: int
    name: str
    village_code: str
    village_name: str
    allows_cash: bool
    has_qris: bool
    point_id: int
    point_name: str
    address: str
    latitude: float
    longitude: float
    host: str | None


@dataclass(frozen=True, slots=True)
class Context:
    """What placing has to know before it takes anything."""

    remembered: Answer | None
    standing: Standing
    sellers: dict[int, Seller]


def place_checkout(
    session: Session,
    request: CheckoutRequest,
    actor: Actor,
    key: str,
    now: datetime,
    *,
    word: Callable[[CheckoutRow], str],
    qris_maximum: int,
    card_minimum: int = 0,
    chance: Chance = CHANCE,
) -> tuple[Answer, bool]:
    """The checkout stands with its orders, goods held and places taken; answers (answer, whether it was given before).

    word: writes the row as the body that a repeat of `key` will get again.  qris_maximum: rupiah for each order.
    card_minimum: rupiah for the whole by Stripe.
    Raises: Invalid, KeyReused, CashNotAllowed, MethodNotAllowed, SlotFull, SlotUnsuitable, OutOfStock, NotOnSale,
    PriceChanged, NotFound.
    """
    require_role(actor, Role.BUYER)
    request.check()
    request_print = fingerprint_of(request)
    context = _context(session, request, actor, key, request_print, now)
    if context.remembered is not None:
        return context.remembered, True
    _check_method(request, context)
    catches = hold(session, {line.catch: line.quantity for line in request.lines}, now)
    drafts = drafts_for(request, catches, now, chance)
    maximum = sum(draft.maximum for draft in drafts)
    if request.agreed_maximum not in (None, maximum):
        raise PriceChanged(maximum)
    if request.payment is Method.QRIS and any(draft.maximum > qris_maximum for draft in drafts):
        raise MethodNotAllowed(Method.QRIS, "limit")
    if request.payment is Method.STRIPE and not card_minimum <= maximum <= STRIPE_MAXIMUM:
        raise MethodNotAllowed(Method.STRIPE, "below-minimum" if maximum < card_minimum else "limit")
    slots = _book(session, request, drafts, catches, now)
    checkout = _row(request, actor, drafts, context.sellers, slots, new_id(now, chance), now)
    _write(session, checkout, actor)
    answer = Answer(201, word(checkout))
    remember_answer(session, actor.id, key, request_print, answer, now)
    return answer, False


def fingerprint_of(request: CheckoutRequest) -> bytes:
    """What tells this request from another one with the same key."""
    return fingerprint("checkout", request.as_plain())


def _context(
    session: Session, request: CheckoutRequest, actor: Actor, key: str, request_print: bytes, now: datetime
) -> Context:
    """Everything to be known first, in one query: an earlier answer, the buyer's standing, the sellers' points."""
    one = select(literal(1).label("one")).subquery()
    owner = aliased(Cooperative)
    rows = session.execute(
        select(
            RememberedAnswer.fingerprint,
            RememberedAnswer.status,
            RememberedAnswer.body,
            no_shows_of(actor.id, now).scalar_subquery().label("no_shows"),
            open_cash_of(actor.id).scalar_subquery().label("open_cash"),
            Slot.id.label("slot_id"),
            Cooperative.id,
            Cooperative.name,
            Cooperative.village_code,
            Village.name.label("village_name"),
            Cooperative.allows_cash,
            Cooperative.qris_payload.is_not(None).label("has_qris"),
            PickupPoint.id.label("point_id"),
            PickupPoint.name.label("point_name"),
            PickupPoint.address,
            PickupPoint.latitude,
            PickupPoint.longitude,
            case((owner.id != Cooperative.id, owner.name)).label("host"),
            PointUse.status.label("use"),
            owner.id.label("owner_id"),
        )
        .select_from(one)
        .outerjoin(RememberedAnswer, and_(RememberedAnswer.account_id == actor.id, RememberedAnswer.key == key))
        .outerjoin(Slot, Slot.id.in_([pickup.slot for pickup in request.pickups]))
        .outerjoin(PickupPoint, and_(PickupPoint.id == Slot.point_id, PickupPoint.is_active.is_(True)))
        .outerjoin(owner, and_(owner.id == PickupPoint.cooperative_id, owner.is_active.is_(True)))
        .outerjoin(PointUse, and_(PointUse.point_id == PickupPoint.id, PointUse.opened_at.is_not(None)))
        .outerjoin(Cooperative, and_(Cooperative.id == PointUse.cooperative_id, Cooperative.is_active.is_(True)))
        .outerjoin(Village, Village.code == Cooperative.village_code)
    ).all()
    first = rows[0]
    remembered = None
    if first.fingerprint is not None:
        if first.fingerprint != request_print:
            raise KeyReused()
        remembered = Answer(first.status, first.body)
    by_pickup = {(row.id, row.slot_id): row for row in rows if row.id is not None and row.owner_id is not None}
    sellers: dict[int, Seller] = {}
    for pickup in request.pickups if remembered is None else ():
        row = by_pickup.get((pickup.cooperative, pickup.slot))
        if row is None:
            raise Invalid({"pickups": "unknown"})
        if row.use not in OPEN_USES:
            raise SlotUnsuitable(pickup.slot, Misfit.NOT_SHARED)
        sellers[row.id] = Seller(**{name: getattr(row, name) for name in Seller.__slots__})
    return Context(remembered, Standing(first.no_shows, first.open_cash), sellers)


def _check_method(request: CheckoutRequest, context: Context) -> None:
    sellers = context.sellers.values()
    if request.payment is Method.CASH:
        check_cash(context.standing, allowed_by_all=all(seller.allows_cash for seller in sellers))
    if request.payment is Method.QRIS and not all(seller.has_qris for seller in sellers):
        raise MethodNotAllowed(Method.QRIS, "no-code")


def _book(
    session: Session, request: CheckoutRequest, drafts: list[Draft], catches: Mapping[int, HeldCatch], now: datetime
) -> dict[int, BookedSlot]:
    """A place for each draft, taken in the order of the slots' ids; answers slots by co-operative."""
    grams = {draft.cooperative_id: draft.grams for draft in drafts}
    slots = {
        pickup.cooperative: book(session, pickup.slot, pickup.cooperative, grams[pickup.cooperative], now)
        for pickup in sorted(request.pickups, key=lambda pickup: pickup.slot)
    }
    for catch in catches.values():
        check_fit(slots[catch.cooperative_id], catch.id, catch.landed_at, catch.best_before, now)
    return slots


def check_fit(slot: BookedSlot, catch: int, landed_at: datetime, best_before: datetime, now: datetime) -> None:
    """Raises SlotUnsuitable unless a lot of these times can be handed over in the slot."""
    reason = misfit(
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        deadline_at=slot.deadline_at,
        is_closed=False,
        landed_at=landed_at,
        best_before=best_before,
        now=now,
    )
    if reason is not None:
        raise SlotUnsuitable(slot.id, reason, catch)


def _row(
    request: CheckoutRequest,
    actor: Actor,
    drafts: list[Draft],
    sellers: Mapping[int, Seller],
    slots: Mapping[int, BookedSlot],
    checkout_id: str,
    now: datetime,
) -> CheckoutRow:
    """The checkout as it will be read: a card waits for its payment, other ways to pay are settled at the handover."""
    status = OrderStatus.AWAITING_PAYMENT if request.payment.is_card else OrderStatus.CONFIRMED
    expires_at = now + TIME_TO_PAY if request.payment.is_card else None
    orders = tuple(
        OrderRow(
            id=0,
            number=draft.number,
            checkout_id=checkout_id,
            status=status,
            buyer_id=actor.id,
            cooperative_id=draft.cooperative_id,
            cooperative_name=sellers[draft.cooperative_id].name,
            village_code=sellers[draft.cooperative_id].village_code,
            village_name=sellers[draft.cooperative_id].village_name,
            pickup=_pickup(sellers[draft.cooperative_id], slots[draft.cooperative_id]),
            lines=draft.lines,
            estimate=draft.estimate,
            maximum=draft.maximum,
            total=draft.estimate,
            method=request.payment,
            payment_id=draft.payment_id,
            payment_status=PaymentStatus.PENDING,
            pickup_code=draft.pickup_code,
            note=request.note,
            reference="",
            receipt_number=None,
            tax_basis_points=0,
            refunded=0,
            created_at=now,
            expires_at=expires_at,
            weighed_at=None,
            collected_at=None,
            history=(EventRow(status, now),),
        )
        for draft in drafts
    )
    return CheckoutRow(
        id=checkout_id,
        status=CheckoutStatus(status.value),
        buyer_id=actor.id,
        total=sum(order.total for order in orders),
        maximum=sum(order.maximum for order in orders),
        method=request.payment,
        payment_status=PaymentStatus.PENDING,
        expires_at=expires_at,
        created_at=now,
        orders=orders,
    )


def _pickup(seller: Seller, slot: BookedSlot) -> PickupRow:
    return PickupRow(
        point_id=seller.point_id,
        point_name=seller.point_name,
        address=seller.address,
        latitude=seller.latitude,
        longitude=seller.longitude,
        slot_id=slot.id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        host=seller.host,
    )


def _write(session: Session, checkout: CheckoutRow, actor: Actor) -> None:
    """Payments, checkout, orders, lines, movements, history and letters: one statement for each table."""
    maxima: dict[str, int] = {}
    for order in checkout.orders:
        maxima[order.payment_id] = maxima.get(order.payment_id, 0) + order.maximum
    open_payments(session, checkout.method, maxima, checkout.created_at)
    session.execute(insert(Checkout).values(**{name: getattr(checkout, name) for name in _CHECKOUT_COLUMNS}))
    ids = session.scalars(
        insert(Order).returning(Order.id, sort_by_parameter_order=True),
        [
            {name: getattr(order, name) for name in _ORDER_COLUMNS}
            | {"slot_id": order.pickup.slot_id, "grams": grams_of(order.lines)}
            for order in checkout.orders
        ],
    ).all()
    session.execute(
        insert(OrderLine),
        [
            {"order_id": order_id, "catch_id": line.catch} | {name: getattr(line, name) for name in _LINE_COLUMNS}
            for order_id, order in zip(ids, checkout.orders, strict=True)
            for line in order.lines
        ],
    )
    record(
        session,
        [
            Move(line.catch, MovementKind.HOLD, line.quantity, order.number)
            for order in checkout.orders
            for line in order.lines
        ],
        checkout.created_at,
        actor_id=actor.id,
    )
    session.execute(
        insert(OrderEvent),
        [
            {"order_id": order_id, "status": order.status, "actor_id": actor.id, "reason": "", "at": order.created_at}
            for order_id, order in zip(ids, checkout.orders, strict=True)
        ],
    )
    if checkout.status is CheckoutStatus.CONFIRMED:
        post_letters(session, Letter.CONFIRMED, [order.number for order in checkout.orders], checkout.created_at)
