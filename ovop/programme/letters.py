"""Telling a co-operative what the office decided of its proposal: those of its members with an address.

One job for each decision and one mail for each reader, however often the job is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ovop.accounts.models import Account
from ovop.catalogue.models import Product
from ovop.db.session import db, write
from ovop.outside import mail
from ovop.outside.mail import Message
from ovop.outside.queue import enqueue
from ovop.programme.models import Proposal
from ovop.programme.rules import ProposalStatus


@dataclass(frozen=True, slots=True)
class DecisionNews:
    """What was decided of a proposal, for one reader."""

    proposal_id: int
    status: ProposalStatus
    product: str
    number: str
    reason: str
    account_id: int
    name: str
    email: str
    language: str


#: Words a letter in its reader's language; `ovop.web.programme_letters` where pages are worded too.
Compose = Callable[[DecisionNews], Message]


def send_decision(payload: Mapping[str, Any], now: datetime, compose: Compose) -> None:
    """Job: the decision is a mail in the outbox for each reader, once.  Safe to repeat."""
    rows = db.session.execute(
        select(
            Proposal.id,
            Proposal.status,
            Product.name,
            Proposal.decision_number,
            Proposal.decision_reason,
            Account.id,
            Account.name,
            Account.email,
            Account.language,
        )
        .join(Product, Product.id == Proposal.product_id)
        .join(Account, Account.cooperative_id == Proposal.cooperative_id)
        .where(Proposal.id == int(payload["proposal"]), Account.email.is_not(None), Account.deleted_at.is_(None))
        .order_by(Account.id)
    ).all()
    db.session.rollback()
    for proposal_id, status, product, number, reason, account_id, name, email, language in rows:
        news = DecisionNews(
            proposal_id, ProposalStatus(status), product, number, reason, account_id, name, str(email), language
        )
        message = compose(news)
        write(enqueue, mail.KIND, mail.as_job(message), now=now, key=message.key)
