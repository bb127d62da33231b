"""the market's first tables"""

import sqlalchemy as sa
from alembic import op

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demo_charge",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("amount", Big, nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("captured", Big, nullable=False),
        sa.Column("refunded", Big, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_charge")),
    )
    op.create_table(
        "demo_request",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("asked", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_demo_request")),
    )
    op.create_table(
        "district",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("label_latitude", sa.Double(), nullable=False),
        sa.Column("label_longitude", sa.Double(), nullable=False),
        sa.Column("area_km2", sa.Double(), nullable=False),
        sa.Column("is_coastal", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_district")),
    )
    op.create_table(
        "outbox_job",
        sa.Column("id", Big, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_job")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_job_key")),
    )
    op.create_index("ix_outbox_job_due", "outbox_job", ["done_at", "dead_at", "run_at"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("maximum", Big, nullable=False),
        sa.Column("authorised", Big, nullable=False),
        sa.Column("captured", Big, nullable=False),
        sa.Column("refunded", Big, nullable=False),
        sa.Column("disputed", Big, nullable=False),
        sa.Column("moves", sa.Integer(), server_default="0", nullable=False),
        sa.Column("retries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("provider_reference", sa.String(length=255), nullable=True),
        sa.Column("capture_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("method IN ('cash', 'qris', 'stripe', 'demo')", name=op.f("ck_payment_method")),
        sa.CheckConstraint("captured <= maximum AND refunded + disputed <= captured", name=op.f("ck_payment_limits")),
        sa.CheckConstraint(
            "maximum >= 0 AND authorised >= 0 AND captured >= 0 AND refunded >= 0 AND disputed >= 0",
            name=op.f("ck_payment_sums"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("provider_reference", name=op.f("uq_payment_provider_reference")),
    )
    op.create_index(op.f("ix_payment_status"), "payment", ["status"], unique=False)

    op.create_table(
        "species",
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("scientific_name", sa.String(length=80), nullable=False),
        sa.Column("name_id", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("other_names", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("habitat", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_species")),
    )
    op.create_index(op.f("ix_species_category"), "species", ["category"], unique=False)

    op.create_table(
        "payment_event",
        sa.Column("id", Big, nullable=False),
        sa.Column("payment_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount", Big, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_payment_event_amount")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_event_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_event")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_event_key")),
    )
    op.create_index(op.f("ix_payment_event_payment_id"), "payment_event", ["payment_id"], unique=False)

    op.create_table(
        "size_advice",
        sa.Column("rule_id", sa.String(length=8), nullable=False),
        sa.Column("species_code", sa.String(length=3), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("operator", sa.String(length=12), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("condition", sa.String(length=200), nullable=False),
        sa.Column("regulation", sa.String(length=80), nullable=False),
        sa.Column("is_in_force", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["species_code"], ["species.code"], name=op.f("fk_size_advice_species_code")),
        sa.PrimaryKeyConstraint("rule_id", "species_code", name=op.f("pk_size_advice")),
    )
    op.create_table(
        "village",
        sa.Column("code", sa.String(length=13), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("district_code", sa.String(length=8), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("is_coastal", sa.Boolean(), nullable=False),
        sa.Column("touches_sea", sa.Boolean(), nullable=False),
        sa.Column("area_km2", sa.Double(), nullable=False),
        sa.Column("story", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_village_place")
        ),
        sa.ForeignKeyConstraint(["district_code"], ["district.code"], name=op.f("fk_village_district_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_village")),
    )
    op.create_index(op.f("ix_village_district_code"), "village", ["district_code"], unique=False)
    op.create_index(op.f("ix_village_name"), "village", ["name"], unique=False)

    op.create_table(
        "cooperative",
        sa.Column("id", Big, nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("allows_cash", sa.Boolean(), nullable=False),
        sa.Column("qris_payload", sa.String(length=512), nullable=True),
        sa.Column("bank_name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("bank_account", sa.String(length=34), server_default="", nullable=False),
        sa.Column("bank_holder", sa.String(length=120), server_default="", nullable=False),
        sa.Column("tax_number", sa.String(length=30), server_default="", nullable=False),
        sa.Column("tax_basis_points", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dues_basis_points", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stripe_account", sa.String(length=255), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_cooperative_village_code")),
        sa.CheckConstraint(
            "tax_basis_points BETWEEN 0 AND 10000 AND dues_basis_points BETWEEN 0 AND 10000",
            name=op.f("ck_cooperative_rates"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooperative")),
        sa.UniqueConstraint("stripe_account", name=op.f("uq_cooperative_stripe_account")),
        sa.UniqueConstraint("slug", name=op.f("uq_cooperative_slug")),
    )
    op.create_index(op.f("ix_cooperative_village_code"), "cooperative", ["village_code"], unique=False)

    op.create_table(
        "island",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("is_inhabited", sa.Boolean(), nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_island_village_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_island")),
    )
    op.create_table(
        "account",
        sa.Column("id", Big, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("cooperative_id", Big, nullable=True),
        sa.Column("is_manager", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("session_stamp", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(role = 'cooperative') = (cooperative_id IS NOT NULL)", name=op.f("ck_account_member")),
        sa.CheckConstraint("role IN ('buyer', 'cooperative', 'office', 'admin')", name=op.f("ck_account_role")),
        sa.CheckConstraint(
            "deleted_at IS NOT NULL OR email IS NOT NULL OR phone IS NOT NULL", name=op.f("ck_account_reachable")
        ),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_account_cooperative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("phone", name=op.f("uq_account_phone")),
    )
    op.create_index(op.f("ix_account_cooperative_id"), "account", ["cooperative_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("is_manager", sa.Boolean(), nullable=False),
        sa.Column("invited_by", Big, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", Big, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("accepted_by IS NULL OR ended_at IS NOT NULL", name=op.f("ck_invitation_accepted")),
        sa.ForeignKeyConstraint(["accepted_by"], ["account.id"], name=op.f("fk_invitation_accepted_by")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_invitation_cooperative_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["account.id"], name=op.f("fk_invitation_invited_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_cooperative_id"), "invitation", ["cooperative_id"], unique=False)

    op.create_table(
        "day_total",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("orders", Big, nullable=False),
        sa.Column("grams", Big, nullable=False),
        sa.Column("pieces", Big, nullable=False),
        sa.Column("revenue", Big, nullable=False),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_day_total_cooperative_id")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_day_total_village_code")),
        sa.PrimaryKeyConstraint("day", "cooperative_id", "village_code", name=op.f("pk_day_total")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_day_total_cooperative", "day_total", ["cooperative_id", "day"], unique=False)
    op.create_index("ix_day_total_village", "day_total", ["village_code", "day"], unique=False)

    op.create_table(
        "month_total",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("orders", Big, nullable=False),
        sa.Column("grams", Big, nullable=False),
        sa.Column("pieces", Big, nullable=False),
        sa.Column("revenue", Big, nullable=False),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_month_total_cooperative_id")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_month_total_village_code")),
        sa.PrimaryKeyConstraint("month", "cooperative_id", "village_code", name=op.f("pk_month_total")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "month_buyer",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("buyer_id", Big, nullable=False),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"], name=op.f("fk_month_buyer_buyer_id")),
        sa.PrimaryKeyConstraint("month", "buyer_id", name=op.f("pk_month_buyer")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "pickup_point",
        sa.Column("id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("address", sa.String(length=200), server_default="", nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("deadline_minutes", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_pickup_point_place")
        ),
        sa.CheckConstraint(
            "slot_minutes BETWEEN 10 AND 1440 AND deadline_minutes BETWEEN 0 AND 20160",
            name=op.f("ck_pickup_point_minutes"),
        ),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_pickup_point_cooperative_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_point")),
    )
    op.create_index(op.f("ix_pickup_point_cooperative_id"), "pickup_point", ["cooperative_id"], unique=False)
    op.create_index("ix_pickup_point_place", "pickup_point", ["latitude", "longitude"], unique=False)

    op.create_table(
        "product",
        sa.Column("id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("species_code", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("measure", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(measure = 'weight') = (unit = 'kg')", name=op.f("ck_product_unit")),
        sa.CheckConstraint(
            "measure IN ('weight', 'count') AND unit IN ('kg', 'piece', 'pack')", name=op.f("ck_product_measure")
        ),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_product_cooperative_id")),
        sa.ForeignKeyConstraint(["species_code"], ["species.code"], name=op.f("fk_product_species_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
    )
    op.create_index(op.f("ix_product_cooperative_id"), "product", ["cooperative_id"], unique=False)
    op.create_index(op.f("ix_product_species_code"), "product", ["species_code"], unique=False)

    op.create_table(
        "product_total",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("species_code", sa.String(length=3), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("orders", Big, nullable=False),
        sa.Column("grams", Big, nullable=False),
        sa.Column("pieces", Big, nullable=False),
        sa.Column("revenue", Big, nullable=False),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_product_total_cooperative_id")),
        sa.ForeignKeyConstraint(["species_code"], ["species.code"], name=op.f("fk_product_total_species_code")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_product_total_village_code")),
        sa.PrimaryKeyConstraint(
            "day", "cooperative_id", "village_code", "species_code", "form", name=op.f("pk_product_total")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_product_total_species", "product_total", ["species_code", "day"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", Big, nullable=False),
        sa.Column("account_id", Big, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_api_token_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_account_id"), "api_token", ["account_id"], unique=False)

    op.create_table(
        "catch",
        sa.Column("id", Big, nullable=False),
        sa.Column("lot_code", sa.String(length=24), nullable=False),
        sa.Column("product_id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("species_code", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("measure", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("caught", Big, nullable=False),
        sa.Column("available", Big, nullable=False),
        sa.Column("held", Big, nullable=False),
        sa.Column("sold", Big, nullable=False),
        sa.Column("lost", Big, nullable=False),
        sa.Column("unit_price", Big, nullable=False),
        sa.Column("landing_price", Big, nullable=True),
        sa.Column("landed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("best_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("grade", sa.String(length=40), nullable=True),
        sa.Column("gear", sa.String(length=40), nullable=True),
        sa.Column("fishing_area", sa.String(length=80), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("available >= 0 AND held >= 0 AND sold >= 0 AND lost >= 0", name=op.f("ck_catch_stock")),
        sa.CheckConstraint("best_before > landed_at", name=op.f("ck_catch_life")),
        sa.CheckConstraint("caught = available + held + sold + lost", name=op.f("ck_catch_balance")),
        sa.CheckConstraint("unit_price > 0", name=op.f("ck_catch_price")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_catch_cooperative_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_catch_product_id")),
        sa.ForeignKeyConstraint(["species_code"], ["species.code"], name=op.f("fk_catch_species_code")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_catch_village_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catch")),
        sa.UniqueConstraint("lot_code", name=op.f("uq_catch_lot_code")),
    )
    op.create_index(op.f("ix_catch_best_before"), "catch", ["best_before"], unique=False)
    op.create_index(op.f("ix_catch_cooperative_id"), "catch", ["cooperative_id"], unique=False)
    op.create_index(op.f("ix_catch_landed_at"), "catch", ["landed_at"], unique=False)
    op.create_index("ix_catch_on_sale", "catch", ["is_withdrawn", "landed_at", "id"], unique=False)
    op.create_index(op.f("ix_catch_product_id"), "catch", ["product_id"], unique=False)
    op.create_index(op.f("ix_catch_species_code"), "catch", ["species_code"], unique=False)
    op.create_index(op.f("ix_catch_village_code"), "catch", ["village_code"], unique=False)

    op.create_table(
        "checkout",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("buyer_id", Big, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("total", Big, nullable=False),
        sa.Column("maximum", Big, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"], name=op.f("fk_checkout_buyer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout")),
    )
    op.create_index(op.f("ix_checkout_buyer_id"), "checkout", ["buyer_id"], unique=False)
    op.create_index("ix_checkout_waiting", "checkout", ["status", "expires_at"], unique=False)

    op.create_table(
        "flagship",
        sa.Column("id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("product_id", Big, nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decision_number", sa.String(length=80), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_flagship_product_id")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_flagship_village_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flagship")),
    )
    op.create_index(op.f("ix_flagship_product_id"), "flagship", ["product_id"], unique=False)
    op.create_index(op.f("ix_flagship_village_code"), "flagship", ["village_code"], unique=False)
    op.create_index(
        "uq_flagship_in_force",
        "flagship",
        ["village_code"],
        unique=True,
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )

    op.create_table(
        "opening_hours",
        sa.Column("id", Big, nullable=False),
        sa.Column("point_id", Big, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("capacity_grams", Big, nullable=True),
        sa.CheckConstraint("closes > opens", name=op.f("ck_opening_hours_order")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7 AND capacity > 0", name=op.f("ck_opening_hours_weekday")),
        sa.ForeignKeyConstraint(["point_id"], ["pickup_point.id"], name=op.f("fk_opening_hours_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
    )
    op.create_index(op.f("ix_opening_hours_point_id"), "opening_hours", ["point_id"], unique=False)

    op.create_table(
        "special_day",
        sa.Column("point_id", Big, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=True),
        sa.Column("closes", sa.Time(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=80), server_default="", nullable=False),
        sa.CheckConstraint(
            "(opens IS NULL) = (closes IS NULL) AND (opens IS NULL) = (capacity IS NULL)",
            name=op.f("ck_special_day_whole"),
        ),
        sa.CheckConstraint("closes > opens AND capacity > 0", name=op.f("ck_special_day_order")),
        sa.ForeignKeyConstraint(["point_id"], ["pickup_point.id"], name=op.f("fk_special_day_point_id")),
        sa.PrimaryKeyConstraint("point_id", "day", name=op.f("pk_special_day")),
    )

    op.create_table(
        "remembered_answer",
        sa.Column("account_id", Big, nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_remembered_answer_account_id")),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_remembered_answer")),
    )
    op.create_index("ix_remembered_answer_at", "remembered_answer", ["at"], unique=False)

    op.create_table(
        "slot",
        sa.Column("id", Big, nullable=False),
        sa.Column("point_id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("capacity_grams", Big, nullable=True),
        sa.Column("booked", sa.Integer(), nullable=False),
        sa.Column("booked_grams", Big, nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("booked BETWEEN 0 AND capacity", name=op.f("ck_slot_places")),
        sa.CheckConstraint(
            "booked_grams >= 0 AND (capacity_grams IS NULL OR booked_grams <= capacity_grams)",
            name=op.f("ck_slot_cold_box"),
        ),
        sa.CheckConstraint("ends_at > starts_at AND deadline_at <= starts_at", name=op.f("ck_slot_times")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_slot_cooperative_id")),
        sa.ForeignKeyConstraint(["point_id"], ["pickup_point.id"], name=op.f("fk_slot_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("point_id", "starts_at", name=op.f("uq_slot_point_id_starts_at")),
    )
    op.create_index("ix_slot_cooperative", "slot", ["cooperative_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_slot_starts_at"), "slot", ["starts_at"], unique=False)

    op.create_table(
        "stars",
        sa.Column("id", Big, nullable=False),
        sa.Column("product_id", Big, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("decision_number", sa.String(length=80), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("ck_stars_level")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_stars_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stars")),
    )
    op.create_index(op.f("ix_stars_product_id"), "stars", ["product_id"], unique=False)

    op.create_table(
        "catch_photo",
        sa.Column("id", Big, nullable=False),
        sa.Column("catch_id", Big, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("credit", sa.String(length=300), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["catch_id"], ["catch.id"], name=op.f("fk_catch_photo_catch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catch_photo")),
    )
    op.create_index(op.f("ix_catch_photo_catch_id"), "catch_photo", ["catch_id"], unique=False)

    op.create_table(
        "order",
        sa.Column("id", Big, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("checkout_id", sa.String(length=26), nullable=False),
        sa.Column("buyer_id", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=False),
        sa.Column("village_code", sa.String(length=13), nullable=False),
        sa.Column("slot_id", Big, nullable=False),
        sa.Column("payment_id", sa.String(length=26), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("estimate", Big, nullable=False),
        sa.Column("maximum", Big, nullable=False),
        sa.Column("total", Big, nullable=False),
        sa.Column("grams", Big, nullable=False),
        sa.Column("pickup_code", sa.String(length=6), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("weighed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("collected_on", sa.Date(), nullable=True),
        sa.Column("reference", sa.String(length=80), server_default="", nullable=False),
        sa.Column("commission_basis_points", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tax_basis_points", sa.Integer(), server_default="0", nullable=False),
        sa.Column("receipt_number", sa.Integer(), nullable=True),
        sa.Column("refunded", Big, server_default="0", nullable=False),
        sa.Column("note", sa.String(length=300), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'collected') = (collected_on IS NOT NULL)", name=op.f("ck_order_collected")),
        sa.CheckConstraint("receipt_number IS NULL OR status = 'collected'", name=op.f("ck_order_receipt")),
        sa.CheckConstraint(
            "refunded >= 0 AND refunded <= total AND (refunded = 0 OR status = 'collected')",
            name=op.f("ck_order_refunded"),
        ),
        sa.CheckConstraint(
            "estimate > 0 AND maximum >= estimate AND total >= 0 AND total <= maximum", name=op.f("ck_order_amounts")
        ),
        sa.ForeignKeyConstraint(["buyer_id"], ["account.id"], name=op.f("fk_order_buyer_id")),
        sa.ForeignKeyConstraint(["checkout_id"], ["checkout.id"], name=op.f("fk_order_checkout_id")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_order_cooperative_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_order_payment_id")),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_order_slot_id")),
        sa.ForeignKeyConstraint(["village_code"], ["village.code"], name=op.f("fk_order_village_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
        sa.UniqueConstraint("number", name=op.f("uq_order_number")),
        sa.UniqueConstraint("cooperative_id", "receipt_number", name=op.f("uq_order_cooperative_id_receipt_number")),
    )
    op.create_index("ix_order_buyer", "order", ["buyer_id", "id"], unique=False)
    op.create_index(op.f("ix_order_checkout_id"), "order", ["checkout_id"], unique=False)
    op.create_index("ix_order_collected", "order", ["collected_on", "id"], unique=False)
    op.create_index("ix_order_cooperative", "order", ["cooperative_id", "id"], unique=False)
    op.create_index(op.f("ix_order_payment_id"), "order", ["payment_id"], unique=False)
    op.create_index(
        "ix_order_sale",
        "order",
        ["collected_on", "village_code", "cooperative_id", "buyer_id"],
        unique=False,
        sqlite_where=sa.text("collected_on IS NOT NULL"),
        postgresql_where=sa.text("collected_on IS NOT NULL"),
    )
    op.create_index("ix_order_slot", "order", ["slot_id", "status"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("id", Big, nullable=False),
        sa.Column("journal", sa.String(length=270), nullable=False),
        sa.Column("account", sa.String(length=24), nullable=False),
        sa.Column("amount", Big, nullable=False),
        sa.Column("cooperative_id", Big, nullable=True),
        sa.Column("checkout_id", sa.String(length=26), nullable=True),
        sa.Column("order_number", sa.String(length=16), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_entry_amount")),
        sa.ForeignKeyConstraint(["checkout_id"], ["checkout.id"], name=op.f("fk_ledger_entry_checkout_id")),
        sa.ForeignKeyConstraint(["cooperative_id"], ["cooperative.id"], name=op.f("fk_ledger_entry_cooperative_id")),
        sa.ForeignKeyConstraint(["order_number"], ["order.number"], name=op.f("fk_ledger_entry_order_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("journal", "account", name=op.f("uq_ledger_entry_journal_account")),
    )
    op.create_index(
        "ix_ledger_entry_balance", "ledger_entry", ["account", "cooperative_id", "at", "amount"], unique=False
    )
    op.create_index(op.f("ix_ledger_entry_checkout_id"), "ledger_entry", ["checkout_id"], unique=False)
    op.create_index(op.f("ix_ledger_entry_order_number"), "ledger_entry", ["order_number"], unique=False)

    op.create_table(
        "movement",
        sa.Column("id", Big, nullable=False),
        sa.Column("catch_id", Big, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("quantity", Big, nullable=False),
        sa.Column("order_number", sa.String(length=16), nullable=True),
        sa.Column("actor_id", Big, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_movement_quantity")),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_movement_actor_id")),
        sa.ForeignKeyConstraint(["catch_id"], ["catch.id"], name=op.f("fk_movement_catch_id")),
        sa.ForeignKeyConstraint(["order_number"], ["order.number"], name=op.f("fk_movement_order_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movement")),
    )
    op.create_index(op.f("ix_movement_catch_id"), "movement", ["catch_id"], unique=False)
    op.create_index(op.f("ix_movement_order_number"), "movement", ["order_number"], unique=False)

    op.create_table(
        "order_event",
        sa.Column("id", Big, nullable=False),
        sa.Column("order_id", Big, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("actor_id", Big, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["account.id"], name=op.f("fk_order_event_actor_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_event_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
    )
    op.create_index(op.f("ix_order_event_order_id"), "order_event", ["order_id"], unique=False)

    op.create_table(
        "order_line",
        sa.Column("id", Big, nullable=False),
        sa.Column("order_id", Big, nullable=False),
        sa.Column("catch_id", Big, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("species_code", sa.String(length=3), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("measure", sa.String(length=8), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("unit_price", Big, nullable=False),
        sa.Column("quantity", Big, nullable=False),
        sa.Column("amount", Big, nullable=False),
        sa.Column("maximum", Big, nullable=False),
        sa.Column("final_quantity", Big, nullable=True),
        sa.Column("final_amount", Big, nullable=True),
        sa.CheckConstraint("final_amount IS NULL OR final_amount <= maximum", name=op.f("ck_order_line_never_more")),
        sa.CheckConstraint(
            "final_quantity IS NULL OR (final_quantity >= 0 AND final_amount >= 0)", name=op.f("ck_order_line_weighed")
        ),
        sa.CheckConstraint("quantity > 0 AND amount > 0 AND maximum >= amount", name=op.f("ck_order_line_ordered")),
        sa.ForeignKeyConstraint(["catch_id"], ["catch.id"], name=op.f("fk_order_line_catch_id")),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], name=op.f("fk_order_line_order_id")),
        sa.ForeignKeyConstraint(["species_code"], ["species.code"], name=op.f("fk_order_line_species_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
    )
    op.create_index(op.f("ix_order_line_catch_id"), "order_line", ["catch_id"], unique=False)
    op.create_index("uq_order_line_catch", "order_line", ["order_id", "catch_id"], unique=True)


def downgrade() -> None:
    for table in (
        "order_line",
        "order_event",
        "movement",
        "ledger_entry",
        "order",
        "catch_photo",
        "stars",
        "slot",
        "remembered_answer",
        "special_day",
        "opening_hours",
        "flagship",
        "checkout",
        "catch",
        "api_token",
        "product_total",
        "product",
        "pickup_point",
        "month_buyer",
        "month_total",
        "day_total",
        "invitation",
        "account",
        "island",
        "cooperative",
        "village",
        "size_advice",
        "payment_event",
        "species",
        "payment",
        "outbox_job",
        "district",
        "demo_request",
        "demo_charge",
    ):
        op.drop_table(table)
