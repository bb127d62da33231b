"""Refusals about paying."""

from ovop.kernel.errors import Conflict


class MethodNotAllowed(Conflict):
    """This way to pay is not open here: no QRIS code, no provider set up, or above what it carries."""

    problem = "payment-not-allowed"

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(method=method, reason=reason)


class ProviderAway(Exception):
    """The payment provider did not answer, or not yet; asking again with the same key is safe."""


class ProviderBroken(ProviderAway):
    """The payment provider answered that it failed, or that the key has been used for a request in other words.

    Whether it did what was asked has to be looked up; asking again under the same key would get the same answer.
    """


class ProviderRefused(Exception):
    """The payment provider answered that it will not; asking again will not help."""
