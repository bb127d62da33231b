"""Pages of the co-operative's area: pack, weigh, hand over, sell, count, know the money."""

from flask import Flask

from ovop.web.cooperative import (
    area,
    charts,
    complaints,
    counting,
    deposits,
    ending,
    field,
    fishers,
    handing,
    handing_several,
    labels,
    merchant_code,
    money,
    orders,
    packing,
    parts,
    photos,
    points,
    products,
    profile,
    receipts,
    scales,
    selling,
    settlements,
    share_files,
    shares,
    slots,
    special_days,
    stock,
    team,
    tills,
    weighing,
)

#: The modules whose routes the area's blueprint carries.
ROUTES = (
    packing,
    weighing,
    scales,
    handing,
    handing_several,
    orders,
    receipts,
    complaints,
    share_files,
    shares,
    parts,
    fishers,
    ending,
    field,
    selling,
    products,
    stock,
    photos,
    labels,
    points,
    charts,
    slots,
    special_days,
    money,
    settlements,
    tills,
    counting,
    deposits,
    profile,
    merchant_code,
    team,
)


def register(app: Flask) -> None:
    """Adds the area's pages to `app`."""
    app.register_blueprint(area.blueprint)
