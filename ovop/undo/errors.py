"""Refusals about taking back."""

from ovop.kernel.errors import Conflict


class TooLateToUndo(Conflict):
    """Its minute is over."""

    problem = "too-late-to-undo"


class ChangedSince(Conflict):
    """What was done has been built upon: somebody ordered, or changed the same thing again."""

    problem = "changed-since"
