"""Whole addresses of what answers point to."""

from __future__ import annotations

from flask import url_for

from ovop.outside.media import storage
from ovop.web.language import public_origin, site_root


def photo_address(key: str, width: int) -> str:
    """Where the photo's file of that width is, as JPEG."""
    return public_origin() + storage().url(f"{key}/{width}.jpg")


def pay_address(payment_id: str) -> str:
    """Where whoever is given this address can pay by card, without signing in."""
    return public_origin() + url_for("shop.pay_link", payment_id=payment_id).removeprefix(site_root())
