"""photos: smaller files and a placeholder that follow, and a minute in which a removed one can come back

``ALTER TABLE … ADD COLUMN`` keeps the table's triggers.  What pictures from before lack is made by the worker.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("catch_photo", sa.Column("has_avif", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("catch_photo", sa.Column("tiny", sa.String(length=200), server_default="", nullable=False))
    op.add_column("catch_photo", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    photo = sa.table("catch_photo", sa.column("key"), sa.column("width"))
    known = op.get_bind().execute(sa.select(photo.c.key, sa.func.max(photo.c.width)).group_by(photo.c.key)).all()
    if known:
        _finish_later(known)


def _finish_later(pictures: list[tuple[str, int]]) -> None:
    instant = sa.DateTime(timezone=True)
    job = sa.table(
        "outbox_job",
        *(sa.column(name, sa.String()) for name in ("kind", "key")),
        sa.column("payload", sa.JSON()),
        sa.column("attempts", sa.Integer()),
        *(sa.column(name, instant) for name in ("run_at", "created_at")),
    )
    now = dt.datetime.now(dt.UTC)
    op.bulk_insert(
        job,
        [
            {
                "kind": "finish-photo",
                "key": f"finish-photo:{key}",
                "payload": {"key": key, "width": width},
                "attempts": 0,
                "run_at": now,
                "created_at": now,
            }
            for key, width in pictures
        ],
    )


def downgrade() -> None:
    op.execute("DELETE FROM outbox_job WHERE kind = 'finish-photo'")
    op.execute("DELETE FROM catch_photo WHERE removed_at IS NOT NULL")
    for name in ("removed_at", "tiny", "has_avif"):
        op.drop_column("catch_photo", name)
