"""scales: with their verifications, the one each clerk used last, and what each order was weighed on

The order's columns come by ``ALTER TABLE … ADD COLUMN`` with their constraints inline, which both databases take:
SQLite's batch mode would make the table of all orders anew.
"""

import sqlalchemy as sa
from alembic import op

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scale",
        sa.Column("id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("capacity_grams", Big, nullable=True),
        sa.Column("verified_until", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("capacity_grams IS NULL OR capacity_grams > 0", name=op.f("ck_scale_capacity")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_scale_cooperative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scale")),
        sa.UniqueConstraint("cooperative_id", "name", name=op.f("uq_scale_cooperative_id_name")),
    )

    op.create_table(
        "scale_verification",
        sa.Column("id", Big, nullable=False),
        sa.Column("scale_id", Big, nullable=False),
        sa.Column("verified_until", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=60), server_default="", nullable=False),
        sa.Column("actor_id", Big, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_scale_verification_actor_id")),
        sa.ForeignKeyConstraint(["scale_id"], ["scale.id"], name=op.f("fk_scale_verification_scale_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scale_verification")),
    )
    op.create_index(op.f("ix_scale_verification_scale_id"), "scale_verification", ["scale_id"], unique=False)

    op.create_table(
        "last_scale",
        sa.Column("account_id", Big, nullable=False),
        sa.Column("scale_id", Big, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_last_scale_account_id")),
        sa.ForeignKeyConstraint(["scale_id"], ["scale.id"], name=op.f("fk_last_scale_scale_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_last_scale")),
    )

    whole = "INTEGER" if op.get_context().dialect.name == "sqlite" else "BIGINT"
    op.execute(f'ALTER TABLE "order" ADD COLUMN scale_id {whole} CONSTRAINT fk_order_scale_id REFERENCES scale (id)')
    op.execute(
        'ALTER TABLE "order" ADD COLUMN scale_verified_until DATE'
        " CONSTRAINT ck_order_scale CHECK (scale_verified_until IS NULL OR scale_id IS NOT NULL)"
    )


def downgrade() -> None:
    op.execute('ALTER TABLE "order" DROP COLUMN scale_verified_until')
    op.execute('ALTER TABLE "order" DROP COLUMN scale_id')
    for table in ("last_scale", "scale_verification", "scale"):
        op.drop_table(table)
