"""Drawing statements and taking them through approval, payment and what a bank sends back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from ovop.accounts.bank_accounts import BankAccount, find_bank_account, parse_bank_account, set_bank_account
from ovop.accounts.models import Cooperative, Role
from ovop.accounts.names import parse_name
from ovop.accounts.rules import Actor, require_manager, require_role
from ovop.kernel import days
from ovop.kernel.errors import Invalid, NotFound
from ovop.payment import ledger
from ovop.payment.models import LedgerEntry
from ovop.settlement.errors import BankAccountChanged, NoBankAccount, SamePerson
from ovop.settlement.lines import uncounted
from ovop.settlement.models import BankAccountChange, Settlement, SettlementEvent, SettlementLine
from ovop.settlement.rules import (
    Cycle,
    Period,
    SettlementStatus,
    SettlementStep,
    first_status,
    next_period,
    next_status,
    payment_journal,
)

LONGEST_REFERENCE, LONGEST_REASON = 80, 200


def change_bank_account(session: Session, bank: str, number: str, holder: str, actor: Actor, now: datetime) -> None:
    """`actor`'s co-operative is paid to that account from now on, to none when all is empty; who said so is kept.

    Raises: Invalid naming each field at fault, Forbidden unless a manager.
    """
    cooperative_id = require_manager(actor)
    account = parse_bank_account(bank, number, holder)
    _lock_cooperative(session, cooperative_id)
    if account == find_bank_account(session, cooperative_id):
        return
    set_bank_account(session, cooperative_id, account)
    kept = account or BankAccount("", "", "")
    session.add(
        BankAccountChange(
            cooperative_id=cooperative_id,
            bank_name=kept.bank,
            bank_account=kept.number,
            bank_holder=kept.holder,
            actor_id=actor.id,
            at=now,
        )
    )


def draw(session: Session, cooperative_id: int, cycle: Cycle, now: datetime) -> list[int]:
    """The co-operative has a statement for every ended period in which its account moved; answers the new ones' ids.

    Each counts all that no statement counts and that happened before its end; drawn again, nothing is left to count.
    """
    _lock_cooperative(session, cooperative_id)
    drawn: list[int] = []
    while (period := _period_to_draw(session, cooperative_id, cycle)) and period.last < days.day_of(now):
        drawn.append(_draw_one(session, cooperative_id, period, now))
    return drawn


def approve(session: Session, settlement_id: int, seen: BankAccount | None, actor: Actor, now: datetime) -> None:
    """`actor` agrees that the statement is right and is to be paid to the account that they have `seen`.

    The first approval fixes the account, the second, somebody else's, puts the statement on the list of transfers.
    Raises: WrongStep, SamePerson, NoBankAccount, BankAccountChanged, NotFound, Forbidden.
    """
    settlement = _lock(session, settlement_id, actor)
    target = next_status(SettlementStatus(settlement.status), SettlementStep.APPROVE)
    is_second = target is SettlementStatus.APPROVED
    if is_second and _last_approver(session, settlement_id) == actor.id:
        raise SamePerson()
    account = approved_account(settlement) if is_second else find_bank_account(session, settlement.cooperative_id)
    if account is None:
        raise NoBankAccount()
    if account != seen:
        raise BankAccountChanged()
    settlement.status = target
    settlement.bank_name, settlement.bank_account = account.bank, account.number
    settlement.bank_holder = account.holder
    _remember(session, settlement_id, SettlementStep.APPROVE, actor, now, note=written_account(account))


def revoke(session: Session, settlement_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The statement's approvals no longer count, and it waits for two new ones, to the account of the day.

    Raises: Invalid without a reason, WrongStep, NotFound, Forbidden.
    """
    settlement = _lock(session, settlement_id, actor)
    note = parse_name(reason, field="reason", longest=LONGEST_REASON)
    settlement.status = next_status(SettlementStatus(settlement.status), SettlementStep.REVOKE)
    _remember(session, settlement_id, SettlementStep.REVOKE, actor, now, note=note)


def export(session: Session, actor: Actor, now: datetime) -> list[int]:
    """It is kept who took every approved statement to the bank, and when; answers their ids.  Raises: Forbidden."""
    require_role(actor, Role.OFFICE)
    approved = session.scalars(
        select(Settlement.id).where(Settlement.status == SettlementStatus.APPROVED.value).order_by(Settlement.id)
    ).all()
    if not approved:
        return []
    # Locked, one may have been paid or taken back meanwhile.
    listed = [each.id for each in _lock_all(session, approved, actor) if each.status == SettlementStatus.APPROVED]
    for settlement_id in listed:
        _remember(session, settlement_id, SettlementStep.EXPORT, actor, now)
    return listed


def pay(
    session: Session, settlement_ids: Collection[int], paid_on: date, reference: str, actor: Actor, now: datetime
) -> int:
    """The bank paid these statements on that day, all in one transfer or order; answers how many were news.

    reference: the bank's.  One that was told of before with the same day and reference is left as it is.
    Raises: Invalid naming the field at fault, WrongStep, NotFound, Forbidden; then none is paid.
    """
    settlements = _lock_all(session, settlement_ids, actor)
    reference = parse_name(reference, field="reference", longest=LONGEST_REFERENCE)
    if paid_on > days.day_of(now):
        raise Invalid({"paid_on": "not-yet"})
    if paid_on < max(settlement.period_last for settlement in settlements):
        raise Invalid({"paid_on": "before-period-end"})
    news = [each for each in settlements if not _is_told_again(each, paid_on, reference)]
    for settlement in news:
        settlement.status = next_status(SettlementStatus(settlement.status), SettlementStep.PAY)
        settlement.paid_on, settlement.reference = paid_on, reference
        _book(session, settlement, SettlementStep.PAY, now)
        _remember(session, settlement.id, SettlementStep.PAY, actor, now, note=reference, day=paid_on)
    return len(news)


def take_back(session: Session, settlement_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The bank sent the money back: it is owed again, and needs two new approvals.

    Raises: Invalid without a reason, WrongStep, NotFound, Forbidden.
    """
    settlement = _lock(session, settlement_id, actor)
    note = parse_name(reason, field="reason", longest=LONGEST_REASON)
    settlement.status = next_status(SettlementStatus(settlement.status), SettlementStep.RETURN)
    settlement.paid_on, settlement.reference = None, ""
    _book(session, settlement, SettlementStep.RETURN, now)
    _remember(session, settlement_id, SettlementStep.RETURN, actor, now, note=note)


def approved_account(settlement: Settlement) -> BankAccount | None:
    """The account that the statement is approved for, or was before its approvals were taken back."""
    if not settlement.bank_account:
        return None
    return BankAccount(settlement.bank_name, settlement.bank_account, settlement.bank_holder)


def written_account(account: BankAccount) -> str:
    """``BRI 0123456789, KUB Mina``: as it is kept of an approval."""
    return f"{account.bank} {account.number}, {account.holder}"


def _period_to_draw(session: Session, cooperative_id: int, cycle: Cycle) -> Period | None:
    """The period of the earliest entry that no statement counts; none when all are counted."""
    first_at = session.scalar(
        select(func.min(LedgerEntry.at)).where(LedgerEntry.cooperative_id == cooperative_id, uncounted())
    )
    if first_at is None:
        return None
    drawn_until = session.scalar(
        select(func.max(Settlement.period_last)).where(Settlement.cooperative_id == cooperative_id)
    )
    return next_period(days.day_of(first_at), cycle, drawn_until)


def _draw_one(session: Session, cooperative_id: int, period: Period, now: datetime) -> int:
    settlement = Settlement(
        cooperative_id=cooperative_id,
        period_first=period.first,
        period_last=period.last,
        status=SettlementStatus.CARRIED,
        carried=_carried(session, cooperative_id),
        net=0,
        drawn_at=now,
    )
    session.add(settlement)
    session.flush()
    counted = select(LedgerEntry.id, literal(settlement.id)).where(
        LedgerEntry.cooperative_id == cooperative_id, LedgerEntry.at < days.end_of(period.last), uncounted()
    )
    session.execute(insert(SettlementLine).from_select(["entry_id", "settlement_id"], counted))
    # Of the lines themselves: what commits while this runs is in them, or in those of the next one.
    lines = session.scalars(
        select(func.sum(LedgerEntry.amount))
        .join(SettlementLine, SettlementLine.entry_id == LedgerEntry.id)
        .where(SettlementLine.settlement_id == settlement.id)
    ).one()
    settlement.net = settlement.carried - int(lines or 0)
    settlement.status = first_status(settlement.net)
    _remember(session, settlement.id, SettlementStep.DRAW, None, now)
    return settlement.id


def _carried(session: Session, cooperative_id: int) -> int:
    """What the co-operative's last statement left to be made up, in rupiah below zero."""
    last = session.scalar(
        select(Settlement.net)
        .where(Settlement.cooperative_id == cooperative_id)
        .order_by(Settlement.period_first.desc())
        .limit(1)
    )
    return min(0, last or 0)


def _book(session: Session, settlement: Settlement, step: SettlementStep, now: datetime) -> None:
    earlier = select(func.count()).where(
        SettlementEvent.settlement_id == settlement.id, SettlementEvent.step == step.value
    )
    journal = payment_journal(settlement.id, step, session.scalars(earlier).one())
    amount = settlement.net if step is SettlementStep.PAY else -settlement.net
    ledger.book(session, journal, ledger.settled(amount), now, ledger.About(None, settlement.cooperative_id))


def _is_told_again(settlement: Settlement, paid_on: date, reference: str) -> bool:
    return settlement.status == SettlementStatus.PAID and (settlement.paid_on, settlement.reference) == (
        paid_on,
        reference,
    )


def _last_approver(session: Session, settlement_id: int) -> int | None:
    return session.scalar(
        select(SettlementEvent.actor_id)
        .where(SettlementEvent.settlement_id == settlement_id, SettlementEvent.step == SettlementStep.APPROVE.value)
        .order_by(SettlementEvent.id.desc())
        .limit(1)
    )


def _remember(
    session: Session,
    settlement_id: int,
    step: SettlementStep,
    actor: Actor | None,
    now: datetime,
    *,
    note: str = "",
    day: date | None = None,
) -> None:
    session.add(
        SettlementEvent(
            settlement_id=settlement_id,
            step=step.value,
            actor_id=actor.id if actor else None,
            note=note,
            day=day,
            at=now,
        )
    )
    session.flush()


def _lock(session: Session, settlement_id: int, actor: Actor) -> Settlement:
    (settlement,) = _lock_all(session, [settlement_id], actor)
    return settlement


def _lock_all(session: Session, settlement_ids: Collection[int], actor: Actor) -> list[Settlement]:
    """The statements as they stand now, locked, by id; for the office alone.  Raises: NotFound, Forbidden, Invalid."""
    require_role(actor, Role.OFFICE)
    if not settlement_ids:
        raise Invalid({"settlements": "required"})
    found = session.scalars(
        select(Settlement)
        .where(Settlement.id.in_(settlement_ids))
        .order_by(Settlement.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(found) != len(set(settlement_ids)):
        raise NotFound()
    return list(found)


def _lock_cooperative(session: Session, cooperative_id: int) -> None:
    """What is drawn for a co-operative, and where it is paid, changes one after the other; its orders go on."""
    own = Cooperative.id == cooperative_id
    session.execute(select(Cooperative.id).where(own).with_for_update(key_share=True))
