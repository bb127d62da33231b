"""Wording the reminder to count a harvest, in its reader's language."""

from __future__ import annotations

from flask import render_template

from ovop.advance.reminding import Reminder
from ovop.outside.mail import Message
from ovop.web.language import gettext as _
from ovop.web.language import speaking
from ovop.web.letters import link_to


def compose_reminder(reminder: Reminder) -> Message:
    """The reminder as a mail; its key lets one leave for each lot and reader."""
    with speaking(reminder.language):
        link = link_to(f"/koperasi/panen/{reminder.catch_id}", reminder.language)
        return Message(
            to=reminder.email,
            subject=_("Hitung panen %(name)s", name=reminder.name),
            text=render_template("mail/count_harvest.txt", reminder=reminder, link=link),
            key=f"mail:count-harvest:{reminder.catch_id}:{reminder.email}",
        )
