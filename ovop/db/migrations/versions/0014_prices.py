"""prices of days, weeks and months that are over"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "priced_period",
        sa.Column("period", sa.String(length=5), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("period IN ('day', 'week', 'month')", name=op.f("ck_priced_period_period")),
        sa.PrimaryKeyConstraint("period", "first", name=op.f("pk_priced_period")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "price_cell",
        sa.Column("period", sa.String(length=5), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("species_code", sa.String(length=3), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("sellers", sa.Integer(), nullable=False),
        sa.Column("minimum", Big, nullable=False),
        sa.Column("median", Big, nullable=False),
        sa.Column("maximum", Big, nullable=False),
        sa.Column("grams", Big, nullable=False),
        sa.Column("revenue", Big, nullable=False),
        sa.CheckConstraint(
            "sellers > 0 AND minimum <= median AND median <= maximum AND grams > 0", name=op.f("ck_price_cell_amounts")
        ),
        sa.ForeignKeyConstraint(["species_code"], ["species.code"], name=op.f("fk_price_cell_species_code")),
        sa.PrimaryKeyConstraint("period", "first", "species_code", "form", name=op.f("pk_price_cell")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("price_cell")
    op.drop_table("priced_period")
