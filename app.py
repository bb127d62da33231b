"""What ``flask --app app`` and every web server load."""

from ovop import create_app

app = create_app()
