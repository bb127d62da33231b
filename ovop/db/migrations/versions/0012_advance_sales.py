"""advance sales: lots that are planned and then counted, what each line is allotted, and standing listings"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: What SQLite's catalogue is read from without the table: see 0002 and 0008.
_FOUND = (
    "is_withdrawn, best_before, available, cooperative_id, landed_at, unit_price, species_code, form, "
    "first_step_at, first_step_price, second_step_at, second_step_price"
)


def upgrade() -> None:
    op.add_column("catch", sa.Column("is_planned", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("order_line") as line:
        line.add_column(sa.Column("allotted", Big, nullable=True))
        line.create_check_constraint(
            op.f("ck_order_line_allotted"), "allotted IS NULL OR (allotted >= 0 AND allotted < quantity)"
        )
    op.create_table(
        "harvest_count",
        sa.Column("id", Big, nullable=False),
        sa.Column("catch_id", Big, nullable=False),
        sa.Column("expected", Big, nullable=False),
        sa.Column("quantity", Big, nullable=False),
        sa.Column("actor_id", Big, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("expected >= 0 AND quantity >= 0", name=op.f("ck_harvest_count_quantity")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_harvest_count_actor_id")),
        sa.ForeignKeyConstraint(["catch_id"], ["catch.id"], name=op.f("fk_harvest_count_catch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harvest_count")),
    )
    op.create_index(op.f("ix_harvest_count_catch_id"), "harvest_count", ["catch_id"], unique=False)
    op.create_table(
        "standing_listing",
        sa.Column("id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("product_id", Big, nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
        sa.Column("quantity", Big, nullable=False),
        sa.Column("unit_price", Big, nullable=False),
        sa.Column("opens_days_before", sa.Integer(), nullable=False),
        sa.Column("lands_at", sa.Time(), nullable=False),
        sa.Column("keeps_hours", sa.Integer(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("resumes_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor_id", Big, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("weekdays <> ''", name=op.f("ck_standing_listing_weekdays")),
        sa.CheckConstraint("quantity > 0 AND unit_price > 0", name=op.f("ck_standing_listing_offer")),
        sa.CheckConstraint(
            "opens_days_before BETWEEN 1 AND 14 AND keeps_hours > 0", name=op.f("ck_standing_listing_times")
        ),
        sa.CheckConstraint("resumes_on IS NULL OR is_paused", name=op.f("ck_standing_listing_pause")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_standing_listing_actor_id")),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_standing_listing_cooperative_id")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_standing_listing_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing_listing")),
    )
    op.create_index(op.f("ix_standing_listing_cooperative_id"), "standing_listing", ["cooperative_id"], unique=False)
    op.create_table(
        "standing_day",
        sa.Column("listing_id", Big, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("catch_id", Big, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["catch_id"], ["catch.id"], name=op.f("fk_standing_day_catch_id")),
        sa.ForeignKeyConstraint(["listing_id"], ["standing_listing.id"], name=op.f("fk_standing_day_listing_id")),
        sa.PrimaryKeyConstraint("listing_id", "day", name=op.f("pk_standing_day")),
        sa.UniqueConstraint("catch_id", name=op.f("uq_standing_day_catch_id")),
    )
    op.create_index(
        "ix_catch_planned",
        "catch",
        ["cooperative_id", "landed_at"],
        unique=False,
        sqlite_where=sa.text("is_planned"),
        postgresql_where=sa.text("is_planned"),
    )
    _index_offer(", is_planned")


def downgrade() -> None:
    _index_offer("")
    op.drop_index("ix_catch_planned", table_name="catch")
    op.drop_table("standing_day")
    op.drop_table("standing_listing")
    op.drop_table("harvest_count")
    with op.batch_alter_table("order_line") as line:
        line.drop_constraint(op.f("ck_order_line_allotted"), type_="check")
        line.drop_column("allotted")
    op.drop_column("catch", "is_planned")


def _index_offer(more: str) -> None:
    """SQLite's three indexes of 0002 and 0008 hold all that filters, so also whether a lot is only planned."""
    if op.get_context().dialect.name != "sqlite":
        return
    for name, columns in (
        ("search_offer", f"{_FOUND}, product_id, village_code"),
        ("search_village", f"village_code, {_FOUND}, product_id"),
        ("search_product", f"product_id, {_FOUND}, village_code"),
    ):
        op.execute(f"DROP INDEX {name}")
        op.execute(f"CREATE INDEX {name} ON catch ({columns}{more})")
