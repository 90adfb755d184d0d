from __future__ import annotations

import base64

import pytest
from cryptography.fernet import Fernet

from uncial.cli.keys import SCOPES, seconds_of
from uncial.errors import OptionInvalid
from uncial.jobs.database import Database
from uncial.jobs.keys import TOKEN, KeyStore, Scope
from uncial.jobs.webhooks import signing_key


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.delenv("UNCIAL_DATABASE", raising=False)
    monkeypatch.setenv("UNCIAL_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def ring(data):
    def look():
        database = Database.open(f"sqlite:///{data / 'jobs.db'}")
        try:
            return KeyStore(database).ring()
        finally:
            database.close()

    return look


def test_a_key_is_printed_alone_and_opens_the_service(uncial, ring):
    flags = ["--scope", "read", "--scope", "metrics", "--per-minute", "60", "--at-once", "4", "--expires", "90d"]
    status, out, err = uncial("keys", "add", "Büro", *flags)
    token = out.decode().removesuffix("\n")
    assert status == 0
    assert TOKEN.fullmatch(token)
    assert token not in err
    key = ring().find(token)
    assert (key.name, key.scopes, key.per_minute, key.at_once) == ("Büro", {Scope.READ, Scope.METRICS}, 60, 4)
    assert key.expires - key.created == 90 * 86400


def test_a_key_is_listed_without_its_secret_and_revoked_by_its_id(uncial, ring):
    token = uncial("keys", "add", "scanner")[1].decode().strip()
    id = token.split("_")[1]
    assert token.split("_")[2] not in uncial("keys", "list")[1].decode()
    assert uncial("keys", "revoke", id)[0] == 0
    row = uncial("keys", "list")[1].decode().splitlines()[1]
    assert row.split()[0] == id
    assert "revoked" in row
    now = ring()
    assert not now.admits(now.find(token))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["revoke", "nobody"], "There is no key “nobody”"),
        (["add", "x", "--expires", "soon"], "“soon” is not a time"),
        (["add", "x\n"], "name"),
        (["add", "x", "--scope", "all"], "all"),
        (["add", "x", "--per-minute", "-1"], "-1"),
    ],
)
def test_what_makes_no_sense_is_told(uncial, data, arguments, told):
    status, out, err = uncial("keys", *arguments)
    assert (status, out) == (1, b"")
    assert told in err


def test_secrets_are_made_that_the_service_takes(uncial, data):
    Fernet(uncial("keys", "seal")[1].strip())
    secret = uncial("keys", "webhook")[1].decode().strip()
    assert signing_key(secret) == base64.b64decode(secret.removeprefix("whsec_"))
    assert len(signing_key(secret)) == 32
    assert not data.exists()


def test_the_scopes_of_the_command_are_those_of_keys():
    assert tuple(Scope) == SCOPES


@pytest.mark.parametrize(("told", "seconds"), [("30m", 1800), ("12h", 43200), ("1d", 86400)])
def test_times_from_now_are_told_with_their_unit(told, seconds):
    assert seconds_of(told) == seconds


@pytest.mark.parametrize("told", ["", "90", "d", "0d", "-1d", "1.5h", "9999999d", "1y", "１d"])
def test_other_times_are_refused(told):
    with pytest.raises(OptionInvalid):
        seconds_of(told)
