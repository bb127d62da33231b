"""An application with nothing but its looks: for tests of what needs no database."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from flask import Flask

from ovop.settings import ROOT
from ovop.web import assets, drawings, formats, language, map_tiles, patterns, places


def make_app(instance: Path) -> Flask:
    """Languages, assets, formats, components and the pattern page."""
    app = Flask("ovop", root_path=str(ROOT), instance_path=str(instance), static_folder=None)
    app.config.update(SECRET_KEY="for tests", TESTING=True, OVOP=SimpleNamespace(map_tiles_url=None))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    for part in (language, assets, formats, drawings, places, map_tiles):
        part.register(app)
    app.register_blueprint(patterns.blueprint)
    app.jinja_env.globals["market"] = SimpleNamespace(name="Pasar Ikan Serang", is_demo=True)
    return app
