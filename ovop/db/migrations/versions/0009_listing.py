"""what was done a moment ago, so that it can be taken back"""

import sqlalchemy as sa
from alembic import op

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
