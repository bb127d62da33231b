"""listing: what was done a moment ago, to be taken back; labels and photos of products

Columns of `product` come by ``ALTER TABLE … ADD COLUMN`` with their constraints inline: SQLite's batch mode would make
the table anew, without the triggers of 0002.
"""

import sqlalchemy as sa
from alembic import op

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TEXT = "{} NOT NULL DEFAULT ''"
COLUMNS = {
    "storage": "VARCHAR(8) CONSTRAINT ck_product_storage CHECK (storage IN ('ambient', 'chilled', 'frozen'))",
    "keep_at": "INTEGER",
    "ingredients": TEXT.format("TEXT"),
    "allergens": TEXT.format("VARCHAR(120)"),
    "net_grams": "{whole} CONSTRAINT ck_product_net_grams CHECK (net_grams > 0)",
    "grades": TEXT.format("VARCHAR(400)"),
    "pirt": TEXT.format("VARCHAR(20)"),
    "pirt_until": "DATE CONSTRAINT ck_product_pirt CHECK (pirt_until IS NULL OR pirt <> '')",
    "halal": TEXT.format("VARCHAR(20)"),
    "halal_until": "DATE CONSTRAINT ck_product_halal CHECK (halal_until IS NULL OR halal <> '')",
    "photo_width": "INTEGER",
    "photo_height": "INTEGER",
    "photo_key": TEXT.format("VARCHAR(80)")
    + " CONSTRAINT ck_product_photo CHECK (photo_key = '' OR (photo_width > 0 AND photo_height > 0))",
    "photo_has_avif": "BOOLEAN NOT NULL DEFAULT {false}",
    "photo_tiny": TEXT.format("VARCHAR(200)"),
}


def upgrade() -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    for name, kind in COLUMNS.items():
        written = kind.format(whole="INTEGER" if is_sqlite else "BIGINT", false="0" if is_sqlite else "false")
        op.execute(f"ALTER TABLE product ADD COLUMN {name} {written}")
    op.create_index(op.f("ix_product_photo_key"), "product", ["photo_key"], unique=False)
    op.create_table(
        "undo_step",
        sa.Column("id", Big, nullable=False),
        sa.Column("account_id", Big, nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("subject_id", Big, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_undo_step_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_step")),
    )
    op.create_index("ix_undo_step_latest", "undo_step", ["account_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("undo_step")
    op.drop_index(op.f("ix_product_photo_key"), table_name="product")
    for name in reversed(COLUMNS):
        op.drop_column("product", name)
