"""What the village stands for: proposed with reasons, decided by the office; its papers and certificates."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.accounts.queries import get_cooperative
from ovop.catalogue.queries import flagship_history, get_product, list_products
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Conflict, Invalid, NotFound
from ovop.programme.operations import propose, withdraw_proposal
from ovop.programme.queries import get_dossier, get_paper, own_certificates, own_proposals
from ovop.programme.rules import LONGEST_REASONS, ProposalStatus
from ovop.web.access import requires
from ovop.web.addresses import read_id
from ovop.web.certificate import send_certificate
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.language import gettext as _
from ovop.web.programme_papers import send_paper
from ovop.web.refusals import field_errors, reason, sentence


@blueprint.get("/unggulan")
@requires(Role.COOPERATIVE)
def flagship() -> ResponseReturnValue:
    """What the village stands for, what was proposed and decided, and the form for a proposal."""
    return _page({}, {})


@blueprint.post("/unggulan")
@requires(Role.COOPERATIVE)
def propose_flagship() -> ResponseReturnValue:
    """The product is proposed; sent twice it is once."""
    actor, _cooperative_id = clerk()
    product_id = read_id(request.form.get("product"))
    errors: dict[str, str] = {}
    if product_id is None:
        errors["product"] = reason("required")
    try:
        if product_id is not None:
            write(propose, product_id, request.form.get("reasons", ""), actor, days.now())
        elif not request.form.get("reasons", "").strip():
            errors["reasons"] = reason("required")
    except Invalid as error:
        errors |= field_errors(error)
    except Conflict as error:
        flash(sentence(error), "warning")
        return redirect(url_for("cooperative.flagship"))
    if errors:
        return _page(request.form, errors, 422)
    flash(_("Usulan terkirim ke dinas. Keputusannya tampil di sini."), "good")
    return redirect(url_for("cooperative.flagship"))


@blueprint.post("/unggulan/<id:proposal_id>/tarik")
@requires(Role.COOPERATIVE)
def withdraw_flagship(proposal_id: int) -> ResponseReturnValue:
    """The co-operative asks for it no more."""
    try:
        write(withdraw_proposal, proposal_id, clerk()[0], days.now())
    except Conflict as error:
        flash(sentence(error), "warning")
    else:
        flash(_("Usulan ditarik."), "good")
    return redirect(url_for("cooperative.flagship"))


@blueprint.get("/unggulan/produk/<id:product_id>")
@requires(Role.COOPERATIVE)
def own_dossier(product_id: int) -> ResponseReturnValue:
    """How ready one of its own products is today, by the office's criteria, and which papers are in its dossier."""
    _own(product_id)
    return page("dossier.html", dossier=get_dossier(db.session(), product_id, days.today()), place="profile")


@blueprint.get("/unggulan/berkas/<id:paper_id>")
@requires(Role.COOPERATIVE)
def own_paper(paper_id: int) -> Response:
    """A paper of one of its own products, as a download."""
    return send_paper(get_paper(db.session(), paper_id, clerk()[0]))


@blueprint.get("/unggulan/sertifikat/<id:certificate_id>.pdf")
@requires(Role.COOPERATIVE)
def own_certificate(certificate_id: int) -> Response:
    """A certificate of one of its own products, to be printed and hung up."""
    for row in own_certificates(db.session(), clerk()[1], days.today()):
        if row.id == certificate_id:
            return send_certificate(row)
    raise NotFound()


def _own(product_id: int) -> None:
    if get_product(db.session(), product_id).cooperative_id != clerk()[1]:
        raise NotFound()


def _page(typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> ResponseReturnValue:
    _actor, cooperative_id = clerk()
    session, today = db.session(), days.today()
    village_code = get_cooperative(session, cooperative_id).village_code
    periods = flagship_history(session, village_code)
    standing = next((period for period in periods if period.ended_on is None), None)
    products, _count = list_products(session, cooperative_id)
    proposals = own_proposals(session, cooperative_id)
    return page(
        "flagship.html",
        status,
        standing=standing,
        periods=periods,
        products=[product for product in products if standing is None or product.id != standing.product_id],
        own={product.id for product in products},
        proposals=proposals,
        waiting=next((one for one in proposals if one.status is ProposalStatus.OPEN), None),
        certificates=own_certificates(session, cooperative_id, today),
        typed=typed,
        errors=errors,
        longest=LONGEST_REASONS,
        place="profile",
    )
