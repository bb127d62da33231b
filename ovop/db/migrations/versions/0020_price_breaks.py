"""price breaks: what products, lots and remembered prices say of who orders much

Columns come by ``ALTER TABLE … ADD COLUMN``: SQLite's batch mode would make the tables anew, without their triggers.
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

LONGEST = {"product": 60, "catch": 80, "price_change": 80}


def upgrade() -> None:
    for table, longest in LONGEST.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN price_breaks VARCHAR({longest}) DEFAULT '' NOT NULL")


def downgrade() -> None:
    for table in LONGEST:
        op.execute(f"ALTER TABLE {table} DROP COLUMN price_breaks")
