from __future__ import annotations

from tests.make.api import Program


def test_a_species_is_found_by_code_or_any_of_its_names(anyone: Program) -> None:
    for q in ["GIT", "udang windu", "windu udang", "giant tiger prawn", "Penaeus monodon", "udang wndu"]:
        items = anyone.get("/species", q=q).get_json()["items"]
        assert {
            "code": "GIT",
            "scientific_name": "Penaeus monodon",
            "name_id": "Udang windu",
            "name_en": "Giant tiger prawn",
            "category": "shrimp",
        } in items, q


def test_all_species_come_in_pages(anyone: Program) -> None:
    first = anyone.get("/species", per_page=100).get_json()
    second = anyone.get("/species", per_page=100, page=2).get_json()
    assert first["total"] == second["total"] == 120
    assert len({row["code"] for row in first["items"] + second["items"]}) == 120
    assert anyone.get("/species", q="---").get_json()["total"] == 0
