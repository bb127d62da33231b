"""Makes the application: settings in, parts wired together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from apiflask import APIFlask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

import ovop.models  # noqa: F401 - registers every table
from ovop import cli, logs, settings, wiring
from ovop.api.v1 import calls
from ovop.db import session as database
from ovop.db.session import db
from ovop.outside import bell, media
from ovop.web import (
    account,
    addresses,
    assets,
    complaint_words,
    compression,
    cooperative,
    drawings,
    errors,
    formats,
    front,
    goods,
    label_words,
    language,
    map_tiles,
    office,
    operations,
    patterns,
    photos,
    places,
    portraits,
    programme_words,
    security,
    sharing,
    shop,
    story_words,
    wholesale,
)

#: Largest request that is read at all: one photo from a phone and its form.
LARGEST_REQUEST = 16 * 1024 * 1024


def create_app(environment: Mapping[str, str] | None = None) -> APIFlask:
    """The market as a WSGI application.

    environment: what settings are read from instead of the process's own.  Raises: SettingError.
    """
    chosen = settings.load(environment)
    logs.configure()
    app = APIFlask(
        "ovop",
        root_path=str(settings.ROOT),
        template_folder="templates",
        static_folder="static",
        instance_path=str(chosen.instance_path),
        enable_openapi=False,
    )
    app.config.update(
        OVOP=chosen,
        SECRET_KEY=chosen.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        PERMANENT_SESSION_LIFETIME=timedelta(days=90),
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=(chosen.public_url or "").startswith("https://"),
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    database.configure(app, chosen.database_url, chosen.replica_url)
    app.teardown_appcontext(database.close_replica_session)
    bell.register(app, chosen.redis_url)
    Migrate(app, db, directory=str(settings.ROOT / "ovop" / "db" / "migrations"), render_as_batch=True)
    if chosen.public_url:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    # What comes first here acts last on an answer: it is measured when it is compressed and complete.
    for part in (
        operations,
        compression,
        language,
        security,
        addresses,
        assets,
        formats,
        goods,
        wholesale,
        label_words,
        drawings,
        map_tiles,
        photos,
        portraits,
        sharing,
        complaint_words,
        story_words,
        programme_words,
        places,
        errors,
        media,
        account,
    ):
        part.register(app)
    for area in (shop, cooperative, office):
        area.register(app)
    app.register_blueprint(patterns.blueprint)
    calls.register(app)
    wiring.register(app)
    cli.register(app)
    front.register(app)
    return app
