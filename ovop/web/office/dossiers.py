"""A product's dossier: papers, stars, readiness in the eyes of two people, certificates; all of it as a bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.catalogue.operations import withdraw_stars
from ovop.catalogue.queries import stars_of
from ovop.catalogue.rules import StarFamily
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from ovop.programme import assessing, operations, rules
from ovop.programme.models import Certificate
from ovop.programme.operations import Award
from ovop.programme.queries import find_certificates, get_dossier, get_paper
from ovop.programme.rows import CertificateRow
from ovop.web.access import requires, signed_in
from ovop.web.certificate import send_certificate
from ovop.web.dossier import dossier_paper, send_bundle
from ovop.web.language import gettext as _
from ovop.web.office.area import blueprint, page
from ovop.web.pdf import sent_pdf
from ovop.web.programme_papers import keep_sent_paper, send_paper
from ovop.web.refusals import field_errors, reason, sentence
from ovop.web.typed import Reading, parse_day

_PREFIX = "/unggulan/produk/<id:product_id>"


@blueprint.get(_PREFIX)
@requires(Role.OFFICE)
def dossier(product_id: int) -> Response:
    """All there is about the product, and what can be done next."""
    return _page(product_id, {}, {})


@blueprint.get(f"{_PREFIX}.pdf")
@requires(Role.OFFICE)
def dossier_file(product_id: int) -> Response:
    """The dossier on paper."""
    found = get_dossier(db.session(), product_id, days.today())
    return sent_pdf(dossier_paper(found), f"berkas-ovop-{product_id}.pdf")


@blueprint.get(f"{_PREFIX}.zip")
@requires(Role.OFFICE)
def dossier_bundle(product_id: int) -> Response:
    """The dossier with every paper, as the regency sends it in."""
    return send_bundle(get_dossier(db.session(), product_id, days.today()))


@blueprint.get("/unggulan/berkas/<id:paper_id>")
@requires(Role.OFFICE)
def dossier_paper_file(paper_id: int) -> Response:
    """A paper, as a download."""
    return send_paper(get_paper(db.session(), paper_id))


@blueprint.post(f"{_PREFIX}/berkas")
@requires(Role.OFFICE)
def add_dossier_paper(product_id: int) -> ResponseReturnValue:
    """The dossier has one more paper."""
    form, typed = request.form, Reading()
    _exists(product_id)
    if form.get("kind", "") not in rules.NEEDS_PAPER:
        typed.refuse("kind", "required")
    if not typed.text("title"):
        typed.refuse("title", "required")

    def save() -> None:
        typed.finish()
        paper = keep_sent_paper(days.now())
        write(operations.add_paper, product_id, form["kind"], form["title"], paper, signed_in(), days.now())

    return _done(product_id, save, _("Berkasnya tersimpan."), "berkas")


@blueprint.post("/unggulan/berkas/<id:paper_id>/hapus")
@requires(Role.OFFICE)
def remove_dossier_paper(paper_id: int) -> ResponseReturnValue:
    """The dossier is without the paper."""
    product_id = write(operations.remove_paper, paper_id, signed_in(), days.now())
    flash(_("Berkas dilepas. Penilaian yang sudah jadi tidak berubah."), "good")
    return redirect(url_for("office.dossier", product_id=product_id, _anchor="berkas"))


@blueprint.post(f"{_PREFIX}/bintang")
@requires(Role.OFFICE)
def add_stars(product_id: int) -> ResponseReturnValue:
    """The product has stars, with the decision's own paper."""
    typed = Reading()
    _exists(product_id)
    award = _award(typed)

    def save() -> None:
        typed.finish()
        paper = keep_sent_paper(days.now(), "decision")
        write(operations.award_stars, product_id, award, paper, signed_in(), days.now())

    return _done(product_id, save, _("Bintangnya tercatat dan tampil di halaman desa."), "bintang", paper="decision")


def _award(typed: Reading) -> Award:
    family = next((one for one in StarFamily if one == typed.text("family")), None)
    level, year = typed.text("level"), typed.text("year")
    if family is None:
        typed.refuse("family", "required")
    if level not in ("1", "2", "3", "4", "5"):
        typed.refuse("level", "required")
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        typed.refuse("year", "unknown" if year else "required")
    for field in ("issuer", "stars_number"):
        if not typed.text(field):
            typed.refuse(field, "required")
    until: date | None = None
    if typed.text("stars_until"):
        until = typed.take(parse_day, "stars_until", None)
    return Award(
        family or StarFamily.COOPERATIVES,
        int(level) if level in ("1", "2", "3", "4", "5") else 1,
        typed.text("issuer"),
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else days.today().year,
        until,
        typed.text("stars_number"),
    )


@blueprint.post(f"{_PREFIX}/bintang/<id:stars_id>/cabut")
@requires(Role.OFFICE)
def take_stars(product_id: int, stars_id: int) -> ResponseReturnValue:
    """The authority took the stars back."""
    if not any(one.id == stars_id for one in stars_of(db.session(), [product_id])):
        raise NotFound()
    words = request.form.get("withdrawn_reason", "")

    def save() -> None:
        write(withdraw_stars, stars_id, days.today(), words, signed_in(), days.now())

    return _done(product_id, save, _("Bintangnya dicabut; riwayatnya tetap ada."), "bintang")


@blueprint.post(f"{_PREFIX}/nilai")
@requires(Role.OFFICE)
def assess_product(product_id: int) -> ResponseReturnValue:
    """The product is judged as it stands; another person has to confirm."""
    _exists(product_id)
    nib = request.form.get("nib", "")

    def save() -> None:
        write(assessing.assess, product_id, nib, signed_in(), days.now())

    return _done(product_id, save, _("Penilaian tersimpan. Sekarang perlu satu orang lain dari dinas."), "kesiapan")


@blueprint.post(f"{_PREFIX}/nilai/<id:readiness_id>")
@requires(Role.OFFICE)
def confirm_assessment(product_id: int, readiness_id: int) -> ResponseReturnValue:
    """A second person confirms the assessment or refuses it with words."""
    if not any(one.id == readiness_id for one in get_dossier(db.session(), product_id, days.today()).assessments):
        raise NotFound()
    agrees, words = request.form.get("answer") == "agree", request.form.get("words", "")

    def save() -> None:
        if request.form.get("answer") not in ("agree", "refuse"):
            raise Invalid({"confirmation": "required"})
        write(assessing.confirm, readiness_id, agrees, words, signed_in(), days.now())

    done = _("Dikukuhkan: dua orang berdiri di belakang penilaian ini.") if agrees else _("Ditolak, dengan alasanmu.")
    return _done(product_id, save, done, "kesiapan")


@blueprint.post(f"{_PREFIX}/nilai/<id:readiness_id>/sertifikat")
@requires(Role.OFFICE)
def issue_certificate(product_id: int, readiness_id: int) -> ResponseReturnValue:
    """The flagship has a certificate that can be printed."""
    typed = Reading()
    _exists(product_id)
    until = typed.take(parse_day, "expires_on", days.today() + timedelta(days=1))

    def save() -> None:
        typed.finish()
        write(assessing.issue, readiness_id, typed.text("number"), until, signed_in(), days.now())

    return _done(product_id, save, _("Sertifikat terbit. Cetak, lalu pindai kodenya untuk mencoba."), "sertifikat")


@blueprint.get("/unggulan/sertifikat/<id:certificate_id>.pdf")
@requires(Role.OFFICE)
def certificate_file(certificate_id: int) -> Response:
    """The certificate to be printed."""
    return send_certificate(_certificate(certificate_id))


@blueprint.post("/unggulan/sertifikat/<id:certificate_id>/cabut")
@requires(Role.OFFICE)
def take_certificate(certificate_id: int) -> ResponseReturnValue:
    """Whoever scans the certificate from now on is told that it holds no more."""
    row = _certificate(certificate_id)
    words = request.form.get("reason", "")

    def save() -> None:
        write(assessing.withdraw_certificate, certificate_id, words, signed_in(), days.now())

    return _done(row.product_id, save, _("Sertifikat dicabut. Halaman pemeriksaannya berkata begitu."), "sertifikat")


def _certificate(certificate_id: int) -> CertificateRow:
    found = find_certificates(db.session(), days.today(), Certificate.id == certificate_id)
    if not found:
        raise NotFound()
    return found[0]


def _exists(product_id: int) -> None:
    """Nothing for a product that there is; files are read only for one.  Raises: NotFound."""
    get_dossier(db.session(), product_id, days.today())
    db.session.rollback()  # reading files takes its time, and no read should stay open for it


def _done(
    product_id: int, save: Callable[[], None], words: str, part: str, *, paper: str = "paper"
) -> ResponseReturnValue:
    """What `save` did, or what is wrong beside its fields with all that was typed."""
    try:
        save()
    except Invalid as error:
        renamed = {_FIELDS.get((part, field), field): code for field, code in error.errors.items()}
        if paper != "paper" and "paper" in renamed:
            renamed[paper] = renamed.pop("paper")
        return _page(product_id, request.form, field_errors(Invalid(renamed)), 422)
    except Unavailable:
        return _page(product_id, request.form, {paper: reason("photo-not-kept")}, 503)
    except Conflict as error:
        flash(sentence(error), "warning")
    else:
        flash(words, "good")
    return redirect(url_for("office.dossier", product_id=product_id, _anchor=part))


#: Fields that operations name otherwise than the page, on which several forms stand.
_FIELDS = {
    ("bintang", "expires_on"): "stars_until",
    ("bintang", "decision_number"): "stars_number",
}


def _page(product_id: int, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    today = days.today()
    answer = page(
        "dossier.html",
        place="villages",
        dossier=get_dossier(db.session(), product_id, today),
        typed=typed,
        errors=errors,
        kinds=[kind for kind in rules.Criterion if kind in rules.NEEDS_PAPER],
        families=list(StarFamily),
        longest=rules,
        me=signed_in().id,
        today=today,
        next_year=today + timedelta(days=365),
    )
    answer.status_code = status
    return answer
