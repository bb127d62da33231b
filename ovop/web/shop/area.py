"""The blueprint of the shop: what buyers browse, choose, order and collect."""

from flask import Blueprint

blueprint = Blueprint("shop", __name__)
