"""changes of slot, and what buyers think of what they collected: ratings with their history, counted by product"""

import sqlalchemy as sa
from alembic import op

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

#: What public pages show of them changes as seldom as products do.
SHOWN = ("product_rating", "review")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "slot_change",
        sa.Column("id", Big, nullable=False),
        sa.Column("order_id", Big, nullable=False),
        sa.Column("from_slot_id", Big, nullable=False),
        sa.Column("to_slot_id", Big, nullable=False),
        sa.Column("actor_id", Big, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.CheckConstraint("from_slot_id <> to_slot_id", name=op.f("ck_slot_change_elsewhere")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_slot_change_order_id")),
        sa.ForeignKeyConstraint(["from_slot_id"], ["slot.id"], name=op.f("fk_slot_change_from_slot_id")),
        sa.ForeignKeyConstraint(["to_slot_id"], ["slot.id"], name=op.f("fk_slot_change_to_slot_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_slot_change_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_change")),
    )
    op.create_index(op.f("ix_slot_change_order_id"), "slot_change", ["order_id"])
    op.create_table(
        "product_rating",
        sa.Column("product_id", Big, nullable=False),
        sa.Column("buyers", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.CheckConstraint("buyers >= 0 AND total BETWEEN buyers AND 5 * buyers", name=op.f("ck_product_rating_total")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_rating_product_id")),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_rating")),
    )
    op.create_table(
        "review",
        sa.Column("id", Big, nullable=False),
        sa.Column("order_id", Big, nullable=False),
        sa.Column("product_id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("buyer_id", Big, nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("answered_at", instant, nullable=True),
        sa.Column("hidden_at", instant, nullable=True),
        sa.Column("hidden_reason", sa.String(length=300), server_default="", nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_review_rating")),
        sa.CheckConstraint("answer = '' OR answered_at IS NOT NULL", name=op.f("ck_review_answer")),
        sa.CheckConstraint("(hidden_at IS NULL) = (hidden_reason = '')", name=op.f("ck_review_hidden")),
        sa.CheckConstraint("NOT is_counted OR hidden_at IS NULL", name=op.f("ck_review_counted")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_review_order_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_review_product_id")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_review_cooperative_id")),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"], name=op.f("fk_review_buyer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("order_id", "product_id", name=op.f("uq_review_order_id_product_id")),
    )
    op.create_index("ix_review_product", "review", ["product_id", "id"])
    op.create_index("ix_review_cooperative", "review", ["cooperative_id", "id"])
    op.create_index("ix_review_buyer", "review", ["buyer_id"])
    op.create_index(
        "uq_review_counted",
        "review",
        ["product_id", "buyer_id"],
        unique=True,
        sqlite_where=sa.text("is_counted"),
        postgresql_where=sa.text("is_counted"),
    )
    op.create_table(
        "review_event",
        sa.Column("id", Big, nullable=False),
        sa.Column("review_id", Big, nullable=False),
        sa.Column("step", sa.String(length=12), nullable=False),
        sa.Column("actor_id", Big, nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_event_review_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_review_event_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_event")),
    )
    op.create_index(op.f("ix_review_event_review_id"), "review_event", ["review_id"])
    for table in SHOWN:
        _stamp(table)


def _stamp(table: str) -> None:
    """The change stamp of 0002 knows the table."""
    if op.get_context().dialect.name != "sqlite":
        op.execute(
            f'CREATE TRIGGER search_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}"'
            " FOR EACH STATEMENT EXECUTE FUNCTION search_stamp_change()"
        )
        return
    for when in ("INSERT", "UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER search_stamp_{table}_{when.lower()} AFTER {when} ON {table}"  # noqa: S608
            " BEGIN UPDATE search_stamp SET pages = pages + 1, slow = slow + 1; END"
        )


def downgrade() -> None:
    for table in ("review_event", "review", "product_rating", "slot_change"):
        op.drop_table(table)
