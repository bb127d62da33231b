"""Writes states.md from the tables in the code: `python docs/draw_states.py`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ovop.complaints.rules import MOVES as COMPLAINT_MOVES
from ovop.complaints.rules import ComplaintStatus
from ovop.ordering.rules import CHECKOUT_MOVES, MOVES, CheckoutStatus, OrderStatus
from ovop.payment.rules import EventKind, Facts, PaymentStatus, after
from ovop.settlement.rules import MOVES as SETTLEMENT_MOVES
from ovop.settlement.rules import first_status

PAGE = Path(__file__).resolve().parent / "states.md"

#: A payment in each state, to see where each event leads from it; rupiah.
_SAMPLES = {
    PaymentStatus.PENDING: Facts(100),
    PaymentStatus.FAILED: Facts(100, is_declined=True),
    PaymentStatus.AUTHORISED: Facts(100, authorised=100),
    PaymentStatus.VOID: Facts(100, is_void=True),
    PaymentStatus.PAID: Facts(100, authorised=100, captured=100),
    PaymentStatus.PARTLY_REFUNDED: Facts(100, authorised=100, captured=100, refunded=40),
}


def page() -> str:
    """The whole of states.md."""
    parts = [
        "# States",
        "Drawn by `python docs/draw_states.py` from the tables in the code; a test says when it has to be drawn anew.",
        "## Orders",
        "`ovop/ordering/rules.py: MOVES`. Anything else is refused with `wrong-status`.",
        _diagram(_order_arrows()),
        "## Checkouts",
        "`ovop/ordering/rules.py: CHECKOUT_MOVES`.",
        _diagram(_checkout_arrows()),
        _guards(),
        "## Payments",
        "`ovop/payment/rules.py`: a payment's state is not set but follows from what happened to it. Arrows show where "
        "each event leads; a refund leads to `refunded` when it is the whole of what was captured.",
        _diagram(_payment_arrows()),
        "## Statements of what a co-operative is owed",
        "`ovop/settlement/rules.py: MOVES`. The two approvals are two people's; what is paid or returned is booked.",
        _diagram(_settlement_arrows()),
        "## Complaints",
        "`ovop/complaints/rules.py: MOVES`. What the market does by itself happens when a turn was let pass.",
        _diagram(_complaint_arrows()),
    ]
    return "\n\n".join(parts) + "\n"


def _diagram(arrows: Iterator[str]) -> str:
    return "\n".join(["```mermaid", "stateDiagram-v2", *(f"    {arrow}" for arrow in arrows), "```"])


def _order_arrows() -> Iterator[str]:
    yield f"[*] --> {OrderStatus.AWAITING_PAYMENT}: placed, by card"
    yield f"[*] --> {OrderStatus.CONFIRMED}: placed, cash or QRIS"
    for step, move in MOVES.items():
        who = ", ".join(sorted(move.by))
        for source in sorted(move.sources):
            yield f"{source} --> {move.target or source}: {step} ({who})"


def _complaint_arrows() -> Iterator[str]:
    yield f"[*] --> {ComplaintStatus.OPEN}: opened (buyer)"
    for step, move in COMPLAINT_MOVES.items():
        for source in sorted(move.sources):
            yield f"{source} --> {move.target}: {step} ({move.by})"


def _checkout_arrows() -> Iterator[str]:
    yield f"[*] --> {CheckoutStatus.AWAITING_PAYMENT}: placed, by card"
    yield f"[*] --> {CheckoutStatus.CONFIRMED}: placed, cash or QRIS"
    for step, move in CHECKOUT_MOVES.items():
        for source in sorted(move.sources):
            yield f"{source} --> {move.target}: {step}"


def _guards() -> str:
    return "\n".join(f"- **{step}**: {move.guard}." for step, move in CHECKOUT_MOVES.items())


def _payment_arrows() -> Iterator[str]:
    yield f"[*] --> {PaymentStatus.PENDING}"
    for (status, facts), kind in product(_SAMPLES.items(), EventKind):
        if kind is EventKind.MISMATCH or not _can_happen(facts, kind):
            continue
        for amount in _amounts(facts, kind):
            target = after(facts, kind, amount).status
            if target is not status:
                yield f"{status} --> {target}: {kind}"


def _settlement_arrows() -> Iterator[str]:
    yield f"[*] --> {first_status(1)}: drawn, something is owed"
    yield f"[*] --> {first_status(0)}: drawn, nothing is"
    for step, moves in SETTLEMENT_MOVES.items():
        for source, target in moves.items():
            yield f"{source} --> {target}: {step}"


def _can_happen(facts: Facts, kind: EventKind) -> bool:
    if kind is EventKind.CAPTURED:
        return not facts.captured and not facts.is_void
    if kind is EventKind.REFUNDED:
        return facts.captured > facts.refunded
    return not facts.captured


def _amounts(facts: Facts, kind: EventKind) -> tuple[int, ...]:
    if kind is EventKind.REFUNDED:
        left = facts.captured - facts.refunded
        return (left // 2, left)
    return (facts.maximum,)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
