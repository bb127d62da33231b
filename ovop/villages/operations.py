"""Loading the official areas."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ovop.db.reference import bring_in
from ovop.villages.files import read
from ovop.villages.models import District, Island, Village


def load_areas(session: Session) -> int:
    """Districts, villages and islands of the regency are as in the shipped files; answers how many rows changed.

    Source: villages/data, see LICENCES.md there.
    """
    return (
        bring_in(session, District, map(_district, read("districts.csv")))
        + bring_in(session, Village, map(_village, read("villages.csv")))
        + bring_in(session, Island, map(_island, read("islands.csv")))
    )


def _district(row: dict[str, str]) -> dict[str, object]:
    return {
        "code": row["code"],
        "name": row["district"],
        "label_latitude": float(row["label_lat"]),
        "label_longitude": float(row["label_lng"]),
        "area_km2": float(row["area_km2"]),
        "is_coastal": row["touches_sea"] == "1",
    }


def _village(row: dict[str, str]) -> dict[str, object]:
    return {
        "code": row["code"],
        "name": row["village"],
        "district_code": row["district_code"],
        "latitude": float(row["latitude"]),
        "longitude": float(row["longitude"]),
        "is_coastal": row["is_coastal"] == "1",
        "touches_sea": row["touches_sea"] == "1",
        "area_km2": float(row["area_km2"]),
    }


def _island(row: dict[str, str]) -> dict[str, object]:
    return {
        "code": row["code"],
        "name": row["island"],
        "latitude": float(row["latitude"]),
        "longitude": float(row["longitude"]),
        "is_inhabited": row["inhabited"] == "1",
        "village_code": row["village_code"],
    }
