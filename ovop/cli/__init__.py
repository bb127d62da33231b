"""Commands of ``flask --app app``."""

from flask import Flask

from ovop.cli import accounts, setup


def register(app: Flask) -> None:
    """Adds the market's commands to `app`."""
    for command in (*setup.COMMANDS, *accounts.COMMANDS):
        app.cli.add_command(command)
