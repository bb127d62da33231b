"""shared points: which co-operatives hand over at a point, its owner and guests by consent, with the history of it"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "point_use",
        sa.Column("point_id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("opened_at", instant, nullable=True),
        sa.CheckConstraint("status IN ('own', 'offered', 'asked', 'agreed', 'over')", name=op.f("ck_point_use_status")),
        sa.CheckConstraint(
            "status NOT IN ('own', 'agreed') OR opened_at IS NOT NULL", name=op.f("ck_point_use_opened")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["pickup_point.id"], name=op.f("fk_point_use_point_id")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_point_use_cooperative_id")),
        sa.PrimaryKeyConstraint("point_id", "cooperative_id", name=op.f("pk_point_use")),
    )
    op.create_index(op.f("ix_point_use_cooperative_id"), "point_use", ["cooperative_id"])
    op.create_table(
        "point_use_event",
        sa.Column("id", Big, nullable=False),
        sa.Column("point_id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("actor_id", Big, nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id", "cooperative_id"],
            ["point_use.point_id", "point_use.cooperative_id"],
            name=op.f("fk_point_use_event_point_id"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_point_use_event_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_use_event")),
    )
    op.create_index("ix_point_use_event_use", "point_use_event", ["point_id", "cooperative_id"])
    op.execute(
        "INSERT INTO point_use (point_id, cooperative_id, status, opened_at)"
        " SELECT id, cooperative_id, 'own', created_at FROM pickup_point"
    )
    _stamp("point_use")


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
    op.drop_table("point_use_event")
    op.drop_table("point_use")
