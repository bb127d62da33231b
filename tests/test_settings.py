"""Settings: typed, and a wrong one stops the start with one line that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ovop.settings import SettingError, load


def test_an_empty_environment_is_an_embedded_market(instance: Path) -> None:
    settings = load({"INSTANCE_PATH": str(instance)})
    assert settings.database_url == f"sqlite:///{instance / 'ovop.db'}"
    assert settings.media_url == f"file://{instance / 'media'}"
    assert settings.is_embedded
    assert settings.commission_basis_points == 0
    assert settings.qris_maximum == 10_000_000
    assert settings.demo is None
    assert (settings.settlement_period, settings.stripe_connect, settings.stripe_minimum) == ("weekly", False, 15_000)


def test_the_secret_is_made_once_and_kept_from_others(instance: Path) -> None:
    first = load({"INSTANCE_PATH": str(instance)}).secret_key
    assert load({"INSTANCE_PATH": str(instance)}).secret_key == first
    assert len(first) >= 32
    assert (instance / "secret_key").stat().st_mode & 0o077 == 0


def test_the_environment_comes_before_the_file(instance: Path) -> None:
    (instance / "ovop.env").write_text('# ours\nCOMMISSION_PERCENT = 2.5\nQRIS_AMOUNT="on"\n\n')
    settings = load({"INSTANCE_PATH": str(instance), "COMMISSION_PERCENT": "3"})
    assert settings.commission_basis_points == 300
    assert settings.qris_amount


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x/y"),
        ("DATABASE_URL", "ovop.db"),
        ("REPLICA_URL", "postgres://x"),
        ("REDIS_URL", "localhost:6379"),
        ("MEDIA_URL", "ftp://x/y"),
        ("PUBLIC_URL", "pasar.example"),
        ("MAIL_URL", "http://mail"),
        ("COMMISSION_PERCENT", "many"),
        ("COMMISSION_PERCENT", "51"),
        ("COMMISSION_PERCENT", "-1"),
        ("COMMISSION_PERCENT", "1.234"),
        ("COMMISSION_PERCENT", "NaN"),
        ("QRIS_AMOUNT", "yes"),
        ("QRIS_MAXIMUM", "0"),
        ("QRIS_MAXIMUM", "1.5"),
        ("DEMO", "maybe"),
        ("STRIPE_MINIMUM", "0"),
        ("STRIPE_CONNECT", "1"),
        ("SETTLEMENT_PERIOD", "daily"),
        ("STRIPE_API_BASE", "api.example"),
        ("REGENCY", "99.99"),
    ],
)
def test_a_malformed_value_is_refused_in_one_line_that_names_it(instance: Path, name: str, value: str) -> None:
    with pytest.raises(SettingError) as refused:
        load({"INSTANCE_PATH": str(instance), name: value})
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("line", ["COMISSION_PERCENT=1", "no separator", "INSTANCE_PATH=/elsewhere"])
def test_an_unknown_line_of_the_file_is_refused(instance: Path, line: str) -> None:
    (instance / "ovop.env").write_text(line + "\n")
    with pytest.raises(SettingError):
        load({"INSTANCE_PATH": str(instance)})
