"""Connect: accounts of others, the way to sign them up, and money that goes to them and comes back.

docs.stripe.com/connect/separate-charges-and-transfers, docs.stripe.com/api/{accounts,account_links,transfers}.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import StripeError
from .lists import page
from .records import Json
from .world import World, found

#: docs.stripe.com/api/account_links/object shows a link that lasts this long.
LINK_LASTS = 300
#: A few of what an account has to tell first: docs.stripe.com/connect/required-verification-information.
REQUIRED = ["business_profile.url", "external_account", "tos_acceptance.date", "tos_acceptance.ip"]


@dataclass
class Account:
    """A connected account; it can be sent money once its capability `transfers` is active."""

    id: str
    created: int
    type: str
    country: str
    email: str | None
    metadata: dict[str, str]
    requested: tuple[str, ...]
    business_type: str | None = None
    business_profile: Json = field(default_factory=dict)
    details_submitted: bool = False
    disabled_reason: str | None = "requirements.past_due"

    @property
    def may_receive(self) -> bool:
        """Whether transfers may go to it."""
        return "transfers" in self.requested and self.details_submitted and self.disabled_reason is None

    def shown(self) -> Json:
        names = "id created type country email metadata business_type business_profile details_submitted"
        is_active = self.details_submitted and self.disabled_reason is None
        return {
            "object": "account",
            **{name: getattr(self, name) for name in names.split()},
            "capabilities": dict.fromkeys(self.requested, "active" if is_active else "inactive"),
            "charges_enabled": is_active and "card_payments" in self.requested,
            "default_currency": "idr",
            "payouts_enabled": is_active,
            "requirements": {
                "currently_due": [] if self.details_submitted else REQUIRED,
                "disabled_reason": self.disabled_reason,
            },
        }


@dataclass
class Link:
    """The way to the pages where an account signs up, good once and for minutes."""

    created: int
    expires_at: int
    url: str
    account: str
    refresh_url: str
    return_url: str
    is_used: bool = False

    def shown(self) -> Json:
        names = "created expires_at url"
        return {"object": "account_link", **{name: getattr(self, name) for name in names.split()}}


@dataclass
class Reversal:
    """Money of a transfer that came back."""

    id: str
    created: int
    amount: int
    currency: str
    transfer: str
    metadata: dict[str, str]
    balance_transaction: str

    def shown(self) -> Json:
        names = "id created amount currency transfer metadata balance_transaction"
        return {"object": "transfer_reversal", **{name: getattr(self, name) for name in names.split()}}


@dataclass
class Transfer:
    """Money from the platform's balance to that of a connected account."""

    id: str
    created: int
    amount: int
    currency: str
    destination: str
    source_transaction: str | None
    transfer_group: str | None
    description: str | None
    metadata: dict[str, str]
    balance_transaction: str
    reversals: list[Reversal] = field(default_factory=list)

    @property
    def amount_reversed(self) -> int:
        """How much of it came back."""
        return sum(reversal.amount for reversal in self.reversals)

    def shown(self) -> Json:
        """With the ten newest reversals (docs.stripe.com/api/transfer_reversals/list)."""
        names = (
            "id created amount currency destination source_transaction transfer_group description metadata "
            "balance_transaction amount_reversed"
        )
        return {
            "object": "transfer",
            **{name: getattr(self, name) for name in names.split()},
            "livemode": False,
            "reversed": self.amount_reversed == self.amount,
            "reversals": page(self.reversals, {}, f"/v1/transfers/{self.id}/reversals"),
        }


def create_account(world: World, given: Json) -> Json:
    """docs.stripe.com/api/accounts/create"""
    capabilities = given.get("capabilities", {})
    account = Account(
        world.new_id("acct_", 16),
        world.now(),
        given.get("type", "standard"),
        given.get("country", "ID"),
        given.get("email"),
        given.get("metadata", {}),
        tuple(name for name, one in capabilities.items() if one.get("requested")),
        given.get("business_type"),
        given.get("business_profile", {}),
    )
    world.accounts[account.id] = account
    return account.shown()


def submit(world: World, account: Account, disabled_reason: str | None = None) -> None:
    """The account told all that was asked, and may receive money unless something else is wrong.

    account.updated belongs to the connected account (docs.stripe.com/connect/webhooks): a Connect endpoint hears of it.
    """
    account.details_submitted, account.disabled_reason = True, disabled_reason
    world.tell("account.updated", account.shown(), account=account.id)


def create_link(world: World, given: Json) -> Json:
    """docs.stripe.com/api/account_links/create; account_update is for custom accounts alone."""
    account = found(world.accounts, "account", given["account"], "account")
    if given["type"] == "account_update" and account.type != "custom":
        raise StripeError("You cannot create `account_update` type Account Links for this account.", param="type")
    now = world.now()
    code = world.new_id("", 12)
    url = f"{world.url}/setup/{account.id}/{code}"
    link = Link(now, now + LINK_LASTS, url, account.id, given["refresh_url"], given["return_url"])
    world.links[code] = link
    return link.shown()


def create_transfer(world: World, given: Json) -> Json:
    """docs.stripe.com/api/transfers/create

    "Your Stripe balance must be able to cover the transfer amount": the available one, unless the transfer names the
    charge it comes from; then it goes at once and is usable when the charge is (#transfer-availability).
    """
    if given["currency"] != "idr":
        raise StripeError(f"Invalid currency: {given['currency']}", param="currency")
    account = found(world.accounts, "destination account", given["destination"], "destination")
    if not account.may_receive:
        raise StripeError(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers",
            code="insufficient_capabilities_for_transfer",
        )
    amount = given["amount"]
    after = _check_source(world, given["source_transaction"], amount) if "source_transaction" in given else world.now()
    if "source_transaction" not in given and amount > world.balance()[0]:
        raise _insufficient("You have insufficient available funds in your Stripe account.")
    name = world.new_id("tr_")
    transfer = Transfer(
        name,
        world.now(),
        amount,
        "idr",
        account.id,
        given.get("source_transaction"),
        given.get("transfer_group"),
        given.get("description"),
        given.get("metadata", {}),
        world.book(-amount, "transfer", name, available_on=after).id,
    )
    world.book(amount, "payment", name, account=account.id, available_on=after)
    world.transfers[name] = transfer
    world.tell("transfer.created", transfer.shown())
    return transfer.shown()


def _check_source(world: World, name: str, amount: int) -> int:
    """When the money of that charge can be used.

    "The amount of the transfer or transfers can't exceed the amount of the source charge":
    docs.stripe.com/connect/separate-charges-and-transfers#transfer-availability.
    """
    charge = found(world.charges, "charge", name, "source_transaction")
    if not charge.captured:
        raise StripeError(f"Charge {name} has not been captured.", param="source_transaction")
    sent = sum(one.amount for one in world.transfers.values() if one.source_transaction == name)
    if sent + amount > charge.amount_captured:
        raise _insufficient(f"The transfers of charge {name} would exceed its amount.", "amount")
    return world.entries[str(charge.balance_transaction)].available_on


def _insufficient(message: str, param: str | None = None) -> StripeError:
    """docs.stripe.com/error-codes#balance-insufficient"""
    return StripeError(message, code="balance_insufficient", param=param)


def reverse(world: World, given: Json, name: str) -> Json:
    """docs.stripe.com/api/transfer_reversals/create: up to what is left, and only what the account still has.

    "It is possible to reverse a transfer_group transfer only if the destination account has enough balance to cover
    the reversal": docs.stripe.com/api/transfer_reversals.
    """
    transfer = found(world.transfers, "transfer", name)
    left = transfer.amount - transfer.amount_reversed
    amount = given.get("amount", left)
    if not left:
        raise StripeError(f"Transfer {name} is already fully reversed.")
    if amount > left:
        raise StripeError(f"Reversal amount ({amount}) is greater than unreversed amount ({left})", param="amount")
    if amount > sum(world.balance(transfer.destination)):
        raise _insufficient("The connected account does not have enough balance to cover the reversal.")
    entry = world.book(amount, "transfer_refund", name)
    world.book(-amount, "payment_refund", name, account=transfer.destination)
    metadata = given.get("metadata", {})
    reversal = Reversal(world.new_id("trr_"), world.now(), amount, "idr", name, metadata, entry.id)
    transfer.reversals.append(reversal)
    world.tell("transfer.reversed", transfer.shown())
    return reversal.shown()


def reversals_of(world: World, given: Json, name: str) -> Json:
    """docs.stripe.com/api/transfer_reversals/list"""
    return page(found(world.transfers, "transfer", name).reversals, given, f"/v1/transfers/{name}/reversals")


def balance(world: World, given: Json) -> Json:
    """docs.stripe.com/api/balance: of the platform, or of the account a call is made for."""
    available, pending = world.balance(world.acting)
    return {
        "object": "balance",
        "available": [{"amount": available, "currency": "idr", "source_types": {"card": available}}],
        "pending": [{"amount": pending, "currency": "idr", "source_types": {"card": pending}}],
        "livemode": False,
    }
