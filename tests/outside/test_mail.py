"""Mail: whole files without a host; with one, refusals and silence end in a reason and never in a wrong mail."""

from __future__ import annotations

import email
import socket
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from apiflask import APIFlask

from ovop.db import db, write
from ovop.kernel import days
from ovop.outside import mail, outbox_queries, queue
from ovop.outside.mail import MailFailed, MailRefused, Message
from ovop.worker import Worker
from tests.conftest import Clock
from tests.running import free_port

GOOD = Message(to="ibu.sri@contoh.test", subject="Ikanmu siap diambil", text="Kode: 123456\n", key="order:S-1:ready")


class Sink:
    """A mail host that keeps what it gets, and refuses what the test tells it to."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.answers: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Sequence[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.envelopes.append(envelope)
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(email.message_from_bytes(content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def host(sink: Sink) -> Iterator[Any]:
    """Starts the mail host; answers its MAIL_URL."""
    started: list[Controller] = []

    def start(**options: Any) -> str:
        controller = Controller(sink, hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        started.append(controller)
        return f"smtp://127.0.0.1:{controller.port}"

    yield start
    for controller in started:
        controller.stop()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 and its key, in one file."""
    file = tmp_path / "host.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(tmp_path / "key.pem"), "-out", str(file)],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_text(file.read_text() + (tmp_path / "key.pem").read_text())
    return file


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def use(app: APIFlask, monkeypatch: pytest.MonkeyPatch, url: str | None, public_url: str | None = None) -> None:
    monkeypatch.setitem(app.config, "OVOP", replace(app.config["OVOP"], mail_url=url, public_url=public_url))


def outbox(app: APIFlask) -> list[Path]:
    return sorted((app.config["OVOP"].instance_path / "outbox").glob("*"))


@pytest.fixture(autouse=True)
def _empty_outbox(app: APIFlask) -> None:
    for file in outbox(app):
        file.unlink()


def test_without_a_host_each_mail_is_a_file_and_names_sort_by_time(app: APIFlask, clock: Clock) -> None:
    mail.send(GOOD)
    clock.forward(seconds=5)
    mail.send(replace(GOOD, key="later", html="<p>Kode: <b>123456</b></p>"))
    first, second = outbox(app)
    assert first.name.startswith("20260105T020000Z-")
    one = email.message_from_bytes(first.read_bytes(), policy=policy.default)
    assert (one["To"], one["Subject"], one["From"]) == (
        "ibu.sri@contoh.test",
        "Ikanmu siap diambil",
        '"Pasar Ikan Serang" <pasar@localhost>'.replace('"', ""),
    )
    assert one["Date"] == "Mon, 05 Jan 2026 09:00:00 +0700"
    body = email.message_from_bytes(second.read_bytes(), policy=policy.default).get_body(["html"])
    assert body is not None
    assert "<b>123456</b>" in body.get_content()


def test_a_repeat_adds_no_file_and_another_event_has_another_message_id(app: APIFlask, clock: Clock) -> None:
    mail.send(GOOD)
    clock.forward(seconds=5)
    mail.send(GOOD)
    mail.send(replace(GOOD, key="another"))
    ids = [email.message_from_bytes(file.read_bytes())["Message-ID"] for file in outbox(app)]
    assert len(ids) == len(set(ids)) == 2


@pytest.mark.parametrize(
    "address",
    [
        "ibu@contoh.test\nBcc: semua@contoh.test",
        "ibu@contoh.test\r\nSubject: lain",
        "ibu@contoh.test, lain@contoh.test",
        "Ibu <ibu@contoh.test>",
        "ibu@contoh.test\x00",
        " ibu@contoh.test",
        "ibu@contoh.test\n",
        "ibu",
        "@contoh.test",
        "ibu@",
        "ibu@@contoh.test",
        "ibu@contoh..test",
        "ibu@" + "a" * 80 + ".test",
        "",
    ],
)
def test_what_is_not_one_plain_address_gets_no_mail(app: APIFlask, address: str) -> None:
    with pytest.raises(MailRefused) as refusal:
        mail.send(replace(GOOD, to=address))
    assert outbox(app) == []
    assert "contoh" not in str(refusal.value)


def test_line_breaks_in_a_subject_add_no_header(app: APIFlask) -> None:
    mail.send(replace(GOOD, subject="Ikan\r\nBcc: semua@contoh.test\n\nisi"))
    [file] = outbox(app)
    sent = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert sent["Bcc"] is None
    assert sent["Subject"] == "Ikan Bcc: semua@contoh.test isi"


def test_letters_beyond_ascii_arrive_whole(
    app: APIFlask, sink: Sink, host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(app, monkeypatch, host())
    mail.send(replace(GOOD, to="ibu@köperasi.test", subject="Kérupuk 🐟 1,5 kg", text="Rp 45.000 — terima kasih\n"))
    [sent] = sink.mails
    assert sent["Subject"] == "Kérupuk 🐟 1,5 kg"
    body = sent.get_body()
    assert body is not None
    assert body.get_content().strip() == "Rp 45.000 — terima kasih"
    assert sink.envelopes[0].rcpt_tos == ["ibu@xn--kperasi-90a.test"]


def test_the_sender_is_the_one_named_in_the_setting_or_our_own_host(
    app: APIFlask, sink: Sink, host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = host()
    use(app, monkeypatch, url + "?from=ikan@serang.test")
    mail.send(GOOD)
    use(app, monkeypatch, url, "https://pasar.serang.test")
    mail.send(GOOD)
    assert [envelope.mail_from for envelope in sink.envelopes] == ["ikan@serang.test", "pasar@pasar.serang.test"]


def test_a_refused_recipient_is_final_and_others_get_their_mail(
    app: APIFlask, sink: Sink, host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(app, monkeypatch, host())
    sink.answers["tidak@contoh.test"] = "550 no such mailbox tidak@contoh.test"
    sink.answers["penuh@contoh.test"] = "452 mailbox full"
    for n, to in enumerate(["tidak@contoh.test", "penuh@contoh.test", "ibu@contoh.test"]):
        write(queue.enqueue, mail.KIND, mail.as_job(replace(GOOD, to=to, key=f"event-{n}")), now=days.now())
    Worker(app, {mail.KIND: mail.deliver}, []).drain()
    assert [sent["To"] for sent in sink.mails] == ["ibu@contoh.test"]
    assert [job.last_error for job in outbox_queries.list_dead(db.session())] == ["recipient refused (550)"]
    assert [job.last_error for job in outbox_queries.list_pending(db.session())] == [
        "MailFailed: recipient refused (452)"
    ]


def test_a_refused_text_is_final(app: APIFlask, sink: Sink, host: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    use(app, monkeypatch, host())
    sink.answers["DATA"] = "554 looks like spam"
    with pytest.raises(MailRefused, match=r"mail refused \(554\)"):
        mail.send(GOOD)


def test_a_host_that_is_away_gets_the_mail_later(
    app: APIFlask, sink: Sink, host: Any, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    use(app, monkeypatch, f"smtp://127.0.0.1:{free_port()}")
    write(queue.enqueue, mail.KIND, mail.as_job(GOOD), now=days.now())
    worker = Worker(app, {mail.KIND: mail.deliver}, [])
    worker.drain()
    [waiting] = outbox_queries.list_pending(db.session())
    assert waiting.last_error == "MailFailed: ConnectionRefusedError"
    use(app, monkeypatch, host())
    clock.forward(minutes=1)
    worker.drain()
    assert len(sink.mails) == 1
    assert outbox_queries.list_pending(db.session()) == []


def test_a_host_that_hangs_is_left_after_the_timeout(app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(app, monkeypatch, f"smtp://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(MailFailed, match="SMTPServerDisconnected"):
            mail.send(GOOD)


def test_encryption_is_used_when_the_host_offers_it(
    app: APIFlask, sink: Sink, host: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    use(app, monkeypatch, host(tls_context=server_context(certificate), require_starttls=True))
    mail.send(GOOD)
    assert len(sink.mails) == 1


def test_smtps_is_encrypted_from_the_first_byte(
    app: APIFlask, sink: Sink, host: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    url = host(ssl_context=server_context(certificate), server_hostname="127.0.0.1")
    use(app, monkeypatch, url.replace("smtp:", "smtps:"))
    mail.send(GOOD)
    assert len(sink.mails) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    app: APIFlask, sink: Sink, host: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(app, monkeypatch, host(tls_context=server_context(certificate)))
    with pytest.raises(MailFailed, match="SSLCertVerificationError"):
        mail.send(GOOD)
    assert sink.mails == []


def test_the_password_of_the_setting_signs_us_in(
    app: APIFlask, sink: Sink, host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(_server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
        is_right = (data.login, data.password) == (b"pasar@serang.test", b"p@ss/word")
        return AuthResult(success=is_right, handled=is_right)

    url = host(authenticator=check, auth_require_tls=False)
    use(app, monkeypatch, url.replace("://", "://pasar%40serang.test:p%40ss%2Fword@"))
    mail.send(GOOD)
    assert sink.envelopes[0].mail_from == "pasar@serang.test"
    use(app, monkeypatch, url.replace("://", "://pasar%40serang.test:wrong@"))
    with pytest.raises(MailFailed, match="SMTPAuthenticationError 535"):
        mail.send(GOOD)


def test_a_password_never_travels_unencrypted_to_another_machine(
    app: APIFlask, sink: Sink, host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "_is_this_machine", lambda _host: False)
    use(app, monkeypatch, host().replace("://", "://pasar:rahasia@"))
    with pytest.raises(MailFailed, match="no encryption"):
        mail.send(GOOD)
    assert sink.mails == []
