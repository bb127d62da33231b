"""the counter: sales to people without an order, and losses with their cause

The columns of `movement` come by ``ALTER TABLE … ADD COLUMN`` with their constraint inline: the table is the longest.
"""

import sqlalchemy as sa
from alembic import op

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    whole = "INTEGER" if op.get_context().dialect.name == "sqlite" else "BIGINT"
    op.execute("ALTER TABLE movement ADD COLUMN cause VARCHAR(12)")
    op.execute(
        f"ALTER TABLE movement ADD COLUMN reverses_id {whole}"
        " CONSTRAINT fk_movement_reverses_id REFERENCES movement (id)"
    )
    op.create_index(op.f("uq_movement_reverses_id"), "movement", ["reverses_id"], unique=True)

    op.create_table(
        "counter_number",
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_counter_number_cooperative_id")),
        sa.PrimaryKeyConstraint("cooperative_id", name=op.f("pk_counter_number")),
    )
    op.create_table(
        "counter_sale",
        sa.Column("id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("catch_id", Big, nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("species_code", sa.String(length=3), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("measure", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("unit_price", Big, nullable=False),
        sa.Column("quantity", Big, nullable=False),
        sa.Column("amount", Big, nullable=False),
        sa.Column("commission", Big, nullable=False),
        sa.Column("tax_basis_points", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("reference", sa.String(length=80), server_default="", nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("sold_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", Big, nullable=False),
        sa.Column("reverses_id", Big, nullable=True),
        sa.Column("reason", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("method IN ('cash', 'qris')", name=op.f("ck_counter_sale_method")),
        sa.CheckConstraint(
            "quantity <> 0 AND (quantity < 0) = (reverses_id IS NOT NULL)", name=op.f("ck_counter_sale_quantity")
        ),
        sa.CheckConstraint("(quantity < 0) = (amount < 0) AND amount <> 0", name=op.f("ck_counter_sale_amount")),
        sa.CheckConstraint("(number IS NULL) = (reverses_id IS NOT NULL)", name=op.f("ck_counter_sale_number")),
        sa.CheckConstraint("reverses_id IS NULL OR reason <> ''", name=op.f("ck_counter_sale_reason")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_counter_sale_actor_id")),
        sa.ForeignKeyConstraint(["catch_id"], ["catch.id"], name=op.f("fk_counter_sale_catch_id")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_counter_sale_cooperative_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["counter_sale.id"], name=op.f("fk_counter_sale_reverses_id")),
        sa.ForeignKeyConstraint(["species_code"], ["species.code"], name=op.f("fk_counter_sale_species_code")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_counter_sale_village_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_sale")),
        sa.UniqueConstraint("cooperative_id", "number", name=op.f("uq_counter_sale_cooperative_id_number")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_counter_sale_reverses_id")),
    )
    op.create_index(op.f("ix_counter_sale_catch_id"), "counter_sale", ["catch_id"], unique=False)
    op.create_index("ix_counter_sale_cooperative_id", "counter_sale", ["cooperative_id", "id"], unique=False)
    op.create_index("ix_counter_sale_sold_on", "counter_sale", ["sold_on", "cooperative_id"], unique=False)


def downgrade() -> None:
    op.drop_table("counter_sale")
    op.drop_table("counter_number")
    op.drop_index(op.f("uq_movement_reverses_id"), table_name="movement")
    for name in ("reverses_id", "cause"):
        op.execute(f"ALTER TABLE movement DROP COLUMN {name}")
