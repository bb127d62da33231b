"""short orders: how many of a day's orders had a line weighed more than 10 % short; when nobody came, who complained"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SHORT = """
    UPDATE day_total SET short = (
        SELECT count(*) FROM "order" o
        WHERE o.collected_on = day_total.day AND o.cooperative_id = day_total.cooperative_id
        AND o.village_code = day_total.village_code
        AND EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id AND l.final_quantity > 0)
        AND EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id AND l.final_quantity * 10 < l.quantity * 9)
    )
"""


def upgrade() -> None:
    op.add_column("day_total", sa.Column("short", Big, server_default="0", nullable=False))
    op.execute(_SHORT)
    op.create_index(
        "ix_order_event_no_show",
        "order_event",
        ["at"],
        unique=False,
        sqlite_where=sa.text("status = 'no_show'"),
        postgresql_where=sa.text("status = 'no_show'"),
    )
    op.create_index("ix_complaint_created", "complaint", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_complaint_created", table_name="complaint")
    op.drop_index("ix_order_event_no_show", table_name="order_event")
    op.drop_column("day_total", "short")
