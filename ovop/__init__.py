"""The fisheries market of Kabupaten Serang."""

from ovop.factory import create_app

__all__ = ["create_app"]
