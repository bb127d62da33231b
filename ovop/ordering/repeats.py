"""Weighing and handing over under a key: asked again after a lost answer, nothing happens twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from ovop.accounts.idempotency import Answer, check_key, find_answer, fingerprint, remember_answer
from ovop.accounts.rules import Actor
from ovop.ordering import operations
from ovop.ordering.handover import Handover, hand_over


def weigh_once(
    session: Session,
    number: str,
    weights: Mapping[int, int],
    actor: Actor,
    key: str,
    now: datetime,
    *,
    scale_id: int | None = None,
) -> bool:
    """As `operations.weigh_order`, once for each `key`; answers whether it had been weighed under it before.

    Raises: what that raises; KeyReused.
    """
    asked = fingerprint("weigh", [number, sorted(weights.items()), *([] if scale_id is None else [scale_id])])
    if find_answer(session, actor.id, check_key(key), asked) is not None:
        return True
    operations.weigh_order(session, number, dict(weights), actor, now, scale_id=scale_id)
    remember_answer(session, actor.id, key, asked, Answer(200, ""), now)
    return False


def hand_over_once(
    session: Session,
    number: str,
    code: str,
    reference: str,
    actor: Actor,
    key: str,
    now: datetime,
    commission_points: int,
) -> Handover:
    """As `handover.hand_over`, once for each `key`: a wrong code sent twice is one wrong code.

    Raises: what that raises; KeyReused.
    """
    asked = fingerprint("hand-over", [number, code, reference])
    if (before := find_answer(session, actor.id, check_key(key), asked)) is not None:
        return Handover(**json.loads(before.body))
    done = hand_over(session, number, code, reference, actor, now, commission_points)
    answer = json.dumps({"is_done": done.is_done, "locked_for": done.locked_for})
    remember_answer(session, actor.id, key, asked, Answer(200, answer), now)
    return done
