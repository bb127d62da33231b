"""Telling followers: one letter for all that is due, worded when it leaves, so that it is true when it leaves.

Unlike other letters it is handed to the mail host by the job that words it: between an outbox job for the mail and its
delivery, lots would be sold out that the letter still offers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from ovop.db.session import db, write
from ovop.follow.models import FollowNews
from ovop.follow.noting import post_letter
from ovop.follow.queries import News, find_news, last_told
from ovop.follow.rules import Pace, waits_until
from ovop.notices.operations import post_notice
from ovop.notices.queries import choices_of
from ovop.notices.rules import Notice
from ovop.outside import mail
from ovop.outside.mail import Message

#: Words news in its reader's language: as a mail, and as a message to a browser.
Compose = Callable[[News], Message]
Announce = Callable[[News], Notice]


@dataclass(frozen=True, slots=True)
class Words:
    """How news is worded; `ovop.web.news_letters` where pages are worded too."""

    compose: Compose
    announce: Announce


def tell_follower(payload: Mapping[str, Any], now: datetime, words: Words) -> None:
    """Job: the account has been told all that is due at that pace, or the letter waits until it may leave.

    Done again after a crash, the mail carries the same Message-ID.  Raises: MailFailed, MailRefused.
    """
    account_id, pace = int(payload["account"]), Pace(payload["pace"])
    session = db.session()
    news = find_news(session, account_id, pace, now)
    if news is None:
        return
    if news.lots:
        wait = waits_until(pace, now, last_told(session, account_id, pace))
        if wait is not None:
            write(post_letter, account_id, pace, wait, now)
            return
    is_mailed = news.email is not None and bool(news.lots) and choices_of(session, account_id).news_by_mail
    db.session.rollback()  # nothing is held while a mail host is waited for
    if is_mailed:
        mail.send(words.compose(news))
    write(settle, news, words.announce(news) if news.lots else None, now)


def settle(session: Session, news: News, notice: Notice | None, now: datetime) -> None:
    """All of `news` is told or no news any more, and the account's browsers get `notice`.  Safe to repeat."""
    _mark(session, news.told_ids, settled_at=now, told_at=now)
    _mark(session, [news_id for news_id in news.news_ids if news_id not in set(news.told_ids)], settled_at=now)
    if notice is not None:
        post_notice(session, news.account_id, notice, f"news:{news.told_ids[0]}", now)


def _mark(session: Session, news_ids: Sequence[int], **values: datetime) -> None:
    session.execute(
        update(FollowNews).where(FollowNews.id.in_(news_ids), FollowNews.settled_at.is_(None)).values(values),
        execution_options={"synchronize_session": False},
    )
