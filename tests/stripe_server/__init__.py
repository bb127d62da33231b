"""A Stripe for tests: its published behaviour, strictly, on a port of its own.

It is a document as well: each module says which page of docs.stripe.com its rules come from.

    with serve(clock=lambda: clock.now) as stripe:      # STRIPE_API_BASE=stripe.url, STRIPE_SECRET_KEY=stripe.secret
        ...                                              # the market opens a payment
        stripe.pay(session, cards.VISA)                  # the buyer pays on the page
        stripe.fail_next("POST /v1/payment_intents/*/capture", Fault.LOST)
        stripe.deliver(stripe.events("checkout.session.completed")[0], to="http://127.0.0.1:5000/webhooks/stripe")
        assert stripe.book(session).captured == 80_000   # rupiah

Not played: other currencies than IDR, fees, 3-D Secure, payment methods other than cards, refunds that stay pending or
fail, payouts, direct and destination charges.
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
