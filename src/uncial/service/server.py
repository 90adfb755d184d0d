"""Running the service: a listening socket, the workers, and uvicorn between them."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from contextlib import suppress
from types import FrameType

import uvicorn

import uncial
from uncial.errors import OptionInvalid
from uncial.jobs.wire import Plan
from uncial.service.access import refuse_open_door
from uncial.service.app import build_app
from uncial.service.assembly import Service, assemble, plan_of
from uncial.service.connections import connections
from uncial.service.logs import log_settings, start_log
from uncial.service.settings import Settings
from uncial.service.spool import Spool

log = logging.getLogger(__name__)


def serve(settings: Settings, plan: Plan | None = None) -> None:
    """Answer HTTP requests until the process is told to stop. Raises `OptionInvalid` or `OutputError` where it cannot begin.

    `plan` is what the workers are told; it follows from the settings, and only tests give another.
    """
    start_log(settings.log_level, settings.log_file)
    log_settings(settings)
    with _listen(settings) as listener, Spool.open(settings.data_dir) as spool:
        service = assemble(settings, spool, plan or plan_of(settings))
        refuse_open_door(settings, service.keys)
        config = uvicorn.Config(
            build_app(service),
            log_config=None,
            access_log=False,
            lifespan="on",
            http=connections(settings.receive_seconds, settings.max_connections),
            ws="none",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=settings.shutdown_seconds,
        )
        with suppress(KeyboardInterrupt):
            _Server(config, service).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Uvicorn, which says in our words when it is ready, and can be told twice to stop."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        assert sockets
        self._loop = asyncio.get_running_loop()
        host, port = sockets[0].getsockname()[:2]
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        workers, threads = self._service.settings.workers_and_threads
        log.info(f"Uncial {uncial.__version__} answers on {url}", extra={"url": url, "workers": workers, "threads": threads})

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        seconds = self._service.settings.shutdown_seconds
        log.info("It stops; told to once more, it gives back what is being read.", extra={"seconds": seconds})
        self._service.stop()  # so that nobody waits for what will not be begun
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at the first signal, and without waiting at a second: uvicorn's own way would leave jobs to their leases."""
        if self.should_exit and self._loop:
            self._loop.call_soon_threadsafe(self._hurry)
        else:
            super().handle_exit(sig, frame)

    def _hurry(self) -> None:
        self._service.hurry()
        for request in self.server_state.tasks:
            request.cancel()


def _listen(settings: Settings) -> socket.socket:
    """A socket that listens where the settings say. Raises `OptionInvalid` where it cannot."""
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
        # Connections inherit it. Without it, the body of an answer waits 40 ms for the client's acknowledgement of the head.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        raise OptionInvalid(
            f"The service cannot listen on {settings.host}, port {settings.port}: {_reason(error)}.",
            hint="Choose another with --port, or UNCIAL_PORT.",
        ) from error


def _reason(error: OSError) -> str:
    """What the system says; Python says the address once more behind it."""
    return os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
