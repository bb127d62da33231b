"""The pages people see at Stripe: the payment page of a Checkout Session, the sign-up of an account.

docs.stripe.com/payments/checkout/how-checkout-works; {CHECKOUT_SESSION_ID} in success_url:
docs.stripe.com/payments/checkout/custom-success-page.
"""

from __future__ import annotations

from html import escape

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from . import cards, checkout, connect
from .records import Session
from .world import World

PAGE = """<!doctype html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>body{{font:1rem/1.5 sans-serif;margin:1rem auto;max-width:24rem;padding:0 1rem}}
label,input,button,a{{display:block;box-sizing:border-box;width:100%;margin:.25rem 0 .75rem;font:inherit;padding:.5rem}}
label,a{{padding:0}}</style></head>
<body><main><h1>{title}</h1>{body}</main></body></html>
"""
FORM = """<p role="alert">{alert}</p>{lines}<p><strong>Total {total}</strong></p>
<form method="post"><label>Card number <input name="card" inputmode="numeric" autocomplete="cc-number" required></label>
<label>Expiry <input name="expiry" value="12 / 34"></label><label>CVC <input name="cvc" value="123"></label>
<button>Pay</button></form>{back}
"""


def show(world: World, request: Request) -> Response:
    """The page at that address."""
    parts = request.path.strip("/").split("/")
    if parts[:2] == ["c", "pay"] and len(parts) == 3 and parts[2] in world.sessions:
        return payment_page(world, request, world.sessions[parts[2]])
    if parts[0] == "setup" and len(parts) == 3 and parts[2] in world.links:
        return setup_page(world, request, world.links[parts[2]])
    return html(404, "Page not found", "")


def payment_page(world: World, request: Request, session: Session) -> Response:
    """Shows what is to be paid; takes a card and goes back to the seller once it was good."""
    alert = ""
    if request.method == "POST":
        charge = checkout.pay(world, session, cards.card_numbered(request.form.get("card", "")))
        if charge is not None and charge.status == "succeeded":
            return redirect(session.success_url.replace("{CHECKOUT_SESSION_ID}", session.id), 303)
        alert = charge.card.refusal if charge else ""
    if session.status == "expired":
        return html(200, "This page has expired", "<p>Ask the shop for a new one.</p>" + _back(session))
    if session.status == "complete":
        return html(200, "You're all done here", "<p>The payment went through.</p>")
    lines = "".join(
        f"<p>{line['quantity']} × {escape(line['price_data']['product_data']['name'])}: "
        f"{rupiah(line['price_data']['unit_amount'])}</p>"
        for line in session.line_items
    )
    body = FORM.format(alert=escape(alert), lines=lines, total=rupiah(session.amount_total), back=_back(session))
    return html(200, "Pay by card (test)", body, session.locale or "en")


def setup_page(world: World, request: Request, link: connect.Link) -> Response:
    """Where an account signs up.  A link that is over leads back for a new one: docs.stripe.com/api/account_links."""
    if link.is_used or world.now() >= link.expires_at:
        return redirect(link.refresh_url, 303)
    if request.method == "POST":
        link.is_used = True
        connect.submit(world, world.accounts[link.account])
        return redirect(link.return_url, 303)
    body = '<form method="post"><p>All that is asked is filled in.</p><button>Submit</button></form>'
    return html(200, "Sign up (test)", body)


def _back(session: Session) -> str:
    """The way back without paying, where the seller gave one."""
    return f'<a href="{escape(session.cancel_url)}">Back to the shop</a>' if session.cancel_url else ""


def html(status: int, title: str, body: str, language: str = "en") -> Response:
    """A page."""
    text = PAGE.format(language=escape(language), title=escape(title), body=body)
    return Response(text, status, mimetype="text/html")


def rupiah(amount: int) -> str:
    """An amount of sen as people read it."""
    return f"Rp {amount / 100:,.2f}"
