from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI
from starlette.datastructures import Headers

from fakes import Clock
from uncial.errors import KeyMissing, OptionInvalid, OriginRefused, ScopeMissing, ServiceBusy, ServiceUnavailable
from uncial.jobs.database import Database
from uncial.jobs.keys import KeyRing, KeyStore, Scope
from uncial.service import Settings
from uncial.service.access import Access, Door, refuse_open_door, require
from uncial.service.problems import tell_problems

START = 600_000.0


class CountedKeys(KeyStore):
    looked_up = 0
    down = False

    def ring(self) -> KeyRing:
        self.looked_up += 1
        if self.down:
            raise ServiceUnavailable("The database does not answer.")
        return super().ring()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(tmp_path: Path, clock: Clock) -> Iterator[CountedKeys]:
    database = Database.open(f"sqlite:///{tmp_path / 'jobs.db'}", clock)
    yield CountedKeys(database)
    database.close()


Ask = Callable[..., Access]


@pytest.fixture
def door(keys: CountedKeys, clock: Clock) -> Door:
    return Door(keys, clock=clock)


def ask(door: Door, token: str = "", *, scope: Scope = Scope.READ, method: str = "POST", **headers: Any) -> Access:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        told["authorization"] = f"Bearer {token}"
    return asyncio.run(door.admit(method, Headers({"host": "127.0.0.1:5000", **told}), scope))


def test_as_long_as_there_is_no_key_nobody_needs_one(door):
    access = ask(door)
    assert (access.owner, access.sees, access.at_once) == ("", None, 0)
    assert ask(door, "whatever a client sends anyway") == access


def test_as_soon_as_there_is_a_key_everybody_needs_one(door, keys, clock):
    ask(door)
    key, token = keys.make("scanner", at_once=3)
    clock.now += 5
    with pytest.raises(KeyMissing, match="without an API key"):
        ask(door)
    assert ask(door, token) == Access(key.id, frozenset((Scope.READ,)), 3)
    assert ask(door, x_api_key=token).owner == key.id


def test_keys_can_be_required_before_there_is_one(keys, clock):
    with pytest.raises(KeyMissing):
        ask(Door(keys, required=True, clock=clock))


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "Basic {}", "{}", "bearer:{}", "Bearer {} {}", "Bearer x{}"])
def test_what_is_no_bearer_token_opens_nothing(door, keys, given):
    _, token = keys.make("scanner")
    with pytest.raises(KeyMissing):
        ask(door, authorization=given.format(token, token))
    assert ask(door, authorization=f"bearer  {token} ").owner


def test_an_owner_sees_their_own_jobs_and_an_admin_all(door, keys):
    key, token = keys.make("scanner")
    _, admin = keys.make("boss", [Scope.ADMIN])
    assert (ask(door, token).sees, ask(door, admin).sees) == (key.id, None)


def test_a_key_is_for_its_scopes_alone(door, keys):
    _, token = keys.make("prometheus", [Scope.METRICS])
    assert ask(door, token, scope=Scope.METRICS).owner
    with pytest.raises(ScopeMissing, match="not for “read”"):
        ask(door, token)
    with pytest.raises(ScopeMissing):
        ask(door, token, scope=Scope.ADMIN)


def test_a_revoked_key_stops_within_five_seconds(door, keys, clock):
    key, token = keys.make("scanner")
    ask(door, token)
    keys.revoke(key.id)
    clock.now += 4.9
    with pytest.raises(KeyMissing, match="no longer valid"):
        ask(door, token)


def test_an_expired_key_stops_at_once(door, keys, clock):
    _, token = keys.make("guest", seconds=2)
    ask(door, token)
    clock.now += 2
    with pytest.raises(KeyMissing):
        ask(door, token)


def test_to_revoke_the_last_key_opens_nothing(door, keys):
    key, _ = keys.make("scanner")
    keys.revoke(key.id)
    with pytest.raises(KeyMissing):
        ask(door)


def test_a_new_key_works_almost_at_once(door, keys, clock):
    _, old = keys.make("old")
    ask(door, old)
    _, new = keys.make("new")
    clock.now += 0.3
    assert ask(door, new).owner


def test_the_database_is_not_asked_at_each_request_however_wrong_the_keys_are(door, keys, clock):
    _, token = keys.make("scanner")
    for number in range(100):
        clock.now += 0.01
        ask(door, token)
        with pytest.raises(KeyMissing):
            ask(door, f"uncial_{number:012x}_{number:064x}")
    assert keys.looked_up <= 6


def test_nobody_gets_in_while_the_database_is_away(door, keys, clock):
    _, token = keys.make("scanner")
    ask(door, token)
    keys.down = True
    clock.now += 5
    with pytest.raises(ServiceUnavailable):
        ask(door, token)


def test_requests_beyond_those_of_the_minute_are_told_when_to_come_back(door, keys, clock):
    _, token = keys.make("scanner", per_minute=2)
    clock.now = START + 12.5
    ask(door, token)
    ask(door, token)
    with pytest.raises(ServiceBusy, match="its 2 requests") as busy:
        ask(door, token)
    assert busy.value.retry_after == 48
    clock.now = START + 60
    ask(door, token)


def test_a_wrong_key_is_logged_without_itself(door, keys, caplog):
    key, token = keys.make("scanner")
    keys.revoke(key.id)
    wrong = token[:-1] + ("1" if token[-1] == "0" else "0")
    with caplog.at_level("DEBUG"):
        for given in (token, wrong, "sesame"):
            with pytest.raises(KeyMissing) as missing:
                ask(door, given)
            assert given not in str(missing.value) + missing.value.hint
    told = [str(vars(record)) for record in caplog.records]
    assert sum(key.id in line for line in told) == 1
    assert not any(given in line for line in told for given in (token, wrong, "sesame"))


@pytest.mark.parametrize("host", ["evil.example", "evil.example:5000", "127.0.0.1.nip.io", "127.0.0.1.evil.example:5000", "a.b]"])
def test_a_site_whose_name_leads_to_this_machine_is_not_answered(door, host):
    with pytest.raises(OriginRefused, match="another host"):
        ask(door, method="GET", host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:5000", "[::1]:5000", "uncial", "ocr.localhost", "10.0.0.7:80", ""])
def test_names_that_no_site_can_have_are_answered(door, host):
    assert ask(door, host=host).sees is None


def test_a_page_of_another_site_sends_nothing_where_no_key_is_needed(door):
    page: dict[str, Any] = {"origin": "https://evil.example", "sec_fetch_site": "cross-site"}
    for method in ("POST", "DELETE"):
        with pytest.raises(OriginRefused, match="another site"):
            ask(door, method=method, **page)
    assert ask(door, method="GET", **page).sees is None
    for site in ("same-origin", "same-site", "none"):
        ask(door, sec_fetch_site=site)


def test_pages_that_may_ask_and_doors_that_are_open_are_not_looked_at(keys, clock):
    page: dict[str, Any] = {"origin": "https://app.example", "sec_fetch_site": "cross-site", "host": "ocr.example"}
    assert ask(Door(keys, clock=clock, origins=["https://app.example"]), **page)
    assert ask(Door(keys, clock=clock, open=True), **page)


def test_a_key_goes_before_where_the_request_comes_from(door, keys):
    _, token = keys.make("scanner")
    assert ask(door, token, host="ocr.example", sec_fetch_site="cross-site").owner


@pytest.fixture
def answers(door: Door) -> Callable[..., httpx.Response]:
    app = FastAPI()
    app.state.door = door
    tell_problems(app)

    @app.get("/")
    async def whoami(access: Annotated[Access, Depends(require("read"))]) -> dict[str, Any]:
        return {"owner": access.owner}

    @app.middleware("http")
    async def numbered(request, call_next):
        request.state.request_id = "1"
        return await call_next(request)

    async def get(headers: dict[str, str], path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.get(path, headers=headers)

    return lambda headers=None, path="/": asyncio.run(get(headers or {}, path))


def test_routes_answer_401_403_and_429_as_http_wants_them(answers, keys):
    _, token = keys.make("scanner", per_minute=1)
    _, other = keys.make("prometheus", [Scope.METRICS])
    missing = answers()
    assert (missing.status_code, missing.json()["code"]) == (401, "key-missing")
    assert missing.headers["www-authenticate"] == 'Bearer realm="uncial"'
    assert answers({"Authorization": f"Bearer {other}"}).json()["code"] == "scope-missing"
    assert answers({"X-API-Key": token}).status_code == 200
    busy = answers({"X-API-Key": token})
    assert (busy.status_code, busy.json()["code"], busy.headers["retry-after"]) == (429, "service-busy", "60")


@pytest.mark.parametrize("query", ["api_key", "key", "token", "access_token", "X-API-Key"])
def test_a_key_in_the_query_opens_nothing(answers, keys, query):
    _, token = keys.make("scanner")
    assert answers(path=f"/?{query}={token}").status_code == 401


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", ""])
def test_an_address_that_others_reach_is_refused_without_keys(keys, tmp_path, host):
    with pytest.raises(OptionInvalid, match="no API keys") as refused:
        refuse_open_door(Settings(host=host, data_dir=tmp_path), keys)
    assert "uncial keys add" in refused.value.hint
    assert "UNCIAL_OPEN=yes" in refused.value.hint
    refuse_open_door(Settings(host=host, data_dir=tmp_path, open=True), keys)
    refuse_open_door(Settings(host=host, data_dir=tmp_path, require_keys=True), keys)
    keys.make("scanner")
    refuse_open_door(Settings(host=host, data_dir=tmp_path), keys)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_an_address_of_this_machine_alone_is_fine_without_keys(keys, tmp_path, host):
    refuse_open_door(Settings(host=host, data_dir=tmp_path), keys)
