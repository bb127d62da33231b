"""Mail: over SMTP where MAIL_URL names a host, otherwise as files that any mail program opens.

Nothing in an address or a subject can add a header, and what goes wrong is told without the address: errors end in
logs and on the administrators' page.
"""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app

from ovop.kernel import days
from ovop.outside.queue import GivenUp

#: Kind of the job whose payload is a Message; `as_job` makes one and `deliver` does it.
KIND = "mail"
TIMEOUT_SECONDS = 10
SENDER_NAME = "Pasar Ikan Serang"
#: What a mailbox may look like here: one address, ASCII before the @.  Stricter than the RFC, which allows comments.
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[^\s@,;:<>()\[\]\\\"]{1,253}")


class _Whole(UnstructuredHeader):
    """A header on one line as it is: an address that is folded or encoded is none to the program that it is for."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Whole)  # type: ignore[arg-type]
SMTP_POLICY = SMTP.clone(header_factory=_HEADERS)


class MailFailed(Exception):
    """The mail could not be handed over now; another try may do."""


class MailRefused(GivenUp):
    """The mail can never be handed over: no usable address, or the host refuses it for good."""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail to one person.  `key` names the event it tells of, so that repeats carry the same Message-ID.

    unsubscribe: the address that ends such mails by one POST, for the mail program's own button (RFC 8058).
    """

    to: str
    subject: str
    text: str
    key: str
    html: str | None = None
    unsubscribe: str | None = None


def as_job(message: Message) -> dict[str, Any]:
    """`message` as the payload of a KIND job."""
    return asdict(message)


def deliver(payload: Mapping[str, Any], _now: datetime) -> None:
    """Does a KIND job.  Raises: as `send`."""
    send(Message(**payload))


def send(message: Message) -> None:
    """The mail is with the mail host, or is a file in the instance's outbox.

    Raises: MailFailed when it may be tried again; MailRefused when that is of no use.
    """
    settings = current_app.config["OVOP"]
    sender = _sender(settings.mail_url, settings.public_url)
    mail = _compose(message, sender)
    if settings.mail_url is None:
        _put_into(settings.instance_path / "outbox", mail)
    else:
        _hand_over(settings.mail_url, mail, sender)


def _compose(message: Message, sender: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP_POLICY)
    try:
        mail["From"] = Address(SENDER_NAME, addr_spec=sender)
        mail["To"] = Address(addr_spec=_mailbox(message.to))
        mail["Subject"] = re.sub(r"[\s\x00-\x1f\x7f]+", " ", message.subject).strip()
        mail["Date"] = format_datetime(days.to_local(days.now()))
        mail["Message-ID"] = f"<{hashlib.sha256(message.key.encode()).hexdigest()[:40]}@{sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        if message.unsubscribe is not None:
            mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(message.text)
        if message.html is not None:
            mail.add_alternative(message.html, subtype="html")
    except (MessageError, ValueError):
        raise MailRefused("not an address, or text that no mail can hold") from None
    return mail


def _mailbox(address: str) -> str:
    """`address` with its domain in ASCII.  Raises: MailRefused unless it is exactly one plain mailbox."""
    if not _MAILBOX.fullmatch(address):
        raise MailRefused("not an address")
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise MailRefused("not an address") from None


def _sender(mail_url: str | None, public_url: str | None) -> str:
    """The address mails come from: ``?from=`` of MAIL_URL, its user when that is an address, else one of our host's."""
    parts = urlsplit(mail_url or "")
    named = parse_qs(parts.query).get("from", [unquote(parts.username or "")])[0]
    if _MAILBOX.fullmatch(named):
        return named
    return f"pasar@{urlsplit(public_url or '').hostname or 'localhost'}"


def _put_into(folder: Path, mail: EmailMessage) -> None:
    """A whole file or none, named so that names sort by time; a repeat adds none."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = str(mail["Message-ID"])[1:17]
    if next(folder.glob(f"*-{mark}.eml"), None) is not None:
        return  # written before a power cut, and not on record
    name = f"{days.now():%Y%m%dT%H%M%SZ}-{mark}.eml"
    unfinished = folder / f".{name}.{os.getpid()}"
    unfinished.write_bytes(mail.as_bytes())
    unfinished.replace(folder / name)


def _hand_over(mail_url: str, mail: EmailMessage, sender: str) -> None:
    try:
        with _connection(mail_url) as host:
            host.send_message(mail, from_addr=sender)
    except smtplib.SMTPRecipientsRefused as error:
        _, (code, _) = next(iter(error.recipients.items()))
        raise _failure("recipient refused", code) from None
    except smtplib.SMTPDataError as error:
        raise _failure("mail refused", error.smtp_code) from None
    except smtplib.SMTPResponseException as error:
        # The host's opinion of us, not of this mail: an operator can put that right, so it is worth another try.
        raise MailFailed(f"{type(error).__name__} {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailFailed(type(error).__name__) from None


def _failure(what: str, code: int) -> Exception:
    return MailRefused(f"{what} ({code})") if code >= 500 else MailFailed(f"{what} ({code})")


def _connection(mail_url: str) -> smtplib.SMTP:
    """A connection that is encrypted where the host offers it, and signed in where MAIL_URL has a user."""
    parts = urlsplit(mail_url)
    where = parts.hostname or "localhost"
    trusted = ssl.create_default_context()
    if parts.scheme == "smtps":
        host: smtplib.SMTP = smtplib.SMTP_SSL(where, parts.port or 465, timeout=TIMEOUT_SECONDS, context=trusted)
    else:
        host = smtplib.SMTP(where, parts.port or 25, timeout=TIMEOUT_SECONDS)
    try:
        host.ehlo_or_helo_if_needed()
        is_private = parts.scheme == "smtps" or _is_this_machine(where)
        if parts.scheme == "smtp" and host.has_extn("starttls"):
            host.starttls(context=trusted)
            is_private = True
        if parts.username:
            if not is_private:
                raise MailFailed("the mail host offers no encryption, so the password stays here")
            host.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        host.close()
        raise
    return host


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
