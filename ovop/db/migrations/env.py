"""Runs migrations on the application's own engine."""

from alembic import context
from sqlalchemy import Connection

from ovop.db.session import db

config = context.config


def run() -> None:
    """Applies the wanted migrations in one transaction each, with foreign keys off while SQLite rebuilds tables.

    Whoever gives a connection of its own has them all in its own transaction.
    """
    given = config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    with db.engine.execution_options(ovop_write=True).connect() as connection:
        migrate(connection)


def migrate(connection: Connection) -> None:
    """Applies the wanted migrations on `connection`."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
        include_object=lambda _object, name, *_: not str(name).startswith("search_"),  # made by hand in 0002
    )
    with context.begin_transaction():
        context.run_migrations()


run()
