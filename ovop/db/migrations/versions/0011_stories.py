"""stories: a village's text, photos and people, with their consent and the history of all of it

What `village.story` held is published in `village_story`, and the column is gone.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

#: What a village's page shows of them changes as seldom as the village itself.
SHOWN = ("village_story", "story_photo", "story_person")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    story = op.create_table(
        "village_story",
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("title", sa.String(length=80), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("draft_title", sa.String(length=80), server_default="", nullable=False),
        sa.Column("draft_text", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("text_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("published_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("published_at", instant, nullable=True),
        sa.Column("hidden_at", instant, nullable=True),
        sa.Column("hidden_reason", sa.String(length=300), server_default="", nullable=False),
        sa.CheckConstraint("(published_version = 0) = (published_at IS NULL)", name=op.f("ck_village_story_published")),
        sa.CheckConstraint(
            "published_version BETWEEN 0 AND version AND text_version <= version", name=op.f("ck_village_story_version")
        ),
        sa.CheckConstraint("(hidden_at IS NULL) = (hidden_reason = '')", name=op.f("ck_village_story_hidden")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_village_story_village_code")),
        sa.PrimaryKeyConstraint("village_code", name=op.f("pk_village_story")),
    )
    op.create_table(
        "story_photo",
        sa.Column("id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=160), nullable=False),
        sa.Column("credit", sa.String(length=300), server_default="", nullable=False),
        sa.Column("has_avif", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("tiny", sa.String(length=200), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("public_position", sa.Integer(), nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.CheckConstraint("alt <> ''", name=op.f("ck_story_photo_alt")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_story_photo_village_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_photo")),
    )
    op.create_index(op.f("ix_story_photo_village_code"), "story_photo", ["village_code"])
    op.create_index(op.f("ix_story_photo_key"), "story_photo", ["key"])
    op.create_table(
        "story_person",
        sa.Column("id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("who", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("words", sa.String(length=280), nullable=False),
        sa.Column("photo_key", sa.String(length=80), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("has_avif", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("public_position", sa.Integer(), nullable=True),
        sa.Column("consented_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("consent_way", sa.String(length=8), server_default="", nullable=False),
        sa.Column("noted_by", Big, nullable=True),
        sa.Column("noted_at", instant, nullable=True),
        sa.Column("withdrawn_at", instant, nullable=True),
        sa.Column("created_at", instant, nullable=False),
        sa.CheckConstraint(
            "(consented_on IS NULL) = (consented_by = '') AND (consented_on IS NULL) = (consent_way = '')"
            " AND (consented_on IS NULL) = (noted_by IS NULL) AND (consented_on IS NULL) = (noted_at IS NULL)",
            name=op.f("ck_story_person_consent"),
        ),
        sa.CheckConstraint("public_position IS NULL OR consented_on IS NOT NULL", name=op.f("ck_story_person_shown")),
        sa.CheckConstraint(
            "withdrawn_at IS NULL OR (name = '' AND role = '' AND words = '' AND photo_key IS NULL"
            " AND consented_on IS NULL AND position IS NULL AND public_position IS NULL)",
            name=op.f("ck_story_person_withdrawn"),
        ),
        sa.CheckConstraint("withdrawn_at IS NOT NULL OR name <> ''", name=op.f("ck_story_person_named")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_story_person_village_code")),
        sa.ForeignKeyConstraint(["noted_by"], ["account.id"], name=op.f("fk_story_person_noted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_person")),
    )
    op.create_index(op.f("ix_story_person_village_code"), "story_person", ["village_code"])
    op.create_index(op.f("ix_story_person_photo_key"), "story_person", ["photo_key"])
    op.create_index("ix_story_person_who", "story_person", ["who"])
    event = op.create_table(
        "story_event",
        sa.Column("id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", Big, nullable=True),
        sa.Column("who", sa.String(length=26), nullable=True),
        sa.Column("words", sa.String(length=300), server_default="", nullable=False),
        sa.Column("title", sa.String(length=80), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_story_event_village_code")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_story_event_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_event")),
    )
    op.create_index(op.f("ix_story_event_village_code"), "story_event", ["village_code"])
    _move(story, event)
    op.drop_column("village", "story")
    for table in SHOWN:
        _stamp(table)


def _move(story: sa.Table, event: sa.Table) -> None:
    village = sa.table("village", sa.column("code"), sa.column("story"))
    told = op.get_bind().execute(sa.select(village).where(village.c.story != "")).all()
    now = dt.datetime.now(dt.UTC)
    if told:
        words = [{"code": row.code, "text": row.story.strip()} for row in told]
        op.bulk_insert(
            story,
            [
                {
                    "village_code": entry["code"],
                    "text": entry["text"],
                    "draft_text": entry["text"],
                    "version": 1,
                    "text_version": 1,
                    "published_version": 1,
                    "published_at": now,
                }
                for entry in words
            ],
        )
        op.bulk_insert(
            event,
            [{"village_code": entry["code"], "kind": "published", "text": entry["text"], "at": now} for entry in words],
        )


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
    op.add_column("village", sa.Column("story", sa.Text(), server_default="", nullable=False))
    op.execute(
        "UPDATE village SET story = (SELECT text FROM village_story WHERE village_code = code)"
        " WHERE code IN (SELECT village_code FROM village_story WHERE hidden_at IS NULL)"
    )
    for table in ("story_event", "story_person", "story_photo", "village_story"):
        op.drop_table(table)
