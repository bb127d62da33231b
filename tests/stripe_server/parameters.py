"""The parameters of each call that this server plays; what it does not play is refused like what Stripe does not know.

Each name stands on the call's page under docs.stripe.com/api (given beside it); `test_stripe_server.py` holds the
names against the official library, which is generated from Stripe's own description.
"""

from __future__ import annotations

from .forms import ADDRESS, EMAIL, Flag, Group, Kind, Metadata, Moments, Removed, Several, Text, Whole

EXPAND: dict[str, Kind] = {"expand": Several(Text())}
#: docs.stripe.com/api/pagination: 1 to 100, newest first.
PAGE: dict[str, Kind] = {
    "limit": Whole(1, 100),
    "starting_after": Text(),
    "ending_before": Text(),
    "created": Moments(),
    **EXPAND,
}
CURRENCY = Text(3, form="[a-z]{3}")
LOCALES = (
    "auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hi-IN hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR "
    "ro ru sk sl sv th tr vi zh zh-HK zh-TW"
).split()

PRODUCT = Group({"name": Text(), "description": Text(), "metadata": Metadata()}, required=("name",))
PRICE = Group(
    {"currency": CURRENCY, "unit_amount": Whole(), "product_data": PRODUCT},
    required=("currency", "unit_amount", "product_data"),
)
LINE = Group({"price_data": PRICE, "quantity": Whole(1, 999_999)}, required=("price_data", "quantity"))
INTENT_DATA = Group(
    {
        "capture_method": Text(among=("automatic", "automatic_async", "manual")),
        "description": Text(1000),
        "metadata": Metadata(),
        "receipt_email": Text(form=EMAIL),
        "statement_descriptor_suffix": Text(22),
        "transfer_group": Text(),
    }
)

#: docs.stripe.com/api/checkout/sessions/create; payment_method_types is gone since
#: docs.stripe.com/changelog/endive/2026-09-30/remove-payment-method-types-checkout-sessions.
CREATE_SESSION = Group(
    {
        "mode": Text(among=("payment",)),
        "ui_mode": Text(among=("hosted_page",)),
        "line_items": Several(LINE),
        "payment_intent_data": INTENT_DATA,
        "allowed_payment_method_types": Several(Text(among=("card",))),
        "metadata": Metadata(),
        "client_reference_id": Text(200),
        "customer_email": Text(form=EMAIL),
        "success_url": Text(form=ADDRESS),
        "cancel_url": Text(form=ADDRESS),
        "expires_at": Whole(),
        "locale": Text(among=tuple(LOCALES)),
        "submit_type": Text(among=("auto", "book", "donate", "pay")),
        **EXPAND,
    },
    required=("mode", "line_items", "success_url"),
)
#: docs.stripe.com/api/checkout/sessions/list
LIST_SESSIONS = Group(PAGE | {"payment_intent": Text(), "status": Text(among=("open", "complete", "expired"))})

#: docs.stripe.com/api/payment_methods/create
CREATE_METHOD = Group(
    {
        "type": Text(among=("card",)),
        "card": Group(
            {
                "number": Text(form=r"[0-9 ]{13,23}"),
                "exp_month": Whole(1, 12),
                "exp_year": Whole(),
                "cvc": Text(form=r"[0-9]{3,4}"),
            },
            required=("number", "exp_month", "exp_year"),
        ),
        **EXPAND,
    },
    required=("type", "card"),
)
#: docs.stripe.com/api/payment_intents/create; payment_method_types has an error of its own since docs.stripe.com/
#: changelog/endive/2026-09-30/removes-the-payment-method-types-parameter-from-payment-intents-and-setup-intents.
CREATE_INTENT = Group(
    {
        "amount": Whole(),
        "currency": CURRENCY,
        "capture_method": Text(among=("automatic", "automatic_async", "manual")),
        "confirm": Flag(),
        "payment_method": Text(),
        "allowed_payment_method_types": Several(Text(among=("card",))),
        "payment_method_types": Removed("payment_method_types_no_longer_supported"),
        "description": Text(1000),
        "metadata": Metadata(),
        "transfer_group": Text(),
        **EXPAND,
    },
    required=("amount", "currency"),
)
#: docs.stripe.com/api/payment_intents/confirm
CONFIRM_INTENT = Group({"payment_method": Text(), **EXPAND})
#: docs.stripe.com/api/payment_intents/capture
CAPTURE_INTENT = Group({"amount_to_capture": Whole(1), "metadata": Metadata(), **EXPAND})
#: docs.stripe.com/api/payment_intents/cancel
CANCEL_INTENT = Group(
    {
        "cancellation_reason": Text(among=("duplicate", "fraudulent", "requested_by_customer", "abandoned")),
        **EXPAND,
    }
)
LIST_INTENTS = Group(PAGE)
LIST_CHARGES = Group(PAGE | {"payment_intent": Text(), "transfer_group": Text()})

#: docs.stripe.com/api/refunds/create
CREATE_REFUND = Group(
    {
        "payment_intent": Text(),
        "charge": Text(),
        "amount": Whole(1),
        "reason": Text(among=("duplicate", "fraudulent", "requested_by_customer")),
        "metadata": Metadata(),
        **EXPAND,
    }
)
LIST_REFUNDS = Group(PAGE | {"payment_intent": Text(), "charge": Text()})
LIST_DISPUTES = Group(PAGE | {"payment_intent": Text(), "charge": Text()})
CLOSE_DISPUTE = Group(EXPAND)
LIST_EVENTS = Group(PAGE | {"type": Text(), "types": Several(Text(), 20)})
LIST_BALANCE = Group(PAGE | {"source": Text(), "type": Text()})

CAPABILITY = Group({"requested": Flag()})
#: docs.stripe.com/api/accounts/create
CREATE_ACCOUNT = Group(
    {
        "type": Text(among=("custom", "express", "standard")),
        "country": Text(2, form="[A-Z]{2}"),
        "email": Text(form=EMAIL),
        "business_type": Text(among=("company", "government_entity", "individual", "non_profit")),
        "business_profile": Group({"name": Text(), "url": Text(form=ADDRESS), "product_description": Text()}),
        "capabilities": Group({"transfers": CAPABILITY, "card_payments": CAPABILITY}),
        "metadata": Metadata(),
        **EXPAND,
    }
)
LIST_ACCOUNTS = Group(PAGE)
#: docs.stripe.com/api/account_links/create
CREATE_LINK = Group(
    {
        "account": Text(),
        "refresh_url": Text(form=ADDRESS),
        "return_url": Text(form=ADDRESS),
        "type": Text(among=("account_onboarding", "account_update")),
        **EXPAND,
    },
    required=("account", "refresh_url", "return_url", "type"),
)
#: docs.stripe.com/api/transfers/create
CREATE_TRANSFER = Group(
    {
        "amount": Whole(1),
        "currency": CURRENCY,
        "destination": Text(),
        "source_transaction": Text(),
        "transfer_group": Text(),
        "description": Text(),
        "metadata": Metadata(),
        **EXPAND,
    },
    required=("amount", "currency", "destination"),
)
LIST_REVERSALS = Group({name: kind for name, kind in PAGE.items() if name != "created"})
LIST_TRANSFERS = Group(PAGE | {"destination": Text(), "transfer_group": Text()})
#: docs.stripe.com/api/transfer_reversals/create
CREATE_REVERSAL = Group({"amount": Whole(1), "description": Text(), "metadata": Metadata(), **EXPAND})
RETRIEVE = Group(EXPAND)
