"""Points that two co-operatives share, made by the operations that the market itself uses."""

from __future__ import annotations

from ovop.db import write
from ovop.kernel import days
from ovop.pickup.use_rules import UseStatus, UseStep
from ovop.pickup.uses import step_use
from tests.make.market import Shop


def step(owner: Shop, guest: Shop, by: Shop, taken: UseStep, note: str = "") -> UseStatus:
    """One of both takes a step about the owner's point; answers where that leads."""
    return write(step_use, owner.point, guest.id, taken, by.clerk, days.now(), note)


def shared(owner: Shop, guest: Shop) -> None:
    """The owner's point was offered to the guest, who agreed."""
    step(owner, guest, owner, UseStep.OFFER)
    assert step(owner, guest, guest, UseStep.AGREE) is UseStatus.AGREED


def ended(owner: Shop, guest: Shop, by: Shop | None = None) -> None:
    """What was shared is so no longer."""
    assert step(owner, guest, by or owner, UseStep.END) is UseStatus.OVER
