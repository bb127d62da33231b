"""recall: lots called back for food safety, the orders and buyers that had of them; which vessel a lot came from

The lot's columns come by ``ALTER TABLE … ADD COLUMN`` with their constraint inline, which keeps the table's triggers.
"""

import sqlalchemy as sa
from alembic import op

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("catch", sa.Column("vessel_name", sa.String(length=60), nullable=True))
    op.add_column("catch", sa.Column("vessel_registration", sa.String(length=40), nullable=True))
    op.add_column("catch", sa.Column("recall_reason", sa.String(length=300), server_default="", nullable=False))
    instant = "DATETIME" if op.get_context().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    op.execute(
        f"ALTER TABLE catch ADD COLUMN recalled_at {instant}"
        " CONSTRAINT ck_catch_recalled CHECK (recalled_at IS NULL OR (is_withdrawn AND available = 0))"
    )

    op.create_table(
        "recall",
        sa.Column("id", Big, nullable=False),
        sa.Column("catch_id", Big, nullable=False),
        sa.Column("actor_id", Big, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_recall_actor_id")),
        sa.ForeignKeyConstraint(["catch_id"], ["catch.id"], name=op.f("fk_recall_catch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
        sa.UniqueConstraint("catch_id", name=op.f("uq_recall_catch_id")),
    )

    op.create_table(
        "recall_order",
        sa.Column("recall_id", Big, nullable=False),
        sa.Column("order_id", Big, nullable=False),
        sa.Column("was_collected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_recall_order_order_id")),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_order_recall_id")),
        sa.PrimaryKeyConstraint("recall_id", "order_id", name=op.f("pk_recall_order")),
    )
    op.create_index(op.f("ix_recall_order_order_id"), "recall_order", ["order_id"], unique=False)

    op.create_table(
        "recall_buyer",
        sa.Column("id", Big, nullable=False),
        sa.Column("recall_id", Big, nullable=False),
        sa.Column("buyer_id", Big, nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached_by", Big, nullable=True),
        sa.CheckConstraint("(reached_at IS NULL) = (reached_by IS NULL)", name=op.f("ck_recall_buyer_reached")),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"], name=op.f("fk_recall_buyer_buyer_id")),
        sa.ForeignKeyConstraint(["reached_by"], ["account.id"], name=op.f("fk_recall_buyer_reached_by")),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_buyer_recall_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_buyer")),
        sa.UniqueConstraint("recall_id", "buyer_id", name=op.f("uq_recall_buyer_recall_id_buyer_id")),
    )


def downgrade() -> None:
    for table in ("recall_buyer", "recall_order", "recall"):
        op.drop_table(table)
    for column in ("recalled_at", "recall_reason", "vessel_registration", "vessel_name"):
        op.execute(f"ALTER TABLE catch DROP COLUMN {column}")
