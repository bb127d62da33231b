"""How prices step down in a lot's last hours: the co-operative's rule, and a lot's own."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ovop.accounts.models import Role
from ovop.db import db, write
from ovop.kernel import days
from ovop.kernel.errors import Invalid
from ovop.stock.price_changes import set_lot_rule, set_rule
from ovop.stock.price_history import last_rule
from ovop.stock.price_rules import PROPOSED, RuleKind, lowered
from ovop.web.access import requires
from ovop.web.cooperative.area import blueprint, clerk, page
from ovop.web.cooperative.rule_fields import read_rule, typed_rule
from ovop.web.cooperative.stock import lot_page, returned
from ovop.web.language import gettext as _
from ovop.web.refusals import field_errors
from ovop.web.typed import Reading

#: The price that the page explains a rule with.
EXAMPLE = 40_000


@blueprint.get("/aturan-harga")
@requires(Role.COOPERATIVE)
def price_rule() -> ResponseReturnValue:
    """The rule in force, or a proposal, with what it would do to a price."""
    return _rule_page({}, {})


@blueprint.post("/aturan-harga")
@requires(Role.COOPERATIVE)
def save_price_rule() -> ResponseReturnValue:
    """Prices of what is on sale step down so from now on; or the form comes back."""
    actor, _cooperative_id = clerk()
    try:
        rule = read_rule(Reading()) if request.form.get("kind") == RuleKind.ON else None
        write(set_rule, rule, actor, days.now())
    except Invalid as error:
        return _rule_page(request.form, field_errors(error), 422)
    flash(_("Aturan harga tersimpan."), "good")
    return redirect(url_for("cooperative.price_rule"))


@blueprint.post("/stok/<id:catch_id>/aturan-harga")
@requires(Role.COOPERATIVE)
def save_lot_rule(catch_id: int) -> ResponseReturnValue:
    """The lot's price steps down by its own rule, not at all, or as the co-operative's lots do."""
    actor, _cooperative_id = clerk()
    try:
        kind = next((each for each in RuleKind if each == request.form.get("kind")), None)
        if kind is None:
            raise Invalid({"kind": "required"})
        rule = read_rule(Reading()) if kind is RuleKind.ON else None
        write(set_lot_rule, catch_id, kind, rule, actor, days.now())
    except Invalid as error:
        return lot_page(catch_id, returned("rule", field_errors(error)))
    flash(_("Tersimpan."), "good")
    return redirect(url_for("cooperative.lot", catch_id=catch_id))


def _rule_page(typed: Mapping[str, str], errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    actor, cooperative_id = clerk()
    rule = last_rule(db.session(), cooperative_id)
    shown = rule or PROPOSED
    return page(
        "price_rule.html",
        status,
        rule=rule,
        typed=typed or {"kind": RuleKind.ON if rule else RuleKind.OFF, **typed_rule(rule)},
        errors=errors,
        may_set=actor.is_manager,
        example=EXAMPLE,
        example_steps=[(step.hours, lowered(EXAMPLE, step.percent)) for step in shown.steps],
        place="stock",
    )
