"""following: who follows what, which lots they were told of, and the browsers that take messages"""

import sqlalchemy as sa
from alembic import op

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "push_device",
        sa.Column("id", Big, nullable=False),
        sa.Column("account_id", Big, nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("endpoint_hash", sa.String(length=64), nullable=False),
        sa.Column("p256dh", sa.String(length=120), nullable=False),
        sa.Column("auth", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=40), server_default="", nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("seen_at", instant, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_push_device_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_device")),
        sa.UniqueConstraint("endpoint_hash", name=op.f("uq_push_device_endpoint_hash")),
    )
    op.create_index(op.f("ix_push_device_account_id"), "push_device", ["account_id"])
    op.create_table(
        "notice_choice",
        sa.Column("account_id", Big, autoincrement=False, nullable=False),
        sa.Column("news_by_mail", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("orders_by_push", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("news_by_push", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_choice_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notice_choice")),
    )
    op.create_table(
        "follow",
        sa.Column("id", Big, nullable=False),
        sa.Column("account_id", Big, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("pace", sa.String(length=8), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.CheckConstraint("kind IN ('species', 'product', 'village', 'cooperative')", name=op.f("ck_follow_kind")),
        sa.CheckConstraint("pace IN ('at_once', 'daily')", name=op.f("ck_follow_pace")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_follow_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        sa.UniqueConstraint("account_id", "kind", "target", name=op.f("uq_follow_account_id")),
    )
    op.create_index("ix_follow_target", "follow", ["kind", "target", "account_id"])
    op.create_table(
        "follow_news",
        sa.Column("id", Big, nullable=False),
        sa.Column("account_id", Big, nullable=False),
        sa.Column("catch_id", Big, nullable=False),
        sa.Column("pace", sa.String(length=8), nullable=False),
        sa.Column("due_at", instant, nullable=False),
        sa.Column("settled_at", instant, nullable=True),
        sa.Column("told_at", instant, nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.CheckConstraint("pace IN ('at_once', 'daily')", name=op.f("ck_follow_news_pace")),
        sa.CheckConstraint("told_at IS NULL OR settled_at IS NOT NULL", name=op.f("ck_follow_news_told")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_follow_news_account_id")),
        sa.ForeignKeyConstraint(["catch_id"], ["catch.id"], name=op.f("fk_follow_news_catch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_news")),
        sa.UniqueConstraint("account_id", "catch_id", name=op.f("uq_follow_news_account_id")),
    )
    op.create_index(op.f("ix_follow_news_catch_id"), "follow_news", ["catch_id"])
    op.create_index(
        "ix_follow_news_waiting",
        "follow_news",
        ["account_id", "due_at"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("follow_news", "follow", "notice_choice", "push_device"):
        op.drop_table(table)
