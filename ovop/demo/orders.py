"""An order while its purchase is written down: its state, its amounts, and its rows in the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from ovop.demo.money import About, Money
from ovop.demo.purchases import Part, Purchase
from ovop.demo.rows import Row
from ovop.kernel import days
from ovop.ordering.drafts import Draft
from ovop.ordering.rules import OrderStatus, due_of


class OrderState:
    """One order: its state, and the stock that it moves."""

    def __init__(self, draft: Draft, part: Part, money: Money, status: OrderStatus) -> None:
        self.draft, self.part, self.money, self.status = draft, part, money, status
        self.total = draft.estimate
        self.finals: list[tuple[int, int]] | None = None
        self.weighed_at: datetime | None = None
        self.scale_id: int | None = None
        self.scale_verified_until: date | None = None
        self.collected_at: datetime | None = None
        self.reference = ""
        self.commission_points = 0

    @property
    def about(self) -> About:
        """What its bookings name."""
        return About(self.part.cooperative.id, self.draft.number)

    @property
    def held(self) -> list[int]:
        """Grams or pieces that each line holds."""
        if self.finals is None:
            return [line.quantity for line in self.draft.lines]
        return [quantity for quantity, _amount in self.finals]

    @property
    def due(self) -> int:
        """What it claims of card money."""
        return due_of(self.status, self.draft.maximum, self.total)

    def row(self, purchase: Purchase) -> Row:
        """The order as it is in the end."""
        draft = self.draft
        return {
            "number": draft.number,
            "checkout_id": purchase.checkout_id,
            "buyer_id": purchase.buyer.id,
            "cooperative_id": draft.cooperative_id,
            "village_code": self.part.cooperative.sample.village,
            "slot": self.part.slot,
            "payment_id": draft.payment_id,
            "status": self.status.value,
            "estimate": draft.estimate,
            "maximum": draft.maximum,
            "total": self.total,
            "grams": draft.grams,
            "pickup_code": draft.pickup_code,
            "wrong_codes": 0,
            "locked_until": None,
            "weighed_at": self.weighed_at,
            "scale_id": self.scale_id,
            "scale_verified_until": self.scale_verified_until,
            "collected_at": self.collected_at,
            "collected_on": days.day_of(self.collected_at) if self.collected_at else None,
            "reference": self.reference,
            "commission_basis_points": self.commission_points,
            "note": purchase.request.note,
            "created_at": purchase.at,
        }

    def line_rows(self) -> list[Row]:
        """Its lines as they are in the end."""
        lots = {lot.key: lot for lot in self.part.lots}
        finals: Sequence[tuple[int | None, int | None]] = self.finals or [(None, None)] * len(self.draft.lines)
        return [
            {
                "order": self.draft.number,
                "lot": lots[line.catch],
                "name": line.name,
                "species_code": line.species_code,
                "form": line.form,
                "measure": line.measure,
                "unit": line.unit,
                "unit_price": line.unit_price,
                "quantity": line.quantity,
                "amount": line.amount,
                "maximum": line.maximum,
                "final_quantity": final_quantity,
                "final_amount": final_amount,
            }
            for line, (final_quantity, final_amount) in zip(self.draft.lines, finals, strict=True)
        ]
