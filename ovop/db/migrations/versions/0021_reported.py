"""figures that villages reported of the time before they joined"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reported_batch",
        sa.Column("id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", Big, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", Big, nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_reported_batch_withdrawn")),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_reported_batch_added_by")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_reported_batch_village_code")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["account.id"], name=op.f("fk_reported_batch_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_batch")),
    )
    op.create_index(op.f("ix_reported_batch_village_code"), "reported_batch", ["village_code"])
    op.create_table(
        "reported_sale",
        sa.Column("id", Big, nullable=False),
        sa.Column("batch_id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("species_code", sa.String(length=3), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("grams", Big, nullable=False),
        sa.Column("pieces", Big, nullable=False),
        sa.Column("revenue", Big, nullable=False),
        sa.Column("is_in_force", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "grams >= 0 AND pieces >= 0 AND grams + pieces > 0 AND revenue > 0",
            name=op.f("ck_reported_sale_amounts"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["reported_batch.id"], name=op.f("fk_reported_sale_batch_id")),
        sa.ForeignKeyConstraint(["species_code"], ["species.code"], name=op.f("fk_reported_sale_species_code")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_reported_sale_village_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_sale")),
    )
    op.create_index(op.f("ix_reported_sale_batch_id"), "reported_sale", ["batch_id"])
    op.create_index(
        "uq_reported_sale_in_force",
        "reported_sale",
        ["village_code", "month", "species_code", "form"],
        unique=True,
        sqlite_where=sa.text("is_in_force"),
        postgresql_where=sa.text("is_in_force"),
    )


def downgrade() -> None:
    op.drop_table("reported_sale")
    op.drop_table("reported_batch")
