"""card looks: when a card payment is looked at again by itself, and how far a provider's news has been read"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment", sa.Column("look_again_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_payment_look_again_at"), "payment", ["look_again_at"], unique=False)
    op.create_table(
        "provider_feed",
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("read_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("method", name=op.f("pk_provider_feed")),
    )
    # Pages that were open before this are asked about soon; older money is known well enough.
    op.execute(
        "UPDATE payment SET look_again_at = created_at "
        "WHERE provider_reference IS NOT NULL AND status IN ('pending', 'failed', 'authorised')"
    )


def downgrade() -> None:
    op.drop_table("provider_feed")
    op.drop_index(op.f("ix_payment_look_again_at"), table_name="payment")
    op.drop_column("payment", "look_again_at")
