"""One server process: its loop, the connections that it accepts, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import resource
import signal
import socket

import uvloop

from weihai_kg.engine.service import Engine
from weihai_kg.server.board import Board
from weihai_kg.server.connection import Connection
from weihai_kg.server.front import Front
from weihai_kg.settings import Settings
from weihai_kg.web.service import Service

MOST_CONNECTIONS = 4096
_MOST_TURNS = 8
_LAST_LOOK = 0.05


class Acceptor:
    """Takes connections from a socket that all server processes share, the idlest one first."""

    def __init__(self, front: Front, listener: socket.socket, board: Board) -> None:
        """``board`` tells how many connections each process has."""
        self._front = front
        self._listener = listener
        self._board = board
        self._loop = asyncio.get_running_loop()
        self._taking: set[asyncio.Task[object]] = set()
        self._open = True
        self._listen()

    def close(self) -> None:
        """Take no more."""
        self._open = False
        self._loop.remove_reader(self._listener)
        self._listener.close()

    def _listen(self) -> None:
        if self._open:
            self._loop.add_reader(self._listener, self._ready)

    def _ready(self) -> None:
        """Take a connection, but let a process that has fewer be first.

        If none comes within a few turns of the loop, this one takes it all the same.
        """
        ahead = self._board.ahead
        if ahead:
            self._loop.remove_reader(self._listener)
            self._yield(min(ahead, _MOST_TURNS))
        else:
            self._accept()

    def _yield(self, turns: int) -> None:
        if turns:
            self._loop.call_soon(self._yield, turns - 1)
        elif self._open:
            self._accept()
            self._listen()

    def _accept(self) -> None:
        try:
            connected, address = self._listener.accept()
        except OSError:
            return
        self._front.forget(connected.fileno())
        connected.setblocking(False)
        client = address[0] if isinstance(address, tuple) else ""
        task = self._loop.create_task(self._take(connected, client))
        self._taking.add(task)
        task.add_done_callback(self._taking.discard)

    async def _take(self, connected: socket.socket, client: str) -> None:
        connections = self._front.connections
        if len(connections) >= MOST_CONNECTIONS:
            waiting = [each for each in connections if each.waits_for_client]
            if not waiting:
                connected.close()
                return
            min(waiting, key=lambda each: each.patience.since).break_off()
        with contextlib.suppress(OSError):
            await self._loop.connect_accepted_socket(
                lambda: Connection(self._front, connected, client), connected
            )


def run(
    settings: Settings, engine: Engine, service: Service, listener: socket.socket, board: Board
) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is running within the grace time."""
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS * 2
    if files < wanted:
        limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
    gc.collect()
    gc.freeze()
    uvloop.run(_run(settings, engine, service, listener, board))
    service.close()


async def _run(
    settings: Settings, engine: Engine, service: Service, listener: socket.socket, board: Board
) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    front = Front(settings, engine, service, board.tell)
    acceptor = Acceptor(front, listener, board)
    while not ended.is_set():
        front.tick()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), 1.0)
    acceptor.close()
    front.closing = True
    end = loop.time() + settings.grace
    while front.connections and loop.time() < end:
        for connection in [*front.connections]:
            connection.close_if_idle()
        await asyncio.sleep(_LAST_LOOK)
    for connection in [*front.connections]:
        connection.break_off()
