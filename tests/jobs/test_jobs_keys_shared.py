"""Keys and webhooks in a PostgreSQL that several processes share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import insert

import servers
from uncial.jobs.database import Database
from uncial.jobs.keys import KeyStore
from uncial.jobs.schema import deliveries
from uncial.jobs.webhooks import Outbox


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with servers.postgres() as server, servers.database(server) as url:
        yield url


@pytest.fixture
def databases(url: str) -> Iterator[list[Database]]:
    opened = [Database.open(url) for _ in range(4)]
    yield opened
    for database in opened:
        database.close()


def test_requests_of_all_processes_count_for_the_same_minute(databases):
    stores = [KeyStore(database) for database in databases]
    key, token = stores[0].make("scanner", per_minute=20)
    assert all(store.ring().find(token) == key for store in stores)
    with ThreadPoolExecutor(4) as pool:
        waits = [wait for each in pool.map(lambda store: [store.use(key) for _ in range(15)], stores) for wait in each]
    # Where the minute ends meanwhile, the next one has twenty of its own.
    assert sum(wait == 0 for wait in waits) in range(20, 41)
    assert all(0 <= wait <= 60 for wait in waits)


def test_each_message_is_taken_by_one_process(databases):
    row = {"owner": "", "state": "waiting", "url": "", "secret": "", "created": 0.0, "tries": 0, "due": 0.0, "error": ""}
    rows: list[dict[str, Any]] = [
        row | {"id": f"msg_{number}", "job": f"{number:032x}", "body": json.dumps(number)} for number in range(40)
    ]
    with databases[0].writing() as connection:
        connection.execute(insert(deliveries), rows)
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda database: [each.id for _ in range(10) for each in Outbox(database).take(4)], databases))
    assert sorted(id for each in taken for id in each) == sorted(row["id"] for row in rows)
