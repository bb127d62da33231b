"""The official Stripe library as the market uses it: made once, with short patience, its errors in the port's words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

from ovop.payment.errors import ProviderAway, ProviderBroken, ProviderRefused

if TYPE_CHECKING:
    import stripe

log = logging.getLogger(__name__)

#: Seconds that a call may take: somebody may be waiting for it with a phone in the hand.
PATIENCE, IN_A_HURRY = 10.0, 3.0
#: Smallest units in a rupiah: Stripe counts IDR with two decimals.  Source: docs.stripe.com/currencies.
UNITS = 100
#: Answers that say "not now": nothing was done, or the same request is still being done.
_NOT_NOW = (409, 429)


@lru_cache(maxsize=8)
def client_of(secret_key: str, api_base: str | None, patience: float) -> stripe.StripeClient:
    """The client for that account; imported here, since the library takes its time and most markets do without."""
    import stripe  # noqa: PLC0415

    addresses = {"api": api_base.rstrip("/")} if api_base else {}
    return stripe.StripeClient(
        secret_key,
        base_addresses=addresses,  # type: ignore[arg-type]  # a dictionary of just these keys
        max_network_retries=1 if patience >= PATIENCE else 0,
        http_client=stripe.RequestsClient(timeout=patience),
    )


@contextmanager
def asking(what: str) -> Iterator[None]:
    """Turns the library's errors into the port's.  Only kinds and codes are logged: messages may quote what was sent.

    Raises: ProviderAway when no answer came or it was "not now"; ProviderBroken when the answer was a failure of
    Stripe's own; ProviderRefused when it was no.
    """
    import stripe  # noqa: PLC0415

    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        log.warning("card provider away", extra={"asked": what, "error": type(error).__name__})
        raise ProviderAway(what) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        # The key is wrong or may not do this: for an operator to mend, and then everything goes on.
        log.error("card provider does not accept the key", extra={"asked": what, "status": error.http_status})
        raise ProviderAway(what) from error
    except stripe.StripeError as error:
        status = error.http_status or 0
        about = {"asked": what, "status": status, "code": error.code or type(error).__name__}
        if status in _NOT_NOW or status == 503:
            log.warning("card provider says not now", extra=about)
            raise ProviderAway(what) from error
        if status >= 500 or not status:
            log.warning("card provider failed", extra=about)
            raise ProviderBroken(what) from error
        log.info("card provider refused", extra=about)
        raise ProviderRefused(str(error.code or type(error).__name__)) from error
