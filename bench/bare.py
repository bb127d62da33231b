"""A Flask application that answers with one text, under the market's own server."""

from __future__ import annotations

import os

from flask import Flask

from ovop.serve import serve_alone

#: What a small page weighs before compression.
BODY = "<p>ikan</p>" * (8_600 // 11)

app = Flask("bare")


@app.get("/")
def answer() -> str:
    """The same text every time."""
    return BODY


if __name__ == "__main__":
    serve_alone(app, None, host="127.0.0.1", port=int(os.environ["PORT"]), announce=lambda: None)
