"""A lot as other systems read it, under the names of GDST's key data elements and in the words of STELINA.

What the market does not know is left out, not guessed.  docs/traceability.md says what each field holds.
"""

from __future__ import annotations

from ovop.catalogue.areas import area_of
from ovop.catalogue.rules import Category
from ovop.discovery.rows import CatchCard, CatchDetail
from ovop.kernel import days
from ovop.kernel.quantity import Measure
from ovop.web.goods import AS_CAUGHT
from ovop.web.qr import lot_address
from ovop.web.shop.labels import RAISED

Record = dict[str, object]


def record_of(detail: CatchDetail, photos: list[str]) -> Record:
    """The lot as plain JSON values.  photos: absolute addresses."""
    card = detail.card
    return _known(
        {
            "lot_code": card.lot_code,
            "page": lot_address(card.lot_code),
            "status": "recalled" if detail.recalled_at else "on-sale" if detail.is_on_sale else "ended",
            "recalled_at": days.to_local(detail.recalled_at).isoformat() if detail.recalled_at else None,
            "recall_reason": detail.recall_reason or None,
            "name": card.name,
            "form": card.form,
            "grade": card.grade,
            "description": detail.description or None,
            "village": {"code": card.village_code, "name": card.village_name, "district": card.district_name},
            "cooperative": {"id": card.cooperative_id, "name": card.cooperative_name},
            "photos": photos or None,
            "gdst": _key_data_elements(detail),
            "stelina": _stelina(card),
        }
    )


def production_method(gear: str | None, category: str) -> str | None:
    """GDST's word for how the goods came about, as far as their gear tells."""
    if gear is None:
        return None
    if gear in RAISED:
        return "AQUACULTURE"
    return "INLAND_FISHERY" if category == Category.FRESHWATER else "MARINE_FISHERY"


def _key_data_elements(detail: CatchDetail) -> Record:
    card = detail.card
    method = production_method(card.gear, card.category)
    is_raised = method == "AQUACULTURE"
    area = None if is_raised else area_of(card.fishing_area)
    is_weight = card.measure == Measure.WEIGHT
    return _known(
        {
            "cbvmda:lotNumber": card.lot_code,
            "gdst:productOwner": card.cooperative_name,
            "cbvmda:informationProvider": card.cooperative_name,
            "cbvmda:speciesForFisheryStatisticsPurposesCode": card.species_code,
            "cbvmda:speciesForFisheryStatisticsPurposesName": card.scientific_name,
            "quantity": card.caught / 1000 if is_weight else card.caught,
            "uom": "KGM" if is_weight else None,
            "cbvmda:productionMethodForFishAndSeafoodCode": method,
            "cbvmda:fishingGearTypeCode": None if is_raised else card.gear,
            "cbvmda:catchArea": f"urn:gdst:fao:{area.fao}" if area else None,
            "cbvmda:vesselName": detail.vessel_name,
            "cbvmda:vesselID": detail.vessel_registration,
            _moment_name(card, is_raised=is_raised): days.to_local(card.landed_at).isoformat(),
            "cbvmda:itemExpirationDate": days.to_local(card.best_before).isoformat(),
            "cbvmda:countryOfOrigin": "ID",
        }
    )


def _moment_name(card: CatchCard, *, is_raised: bool) -> str:
    """What the lot's life counts from: made, harvested or landed."""
    if card.form not in AS_CAUGHT:
        return "cbvmda:productionDate"
    return "cbvmda:harvestEndDate" if is_raised else "cbvmda:landingEndDate"


def _stelina(card: CatchCard) -> Record:
    area = area_of(card.fishing_area)
    return _known(
        {
            "nama": card.cooperative_name,
            "tempat": f"Desa {card.village_name}, Kecamatan {card.district_name}, Kabupaten Serang",
            "asal": card.fishing_area,
            "wpp": area.wpp if area else None,
            "jenis": f"{card.species_name} ({card.scientific_name})",
            "volume": card.caught / 1000 if card.measure == Measure.WEIGHT else card.caught,
            "satuan": card.unit,
            "tanggal": days.day_of(card.landed_at).isoformat(),
        }
    )


def _known(values: Record) -> Record:
    return {name: value for name, value in values.items() if value is not None}
