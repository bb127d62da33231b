"""The programme on pages: proposed by the co-operative, decided by the office, checked by anybody who scans a code."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from ovop.accounts.rules import Actor
from ovop.db import db, write
from ovop.kernel import days
from ovop.outside.models import OutboxJob
from ovop.programme import assessing, operations, queries
from ovop.programme.letters import send_decision
from ovop.programme.rules import Confirmation, ProposalStatus
from ovop.web.programme_letters import compose_decision
from tests.conftest import Clock
from tests.databases import count
from tests.make import accounts, market, programme
from tests.make.clerks import Clerk, clerk
from tests.make.pages import Page

OFFICE = "/dinas/unggulan"
DECISION = {"answer": "agree", "reason": "Khas.", "decision_number": "9/2026", "decided_on": "2026-01-05"}
STARS = {
    "family": "cooperatives",
    "issuer": "Kementerian Koperasi",
    "level": "3",
    "year": "2026",
    "stars_number": "77/2026",
}


@pytest.fixture
def jaya(client: FlaskClient) -> Clerk:
    return clerk(client)


@pytest.fixture
def people(app: APIFlask) -> tuple[Actor, Actor]:
    return programme.office()


@pytest.fixture
def rina(app: APIFlask, jaya: Clerk, people: tuple[Actor, Actor]) -> Clerk:
    """Somebody of the office at her browser."""
    browser = app.test_client()
    accounts.sign_in(browser, people[0])
    return Clerk(browser, jaya.shop)


@pytest.fixture
def budi(app: APIFlask, jaya: Clerk, people: tuple[Actor, Actor]) -> Clerk:
    browser = app.test_client()
    accounts.sign_in(browser, people[1])
    return Clerk(browser, jaya.shop)


def file(data: bytes = programme.PDF, name: str = "surat.pdf") -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(data), name)]


def proposals() -> list[ProposalStatus]:
    db.session.rollback()
    return [one.status for one in queries.list_proposals(db.session(), before=None, limit=9)]


def test_from_the_proposal_to_a_certificate_that_anybody_can_check(
    app: APIFlask, jaya: Clerk, rina: Clerk, budi: Clerk
) -> None:
    product = str(jaya.shop.product)
    assert jaya.send("/koperasi/unggulan", {"product": product, "reasons": "Khas kampung kami."}).status == 302
    assert "menunggu keputusan" in jaya.see("/koperasi/unggulan").words
    assert "Udang windu" in rina.see(OFFICE).words
    (proposal,) = queries.list_proposals(db.session(), before=None, limit=9)
    assert "Khas kampung kami." in rina.see(f"{OFFICE}/usulan/{proposal.id}").words
    assert rina.send(f"{OFFICE}/usulan/{proposal.id}", DECISION).status == 302
    assert "Keputusan 9/2026" in jaya.see("/koperasi/unggulan").words
    write(assessing.set_criteria, programme.EASY, "Uji", 0, accounts.current(rina.client), days.now())
    dossier = f"{OFFICE}/produk/{product}"
    paper = {"kind": "nib", "title": "Salinan NIB", "paper": file()}
    assert rina.send(f"{dossier}/berkas", paper).status == 302
    assert rina.send(f"{dossier}/bintang", {**STARS, "decision": file(programme.picture(), "sk.png")}).status == 302
    assert rina.send(f"{dossier}/nilai", {"nib": programme.NIB}).status == 302
    assert "Orang lain dari dinas" in rina.see(dossier).words
    (assessment,) = queries.list_assessments(db.session(), jaya.shop.product)
    confirm = f"{dossier}/nilai/{assessment.id}"
    assert rina.send(confirm, {"answer": "agree"}).status == 302
    assert queries.list_assessments(db.session(), jaya.shop.product)[0].status is Confirmation.WAITING
    assert budi.send(confirm, {"answer": "agree"}).status == 302
    issue = {"number": "S-1", "expires_on": "2027-01-05"}
    assert rina.send(f"{confirm}/sertifikat", issue).status == 302
    (row,) = queries.find_certificates(db.session(), days.today())
    page = Page(app.test_client().get(f"/sertifikat/{row.code}"))
    assert "Sertifikat ini asli dan berlaku" in page.words
    for name in ("Jaya", "Rina", "Budi", "@"):
        assert name not in page.words
    pdf = jaya.client.get(f"/koperasi/unggulan/sertifikat/{row.id}.pdf")
    assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")
    assert rina.client.get(f"{OFFICE}/sertifikat/{row.id}.pdf").data == pdf.data
    assert rina.send(f"{OFFICE}/sertifikat/{row.id}/cabut", {"reason": "Salah cetak"}).status == 302
    page = Page(app.test_client().get(f"/sertifikat/{row.code}"))
    assert "tidak berlaku lagi" in page.words
    assert "Salah cetak" not in page.words
    assert market.broken() == []


def test_a_code_is_found_however_it_is_typed_and_a_wrong_one_is_called_so(client: FlaskClient) -> None:
    assert client.get("/sertifikat?kode=abcd efgh-ijkl").location == "/sertifikat/ABCD-EFGH-1JK1"
    assert client.get("/sertifikat/abcdefghijkl").location == "/sertifikat/ABCD-EFGH-1JK1"
    page = Page(client.get("/sertifikat/ABCD-EFGH-1JK1"))
    assert (page.status, "Tidak ada sertifikat dengan kode itu" in page.words) == (404, True)
    assert Page(client.get("/sertifikat")).status == 200


def test_an_expired_certificate_says_so(
    app: APIFlask, client: FlaskClient, people: tuple[Actor, Actor], clock: Clock
) -> None:
    programme.certified(market.shop(), *people)
    (row,) = queries.find_certificates(db.session(), days.today())
    clock.forward(days=366)
    assert "masa berlakunya habis" in Page(client.get(f"/sertifikat/{row.code}")).words


def test_what_was_typed_stays_with_what_is_wrong(jaya: Clerk, rina: Clerk) -> None:
    page = jaya.send("/koperasi/unggulan", {"product": "", "reasons": "Khas."})
    assert (page.status, page.errors) == (422, ["Isi dulu bagian ini."])
    assert "Khas." in page.html
    proposal = programme.proposed(jaya.shop)
    page = rina.send(f"{OFFICE}/usulan/{proposal}", {**DECISION, "answer": "", "decided_on": "besok"})
    assert (page.status, len(page.errors), page.value("decision_number")) == (422, 2, "9/2026")
    assert proposals() == [ProposalStatus.OPEN]
    dossier = f"{OFFICE}/produk/{jaya.shop.product}"
    page = rina.send(f"{dossier}/bintang", {**STARS, "level": "9", "decision": file(b"<html>")})
    assert (page.status, page.value("issuer")) == (422, "Kementerian Koperasi")
    page = rina.send(f"{dossier}/bintang", {**STARS, "decision": file(b"<html>")})
    assert page.errors == ["Berkas harus PDF, JPEG, atau PNG."]
    page = rina.send(f"{dossier}/berkas", {"kind": "nib", "title": "Salinan NIB"})
    assert (page.status, page.value("title")) == (422, "Salinan NIB")
    page = rina.send(f"{dossier}/nilai", {"nib": "12"})
    assert (page.errors, page.value("nib")) == (["NIB terdiri dari 13 angka."], "12")
    page = rina.send(f"{OFFICE}/kriteria", {"version": "0", "use_nib": "1", "points_nib": "0", "note": "Uji"})
    assert (page.status, page.value("note"), len(page.errors)) == (422, "Uji", 1)
    assert [count(name) for name in ("stars", "programme_paper", "readiness", "programme_criteria")] == [0] * 4


def test_criteria_are_changed_by_a_form_with_a_reason(rina: Clerk) -> None:
    sent = {"version": "0", "note": "Sederhana", "use_sales": "1", "points_sales": "50", "threshold_sales": "2.000.000"}
    assert rina.send(f"{OFFICE}/kriteria", sent).status == 302
    page = rina.see(f"{OFFICE}/kriteria")
    assert "Versi 1 berlaku" in page.words
    assert "Rp 2.000.000" in page.words
    overtaken = Page(rina.client.post(f"{OFFICE}/kriteria", data=sent, follow_redirects=True))
    assert "Kriterianya baru saja diubah rekanmu" in overtaken.words


def test_papers_are_downloads_for_the_office_and_their_own_co_operative_alone(
    app: APIFlask, jaya: Clerk, rina: Clerk, people: tuple[Actor, Actor]
) -> None:
    paper = programme.evidence(jaya.shop.product, people[0])
    got = rina.client.get(f"{OFFICE}/berkas/{paper}")
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["Cache-Control"] == "private, no-store"
    assert jaya.client.get(f"/koperasi/unggulan/berkas/{paper}").data == got.data
    other = app.test_client()
    accounts.sign_in(other, market.shop("lontar", "36.04.13.2007").clerk)
    for path in (f"berkas/{paper}", f"produk/{jaya.shop.product}"):
        assert other.get(f"/koperasi/unggulan/{path}").status_code == 404
    key = queries.get_paper(db.session(), paper).key
    assert app.test_client().get(f"/media/{key}").status_code == 404


def test_the_bundle_holds_everything_and_is_the_same_each_time(
    jaya: Clerk, rina: Clerk, people: tuple[Actor, Actor]
) -> None:
    programme.agreed(jaya.shop, people[0])
    programme.evidence(jaya.shop.product, people[0])
    write(
        operations.award_stars,
        jaya.shop.product,
        programme.award(),
        programme.paper(programme.picture()),
        people[0],
        days.now(),
    )
    address = f"{OFFICE}/produk/{jaya.shop.product}.zip"
    first, second = rina.client.get(address).data, rina.client.get(address).data
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names[0] == "berkas-usulan.pdf"
        assert names[-1] == "SHA256SUMS"
        assert [name.rpartition(".")[2] for name in names[1:-1]] == ["pdf", "jpg"]
        assert len(archive.read("SHA256SUMS").splitlines()) == 3
        assert all(entry.date_time[0] == 1980 for entry in archive.infolist())


def test_every_page_of_the_programme_has_its_numbers_and_no_person(
    jaya: Clerk, rina: Clerk, people: tuple[Actor, Actor]
) -> None:
    programme.lived(jaya.shop)
    dossier = f"{OFFICE}/produk/{jaya.shop.product}"
    for path in ("", "/dampak", "/calon", "/usulan", "/kriteria"):
        page = rina.see(f"{OFFICE}{path}")
        assert "Pak " not in page.words.replace("Pak Budi", ""), path
    page = rina.see(dossier)
    assert "60 dari 100" in page.words
    assert "Kementerian Koperasi" in page.words
    for words in ("Rina", "Budi", "Jaya", "@contoh"):
        assert words not in page.words
    assert "60 dari 100" in jaya.see(f"/koperasi/unggulan/produk/{jaya.shop.product}").words
    codes = re.findall(r"/sertifikat/([0-9A-Z-]{14})", page.html)
    assert len(set(codes)) == 1


def test_stars_that_were_taken_back_are_gone_from_the_villages_page(
    client: FlaskClient, jaya: Clerk, rina: Clerk, people: tuple[Actor, Actor]
) -> None:
    programme.lived(jaya.shop)
    village = f"/desa/{accounts.TENGKURAK}"
    assert "Kementerian Koperasi" in Page(client.get(village)).words
    (stars,) = queries.get_dossier(db.session(), jaya.shop.product, date(2026, 1, 5)).stars
    take = f"{OFFICE}/produk/{jaya.shop.product}/bintang/{stars.id}/cabut"
    assert rina.send(take, {"withdrawn_reason": ""}).status == 422
    assert rina.send(take, {"withdrawn_reason": "Dicabut pemberinya"}).status == 302
    assert "Kementerian Koperasi" not in Page(client.get(village)).words
    assert "Dicabut pemberinya" in rina.see(f"{OFFICE}/produk/{jaya.shop.product}").words


def test_a_co_operative_is_told_once_what_was_decided_and_why(jaya: Clerk, people: tuple[Actor, Actor]) -> None:
    proposal = programme.proposed(jaya.shop)
    write(operations.decide, proposal, programme.decision(agrees=False), people[0], days.now())
    for _again in range(2):
        send_decision({"proposal": proposal}, days.now(), compose_decision)
    (mail,) = db.session.scalars(select(OutboxJob).where(OutboxJob.kind == "mail")).all()
    assert mail.payload["to"] == "tengkurak@contoh.id"
    for words in ("Usulan Udang windu belum disetujui dinas", "Memenuhi syarat.", "500.5/12/2026"):
        assert words in mail.payload["text"]


def test_a_guest_of_the_office_reads_the_dossier_and_is_offered_nothing_to_change(
    client: FlaskClient, people: tuple[Actor, Actor]
) -> None:
    shop = market.shop()
    programme.lived(shop)
    other = market.product(shop.id, "Rajungan", "SCD")
    proposal = write(operations.propose, other, "Khas.", shop.clerk, days.now())
    write(assessing.assess, other, "", people[0], days.now())
    accounts.sign_in(client, accounts.guest())
    for path in (f"produk/{shop.product}", f"produk/{other}", f"usulan/{proposal}", "kriteria"):
        answer = client.get(f"{OFFICE}/{path}")
        assert answer.status_code == 200
        assert 'method="post"' not in answer.get_data(as_text=True).partition("<main")[2], path
    assert client.post(f"{OFFICE}/usulan/{proposal}", data=DECISION).status_code == 403
    assert proposals() == [ProposalStatus.OPEN, ProposalStatus.AGREED]
