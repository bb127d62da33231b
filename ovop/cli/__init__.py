"""Commands of ``flask --app app``."""

from flask import Flask

from ovop.cli import accounts, backup, demo, messages, reconcile, sales, serve, setup, verify

_GROUPS = (
    setup,
    accounts,
    serve,
    backup,
    demo,
    messages,
    verify,
    reconcile,
    sales,
)


def register(app: Flask) -> None:
    """Adds the market's commands to `app`."""
    for group in _GROUPS:
        for command in group.COMMANDS:
            app.cli.add_command(command)
