"""Running the service: a listening socket, the workers, and uvicorn between them."""

from __future__ import annotations

import ipaddress
import logging
import socket
import sys
from contextlib import suppress

import uvicorn

import uncial
from uncial.engines import EngineConfig
from uncial.errors import OptionInvalid
from uncial.service.app import build_app
from uncial.service.executor import LocalExecutor
from uncial.service.logs import start_log
from uncial.service.settings import Settings
from uncial.service.spool import Spool
from uncial.service.work import Plan

log = logging.getLogger(__name__)


def serve(settings: Settings, plan: Plan | None = None) -> None:
    """Answer HTTP requests until the process is told to stop. Raises `OptionInvalid` or `OutputError` where it cannot begin.

    `plan` is what the workers are told; it follows from the settings, and only tests give another.
    """
    start_log(settings.log_level, settings.log_file)
    with _listen(settings) as listener, Spool.open(settings.data_dir) as spool:
        app = build_app(settings, local_executor(settings, plan or plan_of(settings)), spool)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="on",
            http="h11",
            ws="none",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=settings.shutdown_seconds,
        )
        with suppress(KeyboardInterrupt):
            _Server(config, settings).run(sockets=[listener])


def plan_of(settings: Settings) -> Plan:
    """What the settings mean for a worker."""
    config = EngineConfig(threads=settings.workers_and_threads[1], models=settings.models)
    return Plan(settings.engine, config, sys_path=tuple(sys.path))


def local_executor(settings: Settings, plan: Plan) -> LocalExecutor:
    """Worker processes on this machine, as many as the settings say."""
    return LocalExecutor(
        plan,
        settings.workers_and_threads[0],
        queue_size=settings.queue_size,
        max_jobs=settings.worker_max_jobs,
        max_memory=settings.worker_max_memory,
    )


class _Server(uvicorn.Server):
    """Uvicorn, which says in our words when it is ready."""

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self._settings = settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        assert sockets
        host, port = sockets[0].getsockname()[:2]
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        workers, threads = self._settings.workers_and_threads
        log.info(f"Uncial {uncial.__version__} answers on {url}", extra={"url": url, "workers": workers, "threads": threads})
        if not ipaddress.ip_address(host).is_loopback:
            log.warning("Whoever reaches this address can use the service: there are no keys yet.", extra={"url": url})


def _listen(settings: Settings) -> socket.socket:
    """A socket that listens where the settings say. Raises `OptionInvalid` where it cannot."""
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise OptionInvalid(
            f"The service cannot listen on {settings.host}, port {settings.port}: {error.strerror or error}.",
            hint="Choose another with --port, or UNCIAL_PORT.",
        ) from error
