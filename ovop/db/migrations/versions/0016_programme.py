"""programme: proposals of flagships, papers, versions of criteria, readiness, certificates; stars can be withdrawn"""

import sqlalchemy as sa
from alembic import op

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = (
    "certificate",
    "readiness_item",
    "readiness",
    "programme_criterion",
    "programme_criteria",
    "programme_paper",
    "flagship_proposal",
)


def upgrade() -> None:
    op.execute("ALTER TABLE stars ADD COLUMN family VARCHAR(12) NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE stars ADD COLUMN withdrawn_on DATE")
    op.execute(
        "ALTER TABLE stars ADD COLUMN withdrawn_reason VARCHAR(300) NOT NULL DEFAULT ''"
        " CONSTRAINT ck_stars_withdrawn CHECK ((withdrawn_on IS NULL) = (withdrawn_reason = ''))"
    )
    op.create_table(
        "flagship_proposal",
        sa.Column("id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("product_id", Big, nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("proposed_by", Big, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("decided_by", Big, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision_number", sa.String(length=80), server_default="", nullable=False),
        sa.Column("decision_reason", sa.String(length=600), server_default="", nullable=False),
        sa.Column("flagship_id", Big, nullable=True),
        sa.CheckConstraint(
            "(status = 'agreed') = (flagship_id IS NOT NULL)", name=op.f("ck_flagship_proposal_flagship")
        ),
        sa.CheckConstraint("(status = 'open') = (decided_at IS NULL)", name=op.f("ck_flagship_proposal_decided")),
        sa.CheckConstraint(
            "status IN ('open', 'agreed', 'refused', 'withdrawn')", name=op.f("ck_flagship_proposal_status")
        ),
        sa.CheckConstraint(
            "status NOT IN ('agreed', 'refused')"
            " OR (decided_on IS NOT NULL AND decision_number <> '' AND decision_reason <> '')",
            name=op.f("ck_flagship_proposal_reasoned"),
        ),
        sa.ForeignKeyConstraint(
            ["cooperative_id"], ["cooperative.id"], name=op.f("fk_flagship_proposal_cooperative_id")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_flagship_proposal_decided_by")),
        sa.ForeignKeyConstraint(["flagship_id"], ["flagship.id"], name=op.f("fk_flagship_proposal_flagship_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_flagship_proposal_product_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["account.id"], name=op.f("fk_flagship_proposal_proposed_by")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_flagship_proposal_village_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flagship_proposal")),
    )
    op.create_index(op.f("ix_flagship_proposal_product_id"), "flagship_proposal", ["product_id"], unique=False)
    op.create_index(op.f("ix_flagship_proposal_village_code"), "flagship_proposal", ["village_code"], unique=False)
    op.create_index(
        "uq_flagship_proposal_open",
        "flagship_proposal",
        ["cooperative_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "programme_paper",
        sa.Column("id", Big, nullable=False),
        sa.Column("product_id", Big, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("stars_id", Big, nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("ending", sa.String(length=4), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by", Big, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(kind = 'stars') = (stars_id IS NOT NULL)", name=op.f("ck_programme_paper_stars")),
        sa.CheckConstraint("ending IN ('pdf', 'jpg') AND size > 0", name=op.f("ck_programme_paper_file")),
        sa.ForeignKeyConstraint(["added_by"], ["account.id"], name=op.f("fk_programme_paper_added_by")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_programme_paper_product_id")),
        sa.ForeignKeyConstraint(["stars_id"], ["stars.id"], name=op.f("fk_programme_paper_stars_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_paper")),
    )
    op.create_index(op.f("ix_programme_paper_key"), "programme_paper", ["key"], unique=False)
    op.create_index(op.f("ix_programme_paper_product_id"), "programme_paper", ["product_id"], unique=False)
    op.create_index(op.f("ix_programme_paper_stars_id"), "programme_paper", ["stars_id"], unique=False)
    op.create_index(
        "uq_programme_paper_once",
        "programme_paper",
        ["product_id", "kind", "sha256"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL AND stars_id IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL AND stars_id IS NULL"),
    )
    op.create_table(
        "programme_criteria",
        sa.Column("version", Big, autoincrement=False, nullable=False),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("made_by", Big, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_programme_criteria_made_by")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_programme_criteria")),
    )
    op.create_table(
        "programme_criterion",
        sa.Column("version", Big, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("threshold", Big, nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.CheckConstraint("points > 0 AND threshold >= 0", name=op.f("ck_programme_criterion_worth")),
        sa.ForeignKeyConstraint(
            ["version"], ["programme_criteria.version"], name=op.f("fk_programme_criterion_version")
        ),
        sa.PrimaryKeyConstraint("version", "kind", name=op.f("pk_programme_criterion")),
    )
    op.create_table(
        "readiness",
        sa.Column("id", Big, nullable=False),
        sa.Column("product_id", Big, nullable=False),
        sa.Column("criteria_version", Big, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("most_points", sa.Integer(), nullable=False),
        sa.Column("is_ready", sa.Boolean(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("made_by", Big, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", Big, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.String(length=600), server_default="", nullable=False),
        sa.CheckConstraint(
            "(status = 'waiting') = (decided_by IS NULL) AND (status = 'waiting') = (decided_at IS NULL)",
            name=op.f("ck_readiness_decided"),
        ),
        sa.CheckConstraint("status <> 'refused' OR words <> ''", name=op.f("ck_readiness_words")),
        sa.CheckConstraint("status IN ('waiting', 'confirmed', 'refused')", name=op.f("ck_readiness_status")),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> made_by", name=op.f("ck_readiness_two_people")),
        sa.CheckConstraint("points BETWEEN 0 AND most_points", name=op.f("ck_readiness_points")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_readiness_decided_by")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_readiness_made_by")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_readiness_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness")),
    )
    op.create_index(op.f("ix_readiness_product_id"), "readiness", ["product_id"], unique=False)
    op.create_index(
        "uq_readiness_waiting",
        "readiness",
        ["product_id"],
        unique=True,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_table(
        "readiness_item",
        sa.Column("readiness_id", Big, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("threshold", Big, nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("why", sa.String(length=20), server_default="", nullable=False),
        sa.Column("value", Big, nullable=False),
        sa.Column("base", Big, nullable=False),
        sa.Column("number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["readiness_id"], ["readiness.id"], name=op.f("fk_readiness_item_readiness_id")),
        sa.PrimaryKeyConstraint("readiness_id", "kind", name=op.f("pk_readiness_item")),
    )
    op.create_table(
        "certificate",
        sa.Column("id", Big, nullable=False),
        sa.Column("code", sa.String(length=14), nullable=False),
        sa.Column("readiness_id", Big, nullable=False),
        sa.Column("flagship_id", Big, nullable=False),
        sa.Column("stars_id", Big, nullable=True),
        sa.Column("product_id", Big, nullable=False),
        sa.Column("product_name", sa.String(length=80), nullable=False),
        sa.Column("cooperative_name", sa.String(length=120), nullable=False),
        sa.Column("village_name", sa.String(length=80), nullable=False),
        sa.Column("district_name", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("issued_by", Big, nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=300), server_default="", nullable=False),
        sa.CheckConstraint("(withdrawn_on IS NULL) = (withdrawn_reason = '')", name=op.f("ck_certificate_withdrawn")),
        sa.CheckConstraint("expires_on > issued_on", name=op.f("ck_certificate_time")),
        sa.ForeignKeyConstraint(["flagship_id"], ["flagship.id"], name=op.f("fk_certificate_flagship_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name=op.f("fk_certificate_issued_by")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_certificate_product_id")),
        sa.ForeignKeyConstraint(["readiness_id"], ["readiness.id"], name=op.f("fk_certificate_readiness_id")),
        sa.ForeignKeyConstraint(["stars_id"], ["stars.id"], name=op.f("fk_certificate_stars_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("readiness_id", name=op.f("uq_certificate_readiness_id")),
    )
    op.create_index(op.f("ix_certificate_flagship_id"), "certificate", ["flagship_id"], unique=False)
    op.create_index(op.f("ix_certificate_product_id"), "certificate", ["product_id"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    if op.get_context().dialect.name == "sqlite":
        for column in ("withdrawn_reason", "withdrawn_on", "family"):
            op.execute(f"ALTER TABLE stars DROP COLUMN {column}")
    else:
        op.execute("ALTER TABLE stars DROP COLUMN withdrawn_reason, DROP COLUMN withdrawn_on, DROP COLUMN family")
