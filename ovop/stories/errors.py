"""What a story's operations refuse beside bad input."""

from __future__ import annotations

from typing import ClassVar

from ovop.kernel.errors import Conflict


class StoryChanged(Conflict):
    """Somebody else has changed the story since the page was opened."""

    problem: ClassVar[str] = "story-changed"
