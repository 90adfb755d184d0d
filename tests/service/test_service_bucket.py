"""What a viewer and its corrections leave in the blob store, a folder or a bucket, and how it goes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.request import Request, urlopen

import httpx
import pytest
from PIL import Image

from service_rig import Rig, serving
from uncial.jobs.housekeeping import Housekeeper

TYPED = {
    "page": 1,
    "block": 0,
    "line": 0,
    "start": 1,
    "stop": 2,
    "words": [{"text": "Tee", "quad": [[50, 0], [90, 0], [90, 20], [50, 20]], "checked": True}],
}


@pytest.fixture(params=["folder", "s3"])
def rig(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    settings: dict[str, Any] = {}
    if request.param == "s3":
        pytest.importorskip("s3fs")
        for name, value in {"ACCESS_KEY_ID": "id", "SECRET_ACCESS_KEY": "key", "DEFAULT_REGION": "us-east-1"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        server, bucket = request.getfixturevalue("s3_server"), f"test-{token_hex(4)}"
        with urlopen(Request(f"{server.url}/{bucket}", method="PUT"), timeout=10):
            settings = {"blobs": f"s3://{bucket}/kept", "blobs_endpoint": server.url}
    with serving(tmp_path, **settings) as rig:
        yield rig


def scan() -> bytes:
    file = io.BytesIO()
    Image.new("L", (400, 200), 200).save(file, "PNG")
    return file.getvalue()


def seen_and_corrected(client: httpx.Client) -> str:
    """The path of a job whose page was looked at, and whose document was corrected twice and had in another format."""
    job = str(client.post("/v1/jobs", content=scan()).headers["location"])
    assert client.get(f"{job}/pages/1/image?width=160").headers["content-type"] == "image/jpeg"
    for corrections in ([{"field": "total", "value": "12.50"}], [TYPED]):
        answer = client.put(f"{job}/corrections", json={"corrections": corrections})
        assert answer.status_code == 200, answer.text
        assert client.get(f"{job}/result?format=md").status_code == 200
    return job


def kept(rig: Rig, id: str) -> set[str]:
    """The names of the blobs of a job, the token of a corrected result left out."""
    blobs = rig.blobs
    root = blobs._path(id)
    names = (name.rpartition(f"{id}/")[2] for name in blobs._files.find(root))
    return {"corrected/" + name.rpartition("/")[2] if "-corrected-" in name else name for name in names}


def test_what_is_corrected_lies_beside_what_was_read(rig: Rig):
    with rig.client() as client:
        job = seen_and_corrected(client)
        id = job.rpartition("/")[2]
        assert client.get(f"{job}/result?format=txt").text.startswith("Über Tee\n")
        corrected = {"corrected/document.json", "corrected/corrections.json", "corrected/md", "corrected/txt"}
        read = {"source", "pages/1", "pages/2", "result-1/document.json", "images/1-160.jpg"}
        assert kept(rig, id) == corrected | read
        again = client.post("/v1/jobs", content=scan()).headers["location"]
        assert client.get(f"{again}/corrections").json()["corrections"] == []
        assert kept(rig, again.rpartition("/")[2]) == {"source", "result/document.json"}
        assert client.put(f"{job}/corrections", json={"corrections": []}).json() == {"revision": "0"}
        assert kept(rig, id) == read


def test_of_a_job_that_is_forgotten_nothing_is_kept(rig: Rig):
    with rig.client() as client:
        job = seen_and_corrected(client)
        assert client.delete(f"{job}?forget=yes").status_code == 200
        assert kept(rig, job.rpartition("/")[2]) == set()


def test_when_its_time_is_over_all_of_a_job_goes(rig: Rig):
    with rig.client() as client:
        id = seen_and_corrected(client).rpartition("/")[2]
        rig.store.keep(id, -1.0)
        rig.run(Housekeeper(rig.store, rig.blobs, rig.clerk).sweep())
        assert kept(rig, id) == set()
