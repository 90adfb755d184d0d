from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from uncial.errors import OptionInvalid
from uncial.jobs.database import Database
from uncial.jobs.keys import TOKEN, KeyStore, Scope
from uncial.jobs.schema import keys, uses


@pytest.fixture
def store(database: Database) -> KeyStore:
    return KeyStore(database)


def test_a_key_has_256_random_bits_and_is_found_by_its_token_alone(store):
    key, token = store.make("scanner")
    assert TOKEN.fullmatch(token)
    assert store.ring().find(token) == key
    other = token[:-1] + ("0" if token[-1] != "0" else "1")
    for wrong in (other, token.upper(), token + "\n", token[:-1], key.id, "", "uncial_", "Bearer", "ключ", "\udcff"):
        assert store.ring().find(wrong) is None


def test_the_database_holds_nothing_that_opens_anything(store, database, tmp_path):
    _, token = store.make("scanner")
    with database.reading() as connection:
        row = connection.execute(select(keys)).one()
    secret = token.rpartition("_")[2]
    assert secret not in str(row)
    database.close()
    assert all(secret.encode() not in path.read_bytes() for path in tmp_path.iterdir())
    assert store.ring().find(row.hash) is None


def test_no_two_keys_are_alike(store):
    made = [store.make("same name") for _ in range(20)]
    assert len({key.id for key, _ in made}) == len({token.rpartition("_")[2] for _, token in made}) == 20


def test_a_key_shows_its_secret_nowhere(store):
    key, token = store.make("scanner")
    assert token.rpartition("_")[2] not in repr(key) + repr(store.list())


def test_a_revoked_key_stays_in_the_list_and_opens_nothing(store, clock):
    key, token = store.make("scanner")
    clock.now += 10
    revoked = store.revoke(key.id)
    assert (revoked.revoked, store.list()) == (600_010.0, [revoked])
    clock.now += 10
    assert store.revoke(key.id).revoked == 600_010.0
    ring = store.ring()
    found = ring.find(token)
    assert found is not None
    assert not ring.admits(found)


def test_a_key_opens_nothing_from_the_moment_that_it_expires(store, clock):
    key, _ = store.make("guest", seconds=60)
    ring = store.ring()
    assert ring.admits(key, 59)
    assert not ring.admits(key, 60)
    clock.now += 60
    assert not store.ring().admits(key)


def test_the_ring_counts_as_one_with_keys_even_when_the_last_is_revoked(store):
    assert not store.ring()
    key, _ = store.make("scanner")
    store.revoke(key.id)
    assert store.ring()


def test_to_revoke_what_is_no_key_is_told(store):
    with pytest.raises(OptionInvalid, match="no key “nobody”"):
        store.revoke("nobody")


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 256, "\x1b[31m"])
def test_a_name_that_cannot_be_shown_is_refused(store, name):
    with pytest.raises(OptionInvalid, match="name"):
        store.make(name)


def test_a_key_for_nothing_is_refused(store):
    with pytest.raises(OptionInvalid, match="for nothing"):
        store.make("scanner", ())


def test_an_admin_may_all_and_the_others_what_they_are_for(store):
    for scopes, allowed in (((Scope.ADMIN,), set(Scope)), ((Scope.METRICS,), {Scope.METRICS}), ((), set())):
        key, _ = store.make("x", scopes or (Scope.READ,))
        assert {scope for scope in Scope if key.allows(scope)} == (allowed or {Scope.READ})


def test_a_minute_has_so_many_requests_and_the_next_one_as_many_again(store, clock):
    key, _ = store.make("scanner", per_minute=3)
    clock.now = 600_045.0
    assert [store.use(key) for _ in range(5)] == [0, 0, 0, 15, 15]
    clock.now = 600_060.0
    assert [store.use(key) for _ in range(4)] == [0, 0, 0, 60]


def test_the_counts_of_minutes_that_are_over_are_forgotten(store, database, clock):
    key, _ = store.make("scanner", per_minute=3)
    for _ in range(5):
        store.use(key)
        clock.now += 60
    with database.reading() as connection:
        assert len(connection.execute(select(uses)).all()) == 1


def test_a_key_without_a_bound_is_not_counted(store, database):
    key, _ = store.make("scanner")
    assert {store.use(key) for _ in range(5)} == {0}
    with database.reading() as connection:
        assert connection.execute(select(uses)).all() == []


def test_requests_at_the_same_moment_are_all_counted(tmp_path, clock):
    stores = [KeyStore(Database.open(f"sqlite:///{tmp_path / 'jobs.db'}", clock)) for _ in range(4)]
    key, _ = stores[0].make("scanner", per_minute=20)
    with ThreadPoolExecutor(4) as pool:
        waits = list(pool.map(lambda store: [store.use(key) for _ in range(10)], stores))
    assert sum(wait == 0 for each in waits for wait in each) == 20
    for store in stores:
        store._database.close()
