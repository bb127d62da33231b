"""Settings: from the environment, then ``ovop.env`` in the instance folder; typed; wrong ones stop the start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


class SettingError(SystemExit):
    """A setting that cannot be used; its text is the one line that the operator sees."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"Setting {name}: {reason}")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can choose; names are the contract's in lower case."""

    instance_path: Path
    database_url: str
    replica_url: str | None
    redis_url: str | None
    media_url: str
    secret_key: str
    public_url: str | None
    mail_url: str | None
    stripe_secret_key: str | None
    stripe_webhook_secret: str | None
    stripe_api_base: str | None
    stripe_minimum: int
    stripe_connect: bool
    settlement_period: str
    geocoder_url: str | None
    map_tiles_url: str | None
    map_tiles_credit: str
    commission_basis_points: int
    qris_amount: bool
    qris_maximum: int
    regency: str
    demo: bool | None

    @property
    def is_embedded(self) -> bool:
        """Whether everything lives in the instance folder."""
        return self.database_url.startswith("sqlite") and self.redis_url is None

    @property
    def offers_demo_card(self) -> bool:
        """Whether the demo provider can be paid with: never once a market has a public address, unless asked for."""
        return (self.is_embedded and self.public_url is None) if self.demo is None else self.demo


NAMES = (
    "INSTANCE_PATH DATABASE_URL REPLICA_URL REDIS_URL MEDIA_URL SECRET_KEY PUBLIC_URL MAIL_URL STRIPE_SECRET_KEY "
    "STRIPE_WEBHOOK_SECRET STRIPE_API_BASE STRIPE_MINIMUM STRIPE_CONNECT SETTLEMENT_PERIOD GEOCODER_URL MAP_TILES_URL "
    "MAP_TILES_CREDIT COMMISSION_PERCENT QRIS_AMOUNT QRIS_MAXIMUM REGENCY DEMO"
).split()


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environment` (default: the process's) over the instance's ``ovop.env``.

    Makes the instance folder and, once, its secret key.  Raises: SettingError naming the setting.
    """
    outside = os.environ if environment is None else environment
    instance = Path(outside.get("INSTANCE_PATH") or ROOT / "instance").resolve()
    values = _read_file(instance / "ovop.env") | {name: outside[name] for name in NAMES if outside.get(name)}
    try:
        instance.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError("INSTANCE_PATH", f"cannot make {instance} ({error.strerror})") from None
    return Settings(
        instance_path=instance,
        database_url=_database(values, "DATABASE_URL") or f"sqlite:///{instance / 'ovop.db'}",
        replica_url=_database(values, "REPLICA_URL"),
        redis_url=_url(values, "REDIS_URL", "redis", "rediss", "unix"),
        media_url=_url(values, "MEDIA_URL", "file", "s3") or f"file://{instance / 'media'}",
        secret_key=values.get("SECRET_KEY") or _secret(instance / "secret_key"),
        public_url=(_url(values, "PUBLIC_URL", "http", "https") or "").rstrip("/") or None,
        mail_url=_url(values, "MAIL_URL", "smtp", "smtps"),
        stripe_secret_key=values.get("STRIPE_SECRET_KEY"),
        stripe_webhook_secret=values.get("STRIPE_WEBHOOK_SECRET"),
        stripe_api_base=_url(values, "STRIPE_API_BASE", "http", "https"),
        stripe_minimum=_whole(values, "STRIPE_MINIMUM", 15_000),
        stripe_connect=_switch(values, "STRIPE_CONNECT") or False,
        settlement_period=_choice(values, "SETTLEMENT_PERIOD", "weekly", "monthly"),
        geocoder_url=_url(values, "GEOCODER_URL", "http", "https"),
        map_tiles_url=_url(values, "MAP_TILES_URL", "http", "https"),
        map_tiles_credit=values.get("MAP_TILES_CREDIT") or "© OpenStreetMap contributors",
        commission_basis_points=_percent(values, "COMMISSION_PERCENT"),
        qris_amount=_switch(values, "QRIS_AMOUNT") or False,
        qris_maximum=_whole(values, "QRIS_MAXIMUM", 10_000_000),
        regency=_regency(values),
        demo=_switch(values, "DEMO"),
    )


def _read_file(path: Path) -> dict[str, str]:
    """NAME=value lines of `path`; blank lines and lines that start with # are skipped."""
    if not path.exists():
        return {}
    values: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, separator, value = line.partition("=")
        name = name.strip()
        if not separator or name not in NAMES or name == "INSTANCE_PATH":
            raise SettingError(name or "ovop.env", f"not a setting that {path.name} can hold")
        values[name] = value.strip().strip("\"'")
    return {name: value for name, value in values.items() if value}


def _secret(path: Path) -> str:
    """The instance's own secret, made once; readable by its owner only."""
    if not path.exists():
        handle = os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        path.with_suffix(".new").replace(path)
    return path.read_text(encoding="ascii").strip()


def _url(values: Mapping[str, str], name: str, *schemes: str) -> str | None:
    value = values.get(name)
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in schemes or not (parts.netloc or parts.path.strip("/")):
        raise SettingError(name, f"must be an address that starts with {' or '.join(s + '://' for s in schemes)}")
    return value


def _database(values: Mapping[str, str], name: str) -> str | None:
    value = values.get(name)
    if value is None or value.startswith(("sqlite:///", "postgresql+psycopg://")):
        return value
    raise SettingError(name, "must start with sqlite:/// or postgresql+psycopg://")


def _switch(values: Mapping[str, str], name: str) -> bool | None:
    value = values.get(name)
    if value is None:
        return None
    if value not in ("on", "off"):
        raise SettingError(name, "must be on or off")
    return value == "on"


def _choice(values: Mapping[str, str], name: str, *choices: str) -> str:
    """One of `choices`; the first when nothing is set."""
    value = values.get(name, choices[0])
    if value not in choices:
        raise SettingError(name, f"must be {' or '.join(choices)}")
    return value


def _whole(values: Mapping[str, str], name: str, default: int) -> int:
    value = values.get(name)
    if value is None:
        return default
    if not value.isascii() or not value.isdigit() or not 0 < int(value) <= 10**12:
        raise SettingError(name, "must be a whole number of rupiah above 0")
    return int(value)


def _percent(values: Mapping[str, str], name: str) -> int:
    """A percentage of 0 to 50 with at most two decimals, as basis points."""
    try:
        points = Decimal(values.get(name, "0")) * 100
    except InvalidOperation:
        raise SettingError(name, "must be a number such as 2.5") from None
    if not points.is_finite() or points != points.to_integral_value() or not 0 <= points <= 5_000:
        raise SettingError(name, "must be from 0 to 50, with at most two decimals")
    return int(points)


def _regency(values: Mapping[str, str]) -> str:
    value = values.get("REGENCY", "36.04")
    if value != "36.04":
        raise SettingError("REGENCY", f"no reference data for {value}; this release has 36.04")
    return value
