"""What pages say of themselves to machines: schema.org as JSON-LD, from the same rows as the page's words.

A block of data, not a script: browsers never run it and the content security policy has nothing to allow.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, request, url_for
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from ovop.discovery.rows import CatchCard, CatchDetail
from ovop.discovery.rules import is_nearly_gone
from ovop.discovery.village_rows import VillageDetail
from ovop.kernel import days
from ovop.kernel.geo import Place
from ovop.kernel.quantity import Measure, Unit
from ovop.web.goods import form_name
from ovop.web.language import canonical_url, current_language, public_origin
from ovop.web.language import gettext as _
from ovop.web.market import NAME
from ovop.web.photos import picture_of
from ovop.web.shop.previews import absolute
from ovop.web.shop.sitemaps import PRIVATE

Thing = dict[str, Any]

#: UN/CEFACT's codes of units, as schema.org wants them.
_UNIT_CODES = {Unit.KG: "KGM", Unit.PIECE: "C62", Unit.PACK: "PK"}


def page_schema(title: str, description: str, things: Iterable[Thing] = ()) -> Markup:
    """The page at hand with what is on it, as one block of data; nothing of a page that is only its reader's."""
    if request.path.startswith(PRIVATE):
        return Markup()
    address = canonical_url()
    page = {
        "@type": "WebPage",
        "@id": address,
        "url": address,
        "name": title,
        "description": description,
        "inLanguage": current_language(),
        "isPartOf": {"@id": f"{public_origin()}/#situs"},
    }
    graph = [_market(), _site(), page, *things]
    text = htmlsafe_json_dumps({"@context": "https://schema.org", "@graph": graph}, separators=(",", ":"))
    return Markup('<script type="application/ld+json">{}</script>').format(text)


def list_schema(cards: Iterable[CatchCard]) -> Thing:
    """Lots in the order in which the page shows them."""
    addresses = (absolute(url_for("shop.catch", catch_id=card.id)) for card in cards)
    items = [
        {"@type": "ListItem", "position": place, "url": address} for place, address in enumerate(addresses, start=1)
    ]
    return {"@type": "ItemList", "itemListElement": items}


def catch_schema(detail: CatchDetail, description: str) -> list[Thing]:
    """A lot as a product with its offer, and the way to its page."""
    card = detail.card
    address, village = canonical_url(), absolute(url_for("shop.village", code=card.village_code))
    product: Thing = {
        "@type": "Product",
        "@id": f"{address}#hasil",
        "name": card.name,
        "description": detail.description or description,
        "sku": card.lot_code,
        "category": f"{card.species_name} ({card.scientific_name}), {form_name(card.form)}",
        "brand": {"@type": "Brand", "name": card.cooperative_name},
        "productionDate": card.landed_at.isoformat(),
        "countryOfOrigin": {"@type": "Country", "name": "ID"},
        "image": [absolute(picture_of(photo).url) for photo in card.photos],
    }
    if detail.recalled_at is None:  # what may harm is not offered, not even as sold
        product["offers"] = _offer(detail, address, village)
    if detail.rating is not None:
        product["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": detail.rating.value,
            "ratingCount": detail.rating.buyers,
            "bestRating": 5,
            "worstRating": 1,
        }
    if not product["image"]:
        del product["image"]
    return [product, _way((NAME, _home()), (card.village_name, village), (card.name, address))]


def village_schema(detail: VillageDetail, on_sale: Iterable[CatchCard]) -> list[Thing]:
    """A village as a place with who sells there, and what is on sale."""
    village, address = detail.village, canonical_url()
    named = _("Desa %(name)s", name=village.name)
    place: Thing = {
        "@type": "Place",
        "@id": f"{address}#desa",
        "name": named,
        "url": address,
        "identifier": village.code,
        "geo": _geo(village.place),
        "address": _address(village.name),
        "containedInPlace": {
            "@type": "AdministrativeArea",
            "name": _("Kecamatan %(district)s, Kabupaten Serang", district=village.district),
        },
    }
    if village.flagship:
        place["additionalProperty"] = {
            "@type": "PropertyValue",
            "name": _("Produk unggulan"),
            "value": village.flagship.name,
        }
    sellers: list[Thing] = [
        {
            "@type": "Organization",
            "@id": f"{address}#koperasi-{seller.id}",
            "name": seller.name,
            "location": {"@id": f"{address}#desa"},
        }
        for seller in detail.sellers
    ]
    all_villages = absolute(url_for("shop.villages"))
    way = _way((NAME, _home()), (_("Desa"), all_villages), (named, address))
    return [place, *sellers, list_schema(on_sale), way]


def availability_of(detail: CatchDetail) -> str:
    """What can be had of a lot, by schema.org's name: the answer to which is never older than the page."""
    card = detail.card
    if not detail.is_on_sale:
        return "Discontinued"
    if card.available == 0:
        return "SoldOut"
    if card.landed_at > days.now():
        return "PreOrder"
    return "LimitedAvailability" if is_nearly_gone(card.available, Measure(card.measure)) else "InStock"


def _offer(detail: CatchDetail, address: str, village: str) -> Thing:
    card, unit = detail.card, _UNIT_CODES[Unit(detail.card.unit)]
    offer: Thing = {
        "@type": "Offer",
        "url": address,
        "availability": f"https://schema.org/{availability_of(detail)}",
        "itemCondition": "https://schema.org/NewCondition",
        "seller": {"@type": "Organization", "name": card.cooperative_name},
        "availableAtOrFrom": {"@type": "Place", "name": _("Desa %(name)s", name=card.village_name), "url": village},
        "availabilityEnds": card.best_before.isoformat(),
    }
    if not detail.is_on_sale:
        return offer  # nothing is asked for it any more
    offer |= {
        "price": card.unit_price,
        "priceCurrency": "IDR",
        "priceSpecification": {
            "@type": "UnitPriceSpecification",
            "price": card.unit_price,
            "priceCurrency": "IDR",
            "referenceQuantity": {"@type": "QuantitativeValue", "value": 1, "unitCode": unit},
        },
    }
    left = card.available / 1000 if card.measure == Measure.WEIGHT else card.available
    offer["inventoryLevel"] = {"@type": "QuantitativeValue", "value": left, "unitCode": unit}
    if card.landed_at > days.now():
        offer["availabilityStarts"] = card.landed_at.isoformat()
    return offer


def _market() -> Thing:
    origin = public_origin()
    return {
        "@type": "Organization",
        "@id": f"{origin}/#pasar",
        "name": NAME,
        "url": f"{origin}/",
        "areaServed": {"@type": "AdministrativeArea", "name": "Kabupaten Serang, Banten, Indonesia"},
    }


def _site() -> Thing:
    origin = public_origin()
    return {
        "@type": "WebSite",
        "@id": f"{origin}/#situs",
        "name": NAME,
        "url": f"{origin}/",
        "publisher": {"@id": f"{origin}/#pasar"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{_home()}?q={{words}}"},
            "query-input": "required name=words",
        },
    }


def _way(*steps: tuple[str, str]) -> Thing:
    """From the market to the page at hand: names and addresses."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _home() -> str:
    return absolute(url_for("shop.catalogue"))


def _geo(place: Place) -> Thing:
    return {"@type": "GeoCoordinates", "latitude": place.latitude, "longitude": place.longitude}


def _address(locality: str) -> Thing:
    return {
        "@type": "PostalAddress",
        "addressLocality": locality,
        "addressRegion": "Banten",
        "addressCountry": "ID",
    }


def register(app: Flask) -> None:
    """Templates have `page_schema` and what goes into it."""
    app.jinja_env.globals.update(
        page_schema=page_schema, list_schema=list_schema, catch_schema=catch_schema, village_schema=village_schema
    )
