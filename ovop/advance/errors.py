"""Refusals about selling ahead."""

from ovop.kernel.errors import Conflict


class NotPlanned(Conflict):
    """The lot was not sold ahead, is withdrawn or is past its best: there is nothing to count."""

    problem = "not-planned"


class ListingEnded(Conflict):
    """The standing listing was ended."""

    problem = "listing-ended"
