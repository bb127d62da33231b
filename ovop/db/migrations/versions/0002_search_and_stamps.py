"""full-text search, and how pages know that nothing changed

``search_document`` holds the folded words of each product under every name it may be looked for by; each database's own
full-text index stands on it.  ``search_stamp`` is one row: `slow` counts changes of what seldom changes (areas,
co-operatives, products, flagships, stars, points), `pages` on SQLite counts every change that a public page shows.
PostgreSQL knows the latter by its snapshot, and one row that every order updates would make orders wait there.

Altering one of these tables in SQLite's batch mode makes it anew, without its triggers: make them anew too.
"""

import sqlalchemy as sa
from alembic import op

Big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SLOW = (
    "district village island species size_advice cooperative product flagship stars pickup_point opening_hours"
    " search_document"
).split()
QUICK = "catch catch_photo slot day_total".split()


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("product_id", Big, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name="fk_search_document_product_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("product_id", name="pk_search_document"),
    )
    stamp = op.create_table(
        "search_stamp",
        sa.Column("pages", Big, nullable=False),
        sa.Column("slow", Big, nullable=False),
    )
    op.bulk_insert(stamp, [{"pages": 0, "slow": 0}])
    if op.get_context().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def _on_sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search_text USING fts5(words, content='search_document', content_rowid='product_id',"
        " tokenize='unicode61', prefix='2 3 4')"
    )
    remove = "INSERT INTO search_text(search_text, rowid, words) VALUES ('delete', old.product_id, old.words);"
    add = "INSERT INTO search_text(rowid, words) VALUES (new.product_id, new.words);"
    for when, work in (("INSERT", add), ("DELETE", remove), ("UPDATE", remove + add)):
        op.execute(f"CREATE TRIGGER search_text_{when.lower()} AFTER {when} ON search_document BEGIN {work} END")
    for table in SLOW + QUICK:
        change = "pages = pages + 1" + (", slow = slow + 1" if table in SLOW else "")
        for when in ("INSERT", "UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER search_stamp_{table}_{when.lower()} AFTER {when} ON {table}"  # noqa: S608
                f" BEGIN UPDATE search_stamp SET {change}; END"
            )
    # All that filters and sorts, so that the catalogue reads 24 rows of the table, however many lots are on sale; the
    # same once more by village and by product, which is how words are looked up.
    found = "is_withdrawn, best_before, available, cooperative_id, landed_at, unit_price, species_code, form"
    op.execute(f"CREATE INDEX search_offer ON catch ({found}, product_id, village_code)")
    op.execute(f"CREATE INDEX search_village ON catch (village_code, {found}, product_id)")
    op.execute(f"CREATE INDEX search_product ON catch (product_id, {found}, village_code)")


def _on_postgresql() -> None:
    op.execute("CREATE INDEX search_document_words ON search_document USING gin (to_tsvector('simple', words))")
    op.execute(
        "CREATE FUNCTION search_stamp_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN UPDATE search_stamp SET slow = slow + 1; RETURN NULL; END $$"
    )
    for table in SLOW:
        op.execute(
            f'CREATE TRIGGER search_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}"'
            " FOR EACH STATEMENT EXECUTE FUNCTION search_stamp_change()"
        )


def downgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    for table in SLOW + (QUICK if sqlite else []):
        if not sqlite:
            op.execute(f'DROP TRIGGER search_stamp ON "{table}"')
        else:
            for when in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER search_stamp_{table}_{when}")
    if sqlite:
        for index in ("search_offer", "search_village", "search_product"):
            op.execute(f"DROP INDEX {index}")
        op.execute("DROP TABLE search_text")
    else:
        op.execute("DROP FUNCTION search_stamp_change")
    op.drop_table("search_stamp")
    op.drop_table("search_document")
