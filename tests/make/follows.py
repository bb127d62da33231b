"""Followers and the letters they get, for tests."""

from __future__ import annotations

import email
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage

from apiflask import APIFlask
from flask import current_app
from sqlalchemy import ColumnElement, func, select

from ovop import wiring
from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.follow.letters import settle
from ovop.follow.noting import note_batch
from ovop.follow.operations import follow
from ovop.follow.queries import find_news
from ovop.follow.rules import Pace
from ovop.kernel import days
from ovop.notices.operations import choose, keep_device
from ovop.notices.rules import Choices
from ovop.outside.webpush import Subscription
from ovop.worker import Worker
from tests.make import accounts, market

#: A browser of RFC 8291's example.
BROWSER = Subscription(
    "https://updates.push.services.mozilla.com/wpush/v2/example",
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "BTBZMqHH6r4Tts7J_aSIgg",
)


def follows(actor: Actor, kind: str, key: object, pace: str = "daily") -> None:
    """The buyer follows that."""
    write(follow, kind, str(key), pace, actor, days.now())


def told_twice(seller: market.Shop) -> Actor:
    """A buyer who had a letter of the day on two days in a row, about a lot each, and allowed messages in a browser."""
    now = days.now()
    nur = accounts.buyer("nur@contoh.id", "Bu Nur")
    follows(nur, "species", "GIT")
    for ahead in range(2):
        lot, at = market.catch(seller, best_before=now + timedelta(days=5)), now + timedelta(days=ahead)
        write(note_batch, lot, 0, at, at)
        news = find_news(db.session(), nur.id, Pace.DAILY, at + timedelta(days=1))
        assert news is not None
        assert len(news.lots) == 1
        write(settle, news, None, at + timedelta(days=1))
    write(keep_device, nur, BROWSER, "Firefox, Android", now)
    write(choose, nur.id, Choices(news_by_push=False), now)
    return nur


def work(app: APIFlask) -> None:
    """Everything in the outbox that is due has been done."""
    Worker(app, wiring.JOBS, []).drain()


def no_mails() -> None:
    """No mail has left so far."""
    shutil.rmtree(current_app.config["OVOP"].instance_path / "outbox", ignore_errors=True)


def mails(to: str | None = None) -> list[EmailMessage]:
    """Mails that have left, oldest first."""
    folder = current_app.config["OVOP"].instance_path / "outbox"
    found = [
        email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))
    ]
    return [mail for mail in found if isinstance(mail, EmailMessage) and to in (None, mail["To"])]


def text_of(mail: EmailMessage) -> str:
    """What the mail says to whoever reads plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\N{NO-BREAK SPACE}", " ")


@contextmanager
def public_at(app: APIFlask, url: str = "https://pasar.contoh.id") -> Iterator[None]:
    """While open, the market knows its own address."""
    before = app.config["OVOP"]
    app.config["OVOP"] = replace(before, public_url=url)
    try:
        yield
    finally:
        app.config["OVOP"] = before


def count(table: type, *which: ColumnElement[bool]) -> int:
    """Rows of `table` of which that holds."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table).where(*which)) or 0
