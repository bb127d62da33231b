"""Stripe Connect behind the port: a co-operative's own account with Stripe, and its shares passed on to it.

Charges stay the market's; each share is a transfer of its own, from the very charge it was paid by, and named after
its order.  Source: docs.stripe.com/connect/separate-charges-and-transfers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ovop.payment.providers.base import PassedOn, Receiver
from ovop.payment.providers.stripe_client import UNITS, asking, client_of

if TYPE_CHECKING:
    import stripe

_COUNTRY, _CURRENCY = "ID", "idr"


class StripeTransfers:
    """Implements the port (`ovop.payment.providers.base.Transfers`)."""

    def __init__(self, secret_key: str, api_base: str | None = None, *, is_hurried: bool = False) -> None:
        self._key, self._base, self._is_hurried = secret_key, api_base, is_hurried

    @property
    def client(self) -> stripe.StripeClient:
        """The official library's client for the market's account."""
        return client_of(self._key, self._base, is_hurried=self._is_hurried)

    def open_account(self, cooperative_id: int, name: str, key: str) -> str:
        """See the port."""
        with asking("open account"):
            account = self.client.v1.accounts.create(
                {
                    "type": "express",
                    "country": _COUNTRY,
                    "capabilities": {"transfers": {"requested": True}},
                    "business_profile": {"name": name},
                    "metadata": {"cooperative": str(cooperative_id)},
                },
                {"idempotency_key": key},
            )
        return account.id

    def sign_up_address(self, account: str, back_to: str) -> str:
        """See the port."""
        with asking("account link"):
            link = self.client.v1.account_links.create(
                {"account": account, "type": "account_onboarding", "refresh_url": back_to, "return_url": back_to}
            )
        return link.url

    def receiver(self, account: str) -> Receiver:
        """See the port."""
        with asking("account"):
            found = self.client.v1.accounts.retrieve(account).to_dict()
        is_active = found.get("capabilities", {}).get("transfers") == "active"
        return Receiver(account, may_receive=is_active, has_told_all=bool(found["details_submitted"]))

    def find_passed_on(self, order: str) -> PassedOn | None:
        """See the port."""
        with asking("transfers"):
            found = self.client.v1.transfers.list({"transfer_group": order, "limit": 1}).data
        if not found:
            return None
        sent = found[0].to_dict()
        return PassedOn(sent["id"], sent["destination"], sent["amount"] // UNITS, sent["amount_reversed"] // UNITS)

    def pass_on(self, payment: str, order: str, account: str, amount: int, key: str) -> None:
        """See the port."""
        charge = self._charge_of(payment)
        with asking("transfer"):
            self.client.v1.transfers.create(
                {
                    "amount": amount * UNITS,
                    "currency": _CURRENCY,
                    "destination": account,
                    "source_transaction": charge,
                    "transfer_group": order,
                    "metadata": {"order": order},
                },
                {"idempotency_key": key},
            )

    def take_back(self, reference: str, amount: int, key: str) -> None:
        """See the port."""
        with asking("reversal"):
            self.client.v1.transfers.reversals.create(
                reference, {"amount": amount * UNITS}, {"idempotency_key": key}
            )  # fmt: skip

    def _charge_of(self, payment: str) -> str:
        """Stripe's name for the captured charge behind a payment's page."""
        with asking("checkout session"):
            session = self.client.v1.checkout.sessions.retrieve(payment, {"expand": ["payment_intent"]})
        intent: Any = session.payment_intent
        return str(intent.latest_charge)
