"""price steps: how lots are kept, how prices step down in their last hours, and what was asked when

Columns of `catch` come by ``ALTER TABLE … ADD COLUMN`` with their constraints inline: SQLite's batch mode would make
the table anew, without the triggers of 0002.
"""

import sqlalchemy as sa
from alembic import op

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STEPS = ("first_step", "second_step")
#: The indexes of 0002 on the offer also hold what its order by price needs.
OFFER = "is_withdrawn, best_before, available, cooperative_id, landed_at, unit_price, species_code, form"
STEP_COLUMNS = "first_step_at, first_step_price, second_step_at, second_step_price"
INDEXES = {
    "search_offer": "{found}, product_id, village_code",
    "search_village": "village_code, {found}, product_id",
    "search_product": "product_id, {found}, village_code",
}


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    whole, instant = ("INTEGER", "DATETIME") if sqlite else ("BIGINT", "TIMESTAMP WITH TIME ZONE")
    kinds = "'live', 'iced', 'uniced', 'chilled', 'frozen', 'ambient'"
    op.execute(
        "ALTER TABLE catch ADD COLUMN handling VARCHAR(8) DEFAULT 'iced' NOT NULL"
        f" CONSTRAINT ck_catch_handling CHECK (handling IN ({kinds}))"
    )
    for name in ("last_pickup_at", "priced_at"):
        op.execute(f"ALTER TABLE catch ADD COLUMN {name} {instant}")
    for name in STEPS:
        op.execute(f"ALTER TABLE catch ADD COLUMN {name}_at {instant}")
        op.execute(
            f"ALTER TABLE catch ADD COLUMN {name}_price {whole} CONSTRAINT ck_catch_{name}"
            f" CHECK (({name}_at IS NULL) = ({name}_price IS NULL))"
        )
    for handling, forms in (
        ("live", "'live'"),
        ("frozen", "'frozen'"),
        ("ambient", "'dried', 'salted'"),
        ("chilled", "'smoked', 'processed'"),
    ):
        op.execute(f"UPDATE catch SET handling = '{handling}' WHERE form IN ({forms})")  # noqa: S608
    if sqlite:
        _index(f"{OFFER}, {STEP_COLUMNS}")
    _rules()
    _changes()


def _index(found: str) -> None:
    for name, columns in INDEXES.items():
        op.execute(f"DROP INDEX {name}")
        op.execute(f"CREATE INDEX {name} ON catch ({columns.format(found=found)})")


def _rules() -> None:
    op.create_table(
        "price_rule_change",
        sa.Column("id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("catch_id", Big, nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("first_hours", sa.Integer(), nullable=True),
        sa.Column("first_percent", sa.Integer(), nullable=True),
        sa.Column("second_hours", sa.Integer(), nullable=True),
        sa.Column("second_percent", sa.Integer(), nullable=True),
        sa.Column("floor", Big, nullable=False),
        sa.Column("actor_id", Big, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('on', 'off') OR (kind = 'follow' AND catch_id IS NOT NULL)",
            name=op.f("ck_price_rule_change_kind"),
        ),
        sa.CheckConstraint(
            "(kind = 'on') = (first_hours IS NOT NULL AND first_percent IS NOT NULL)",
            name=op.f("ck_price_rule_change_first"),
        ),
        sa.CheckConstraint(
            "(second_hours IS NULL) = (second_percent IS NULL)", name=op.f("ck_price_rule_change_second")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_price_rule_change_actor_id")),
        sa.ForeignKeyConstraint(["catch_id"], ["catch.id"], name=op.f("fk_price_rule_change_catch_id")),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_price_rule_change_cooperative_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_rule_change")),
    )
    op.create_index(op.f("ix_price_rule_change_catch_id"), "price_rule_change", ["catch_id"], unique=False)
    op.create_index(op.f("ix_price_rule_change_cooperative_id"), "price_rule_change", ["cooperative_id"], unique=False)


def _changes() -> None:
    op.create_table(
        "price_change",
        sa.Column("id", Big, nullable=False),
        sa.Column("catch_id", Big, nullable=False),
        sa.Column("cause", sa.String(length=8), nullable=False),
        sa.Column("unit_price", Big, nullable=False),
        sa.Column("first_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_step_price", Big, nullable=True),
        sa.Column("second_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_step_price", Big, nullable=True),
        sa.Column("actor_id", Big, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_price_change_actor_id")),
        sa.ForeignKeyConstraint(["catch_id"], ["catch.id"], name=op.f("fk_price_change_catch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_change")),
    )
    op.create_index(op.f("ix_price_change_catch_id"), "price_change", ["catch_id"], unique=False)


def downgrade() -> None:
    op.drop_table("price_change")
    op.drop_table("price_rule_change")
    if op.get_context().dialect.name == "sqlite":
        _index(OFFER)
    for name in STEPS:
        op.execute(f"ALTER TABLE catch DROP COLUMN {name}_price")
        op.execute(f"ALTER TABLE catch DROP COLUMN {name}_at")
    for name in ("priced_at", "last_pickup_at", "handling"):
        op.execute(f"ALTER TABLE catch DROP COLUMN {name}")
