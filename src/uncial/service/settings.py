"""What the service can be told: every setting once, with its default and its help; from `UNCIAL_…` variables or as arguments."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import DirectoryPath, Field, FilePath, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from uncial.cores import lent_cores
from uncial.errors import OptionInvalid
from uncial.options import MEBIBYTE, Limits, Options, describe

_LIMITS = {info.name: info for info in describe(Limits)}


def _limit(name: str) -> Any:
    """A setting that is one of the `Limits`, with the default, the bounds and the help that are declared there."""
    info = _LIMITS[name]
    return Field(info.default, ge=info.low, le=info.high, description=info.help)


class Settings(BaseSettings):
    """How the service runs. Raises `OptionInvalid` for a value that makes no sense."""

    model_config = SettingsConfigDict(env_prefix="UNCIAL_", env_ignore_empty=True, frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address to listen on; anything but this machine's own is open to others.")
    port: int = Field(5000, ge=0, le=65535, description="Port to listen on; 0 for any that is free.")
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("uncial", appauthor=False),
        description="Folder of everything that the service keeps.",
    )
    database: SecretStr = Field(
        SecretStr(""),
        description="URL of the database of jobs, such as postgresql://user@host/name; by default SQLite in the data folder.",
    )
    blobs: str = Field(
        "", description="Where documents and results lie, a folder or s3://bucket/prefix; by default the data folder."
    )
    blobs_endpoint: str = Field("", description="URL of an S3-compatible store that is not Amazon’s.")
    broker: SecretStr = Field(
        SecretStr(""),
        description="URL of the broker of workers elsewhere, amqp://… or redis://…; without one, jobs are done here.",
    )
    seal_key: SecretStr = Field(
        SecretStr(""),
        description="Key that seals the passwords of waiting jobs, from uncial keys seal; by default a file in the data folder.",
    )
    engine: str = Field(
        Options().engine, description="Engine that reads where a request names none; each worker loads it when it starts."
    )
    templates: Annotated[tuple[Path, ...], NoDecode] = Field(
        (), description="Files and folders of templates that the service knows, after those of a request; parted as in PATH."
    )
    models: DirectoryPath | None = Field(None, description="Folder of weight files that go before the installed ones.")
    weights: FilePath | None = Field(
        None, description="A recogniser of your own (ONNX) that reads all lines of the engines auto and neural."
    )
    workers: int | None = Field(
        None, ge=1, le=1024, description="Processes that read at the same time; by default one for every two cores."
    )
    threads: int | None = Field(
        None, ge=1, le=1024, description="Threads of each worker; by default the cores divided by the workers."
    )
    queue_size: int = Field(1000, ge=1, description="Jobs that may wait for a worker; one more is refused as service-busy.")
    page_time_limit: float = Field(
        60.0, gt=0, description="Seconds that one page may take; then it has failed, and the others go on."
    )
    time_limit: float = Field(1800.0, gt=0, description="Seconds that one document may take; what is read by then is the result.")
    wait_limit: float = Field(
        120.0, gt=0, description="Seconds that a request waits for its document; then it is answered with the job that goes on."
    )
    keep_seconds: float = Field(86400.0, ge=0, description="Seconds that a job and its results are kept after its end.")
    keep_waited_seconds: float = Field(
        600.0, ge=0, description="The same for a job that a request waited for, whose answer was its result."
    )
    lease_seconds: float = Field(
        15.0, ge=2, description="Seconds without a sign of life after which a worker’s job is given to another."
    )
    part_pages: int = Field(
        25,
        ge=0,
        description="Pages of the parts that large documents are split into where there are several workers; 0 for never.",
    )
    worker_max_jobs: int = Field(500, ge=1, description="Documents that a worker reads before a fresh one takes its place.")
    worker_max_memory: int = Field(
        2048 * MEBIBYTE,
        ge=1,
        description="Bytes of memory that a worker may hold after a document before a fresh one takes its place.",
    )
    worker_address_space: int = Field(
        8192 * MEBIBYTE,
        ge=0,
        description="Bytes of address space that a worker may have; what wants more fails, and the rest goes on; 0 for all.",
    )
    shutdown_seconds: int = Field(
        30, ge=0, description="Seconds that running requests get to finish when the service is stopped."
    )
    max_bytes: int = _limit("max_bytes")
    batch_max_bytes: int = Field(1024 * MEBIBYTE, ge=1, description="Bytes of all documents of one batch that is sent as a form.")
    max_pixels: int = _limit("max_pixels")
    max_pages: int = _limit("max_pages")
    fetch_seconds: float = _limit("fetch_seconds")
    fetch_allow: Annotated[tuple[str, ...], NoDecode] = _limit("fetch_allow")
    require_keys: bool = Field(
        False, description="Whether an API key is asked for even where none was ever made; where one was, it always is."
    )
    open: bool = Field(
        False, description="Whether to listen where others reach it without keys, because a proxy in front asks who is there."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Web pages that may use the service, by their origin, as https://app.example.org; * is any with a key."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="What webhooks are signed with whose jobs bring no secret of their own: whsec_ and base64.",
    )
    receive_seconds: float = Field(
        20.0, gt=0, description="Seconds that the headers of a request may take, and its body besides a second for each 16 KiB."
    )
    max_connections: int = Field(
        512,
        ge=1,
        description="Connections at a time; one more is let in for the oldest one that has asked for nothing yet, or not at all.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    log_file: Path | None = Field(
        None, description="File that gets the log besides standard error; it is rotated at 10 MiB, and five old ones are kept."
    )

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = str(first["loc"][0])
            raise OptionInvalid(
                f"The setting {name} is not valid: {first['msg']}.",
                hint=f"Mend the environment variable UNCIAL_{name.upper()}, or the argument that sets it.",
            ) from None

    @field_validator("fetch_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Hosts and networks in an environment variable are separated by commas or spaces."""
        return _LIMITS["fetch_allow"].parse(value) if isinstance(value, str) else value

    @field_validator("templates", mode="before")
    @classmethod
    def _split_paths(cls, value: object) -> object:
        """Paths in an environment variable are separated as those of PATH are."""
        return tuple(filter(None, value.split(os.pathsep))) if isinstance(value, str) else value

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        """Origins in an environment variable are separated by commas or spaces."""
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """An origin has a scheme and a host, and no path (RFC 6454, 6.2)."""
        if wrong := [origin for origin in value if not re.fullmatch(r"\*|[a-z][a-z0-9+.-]*://[^/?#\s@]+", origin)]:
            raise ValueError(f"“{wrong[0]}” is no origin")
        return value

    @property
    def limits(self) -> Limits:
        """What one document may cost."""
        return Limits(**{name: getattr(self, name) for name in _LIMITS})

    @property
    def workers_and_threads(self) -> tuple[int, int]:
        """How many workers there are, and how many threads each of them has."""
        return shares(lent_cores(), self.workers, self.threads)


def shares(cores: int, workers: int | None = None, threads: int | None = None) -> tuple[int, int]:
    """How many workers there are and how many threads each has: together they fill the cores and no more, unless told to."""
    workers = workers or max(1, cores // 2)
    return workers, threads or max(1, cores // workers)
