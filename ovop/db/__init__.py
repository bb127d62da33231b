"""The database: one base for all tables, one place where a transaction begins and ends."""

from ovop.db.session import db, reading, write
from ovop.db.types import Base, Id, Instant

__all__ = ["Base", "Id", "Instant", "db", "reading", "write"]
