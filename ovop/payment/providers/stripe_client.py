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

#: Seconds to connect and to wait for an answer; where a page waits that is whole without it, far fewer.
PATIENCE, IN_A_HURRY = (3.0, 6.0), (1.0, 1.5)
#: Smallest units in a rupiah: Stripe counts IDR with two decimals.  Source: docs.stripe.com/currencies.
UNITS = 100
#: Answers that say "not now": nothing was done, or the same request is still being done.
_NOT_NOW = (409, 429)


@lru_cache(maxsize=8)
def client_of(secret_key: str, api_base: str | None, *, is_hurried: bool) -> stripe.StripeClient:
    """The client for that account; imported here, since the library takes its time and most markets do without."""
    import stripe  # noqa: PLC0415

    addresses = {"api": api_base.rstrip("/")} if api_base else {}
    return stripe.StripeClient(
        secret_key,
        base_addresses=addresses,  # type: ignore[arg-type]  # a dictionary of just these keys
        max_network_retries=0 if is_hurried else 1,
        http_client=stripe.RequestsClient(timeout=IN_A_HURRY if is_hurried else PATIENCE),
    )


@contextmanager
def asking(what: str) -> Iterator[None]:
    """Turns the library's errors into the port's.  Only kinds and codes are logged: messages may quote what was sent.

    Raises: ProviderAway when no answer came or it was "not now"; ProviderBroken when the answer was a failure of
    Stripe's own, or the key was used for other words; ProviderRefused when it was no.
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
        if status >= 500 or status < 400 or isinstance(error, stripe.IdempotencyError):
            log.warning("card provider failed", extra=about)
            raise ProviderBroken(what) from error
        log.info("card provider refused", extra=about)
        raise ProviderRefused(str(error.code or type(error).__name__)) from error
