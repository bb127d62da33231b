"""A Stripe for tests: its published behaviour, strictly, on a port of its own.

It is a document as well: each module says which page of docs.stripe.com its rules come from.

    with serve(clock=lambda: clock.now) as stripe:      # STRIPE_API_BASE=stripe.url, STRIPE_SECRET_KEY=stripe.secret
        ...                                              # the market opens a payment
        stripe.pay(session, cards.VISA)                  # the buyer pays on the page
        stripe.fail_next("POST /v1/payment_intents/*/capture", Fault.LOST)
        stripe.deliver(stripe.events("checkout.session.completed")[0], to="http://127.0.0.1:5000/webhooks/stripe")
        assert stripe.book(session).captured == 80_000   # rupiah

Not played: other currencies than IDR, fees, 3-D Secure, payment methods other than cards, payouts, direct and
destination charges, limits on how much may be asked.

Assumed, for nothing published was found: a session whose payment is only authorised is `unpaid`; the payment that was
tried on a session which then expired is cancelled as `automatic`; a charge may be refunded after a dispute was won; the
least payment in rupiah is what half a dollar is worth (`serve(minimum=…)`).
"""

from . import cards
from .books import Book
from .clients import basket, client, refusal_of, visit
from .control import SECRET_KEY, WEBHOOK_SECRET, Server, serve
from .errors import StripeError
from .faults import Fault

__all__ = [
    "SECRET_KEY",
    "WEBHOOK_SECRET",
    "Book",
    "Fault",
    "Server",
    "StripeError",
    "basket",
    "cards",
    "client",
    "refusal_of",
    "serve",
    "visit",
]
