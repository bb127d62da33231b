"""What makes a password acceptable, and how it is kept."""

from __future__ import annotations

import argon2
import pytest

from ovop.accounts import passwords
from ovop.accounts.names import Login
from ovop.accounts.passwords import check_password, hash_password, needs_rehash, verify_password
from ovop.kernel.errors import Invalid
from tests.make.accounts import password_hash

EMAIL = Login(email="siti.aminah@contoh.id")
PHONE = Login(phone="+6281234567890")


@pytest.mark.parametrize(
    ("password", "login", "reason"),
    [
        ("", EMAIL, "required"),
        ("1234567", EMAIL, "password-too-short"),
        ("x" * 257, EMAIL, "too-long"),
        ("siti.aminah@contoh.id", EMAIL, "password-is-login"),
        ("Siti.Aminah", EMAIL, "password-is-login"),
        ("081234567890", PHONE, "password-is-login"),
        ("0812-3456-7890", PHONE, "password-is-login"),
        ("+6281234567890", PHONE, "password-is-login"),
    ],
)
def test_a_weak_password_is_refused(password: str, login: Login, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_password(password, login)
    assert caught.value.errors == {"password": reason}


@pytest.mark.parametrize("password", ["00000000", "ikan segar 36", "081234567891", "kata😀sandi"])
def test_any_other_password_will_do(password: str) -> None:
    assert check_password(password, PHONE) == password
    assert check_password(password, Login()) == password


def test_only_the_right_password_verifies() -> None:
    kept = hash_password("ikan segar é")
    assert kept.startswith("$argon2id$")
    assert verify_password("ikan segar é", kept)
    assert verify_password("ikan segar e\u0301", kept)  # the same letter from another keyboard
    assert not verify_password("ikan segar e", kept)


def test_nothing_verifies_against_what_is_no_hash() -> None:
    assert not verify_password("ikan segar", "")
    assert not verify_password("", "")


def test_an_unknown_account_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[str] = []

    class Counting(argon2.PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            worked.append(str(hash).split("$")[3])
            return super().verify(hash, password)

    hasher = passwords._hasher
    counting = Counting(hasher.time_cost, hasher.memory_cost, hasher.parallelism, type=hasher.type)
    monkeypatch.setattr(passwords, "_hasher", counting)
    assert not verify_password("ikan segar", None)
    assert not verify_password("ikan segar", password_hash())
    assert len(worked) == 2
    assert len(set(worked)) == 1


def test_other_parameters_ask_for_a_new_hash() -> None:
    assert not needs_rehash(password_hash())
    assert needs_rehash(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("ikan segar"))
