"""orders by the day on which they were placed: what became of all that was ordered in a span"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_order_created", "order", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_order_created", table_name="order")
