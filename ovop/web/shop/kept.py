"""What a buyer's browser keeps between pages: the basket, and the slots chosen for it.  A signed cookie holds both."""

from __future__ import annotations

from flask import Flask, g, session

from ovop.kernel import days
from ovop.kernel.ids import new_id
from ovop.ordering.basket import Basket


def current_basket() -> Basket:
    """The basket of this browser, empty when there is none."""
    if "basket" not in g:
        plain = session.get("basket")
        g.basket = Basket.from_plain(plain) if plain else Basket(new_id(days.now()))
    basket: Basket = g.basket
    return basket


def keep_basket(basket: Basket) -> None:
    """The browser has this basket from now on."""
    g.basket = basket
    if not basket.lines:
        forget_basket()
        return
    session.permanent = True
    session["basket"] = basket.as_plain()


def forget_basket() -> None:
    """The basket is empty, and the next one is another: its checkout gets a key of its own."""
    g.pop("basket", None)
    session.pop("basket", None)
    session.pop("pickups", None)


def chosen_slots() -> dict[int, int]:
    """Slot by co-operative, as chosen so far."""
    return {int(cooperative): slot for cooperative, slot in session.get("pickups", {}).items()}


def keep_slots(slots: dict[int, int]) -> None:
    """The browser has chosen these slots."""
    session["pickups"] = {str(cooperative): slot for cooperative, slot in slots.items()}


def register(app: Flask) -> None:
    """Templates have `current_basket`; reading it costs no query."""
    app.jinja_env.globals["current_basket"] = current_basket
