"""One server process at work: which requests are answered in the loop, and which by threads."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from io import BytesIO
from time import perf_counter

from weihai_kg.engine.request import Answer
from weihai_kg.engine.service import Begun, Engine
from weihai_kg.errors import OverloadedError, QueryError, WorkerLostError
from weihai_kg.server import writing
from weihai_kg.server.connection import Connection
from weihai_kg.server.incoming import Memory, Message
from weihai_kg.server.outgoing import CROWDED, Outgoing
from weihai_kg.server.pending import Pending, Query
from weihai_kg.server.spool import Spool
from weihai_kg.server.threads import Threads
from weihai_kg.settings import Settings
from weihai_kg.web.http.problem import Problem
from weihai_kg.web.http.request import GONE, Request
from weihai_kg.web.http.response import Reply
from weihai_kg.web.service import Asked, Service

logger = logging.getLogger(__name__)

# A query that takes longer gets a thread, which sees to its limits.
SOON = 0.2
_SPOOLED = 4
_BACKLOG = 256
_LONGEST_IN_LOOP = 64 * 1024
_QUERIES = ("/sparql", "/graph-store", "/graph/", "/readyz")


class Front:
    """Takes requests from connections and gives them replies."""

    def __init__(
        self, settings: Settings, engine: Engine, service: Service, tell: Callable[[int], None]
    ) -> None:
        """Made within the running loop; ``tell`` hears how many connections there are."""
        self._tell = tell
        self.settings = settings
        self.service = service
        self.memory = Memory()
        self.connections: set[Connection] = set()
        self.closing = False
        self.now = time.monotonic()
        self.date = writing.date()
        self._engine = engine
        self._loop = asyncio.get_running_loop()
        self._spool = Spool(_SPOOLED * settings.query_bytes)
        waiting = 2 * (settings.queue_length + settings.workers)
        self._queries = Threads("queries", waiting, 0)
        self._pages = Threads("pages", settings.threads, _BACKLOG)
        # By the descriptor of the worker's socket. The loop goes on listening to a worker that has
        # answered: it is likely to be asked again, and each change costs two calls to the system.
        # Without a connection: its client has gone.
        self._begun: dict[int, tuple[Begun, Connection | None, Message, Asked, float]] = {}
        self._heard: dict[int, object] = {}
        self._watching = False
        self._pending = Pending(self._loop, settings.queue_length, self._begin, self._queue)

    def join(self, connection: Connection) -> None:
        """Take on a connection."""
        self.connections.add(connection)
        self._tell(len(self.connections))

    def leave(self, connection: Connection) -> None:
        """Let go of a connection."""
        self.connections.discard(connection)
        self._tell(len(self.connections))

    def tick(self) -> None:
        """Once a second: what time it is, and who has taken too long."""
        self.now = time.monotonic()
        self.date = writing.date()
        for connection in [*self.connections]:
            connection.look(self.now)

    def serve(self, connection: Connection, message: Message) -> None:
        """See to it that the connection gets a reply to the message."""
        started = perf_counter()
        request = self._request(connection, message)
        if message.problem is not None:
            connection.send(self.service.refuse(request, message.problem, started))
            return
        path = message.environ["PATH_INFO"]
        if (
            path == "/sparql"
            and len(message.body) + len(message.environ["QUERY_STRING"]) < _LONGEST_IN_LOOP
            and request.method in ("GET", "HEAD", "POST")
        ):
            found = self.service.begin(request, started)
            if isinstance(found, Asked):
                self._ask(connection, message, found)
                return
            if found is not None and found.body is not None:
                connection.send(found)
                return
        elif path == "/healthz":
            connection.send(self.service.answer(request, started))
            return
        threads = self._queries if path.startswith(_QUERIES) else self._pages

        def answer() -> None:
            self._deliver(connection, message, request, self.service.answer(request, started))

        if not threads.submit(lambda: self._try(connection, answer)):
            self._refuse(connection, request, started)

    def _request(self, connection: Connection, message: Message) -> Request:
        environ = message.environ | {
            "REMOTE_ADDR": connection.client,
            "wsgi.input": BytesIO(message.body),
            GONE: connection.is_gone,
        }
        request_id = self.service.ids.take(environ.get("HTTP_X_REQUEST_ID"))
        return Request(environ, self.settings, request_id, message.identity)

    def _ask(self, connection: Connection, message: Message, asked: Asked) -> None:
        """Put a query to an idle worker, or have it wait for one."""
        query = Query(connection, message, asked, time.monotonic())
        try:
            if self._begin(query):
                return
        except QueryError as error:
            connection.send(self.service.fail(asked, error))
            return
        if self._pending.add(query):
            connection.on_gone(lambda: self._withdraw(query))
        else:
            self._queue(query)

    def _queue(self, query: Query) -> None:
        """Have a thread wait for a worker."""
        asked = query.asked
        self._wait(query.connection, query.message, asked, lambda: self._engine.query(asked.query))

    def _withdraw(self, query: Query) -> None:
        """The client of a query that waits has gone."""
        if self._pending.withdraw(query):
            self._let_go(query.asked)

    def _let_go(self, asked: Asked) -> None:
        """Note that nobody waits for an answer any more."""
        self.service.fail(asked, WorkerLostError("The client went away.")).over(0, False)

    def _begin(self, query: Query) -> bool:
        """Have an idle worker begin with a query, and listen to it; False if all are busy."""
        begun = self._engine.begin(query.asked.query)
        if begun is None:
            return False
        connection = query.connection
        descriptor = begun.fileno()
        now = time.monotonic()
        self._begun[descriptor] = begun, connection, query.message, query.asked, now
        if self._heard.get(descriptor) is not begun.channel:
            self._ignore(descriptor)  # of a worker that has ended, and whose number is used again
            self._heard[descriptor] = begun.channel
            self._loop.add_reader(descriptor, self._look, descriptor)
            # The loop makes it one that never waits; a thread that takes over has to wait on it.
            os.set_blocking(descriptor, True)
        connection.on_gone(lambda: self._give_up(descriptor, begun))
        if not self._watching:
            self._watching = True
            self._loop.call_later(SOON, self._watch)
        return True

    def _look(self, descriptor: int) -> None:
        """A worker has something to say, or has ended, or was asked by a thread."""
        told = self._begun.get(descriptor)
        if told is None:
            self._ignore(descriptor)
            return
        begun, connection, message, asked, _ = told
        found = begun.look()
        if found is False:
            return
        del self._begun[descriptor]
        if not isinstance(found, Answer):
            self._ignore(descriptor)
        if connection is None:
            begun.close()
        elif not isinstance(found, Answer):
            self._wait(connection, message, asked, begun.wait)
        elif asked.is_quick(found):
            connection.send(self.service.resume(asked, found))
        else:
            self._wait(connection, message, asked, lambda: found)
        self._pending.take_up()

    def forget(self, descriptor: int) -> None:
        """Take note that a client has this descriptor now.

        The worker that had it has ended; as long as the loop listened to it, the loop would take
        no connection of that number, and its client would wait in vain.
        """
        self._ignore(descriptor)

    def _ignore(self, descriptor: int) -> None:
        """Listen no more to what has this descriptor."""
        if self._heard.pop(descriptor, None) is not None:
            self._loop.remove_reader(descriptor)

    def _watch(self) -> None:
        """Give queries that take long a thread each."""
        now = time.monotonic()
        for descriptor, (begun, connection, message, asked, since) in [*self._begun.items()]:
            if now - since < SOON / 2:
                break
            self._ignore(descriptor)
            del self._begun[descriptor]
            if connection is None:
                begun.close()
            else:
                self._wait(connection, message, asked, begun.wait, begun.close)
        self._watching = bool(self._begun)
        if self._watching:
            self._loop.call_later(SOON, self._watch)

    def _give_up(self, descriptor: int, begun: Begun) -> None:
        """The client of a query has gone."""
        found = self._begun.get(descriptor)
        if found is None or found[0] is not begun:
            return
        _, _, message, asked, since = found
        if begun.is_quick:
            # Another worker would cost more than the rest of this query; it has until _watch.
            self._begun[descriptor] = begun, None, message, asked, since
        else:
            self._ignore(descriptor)
            del self._begun[descriptor]
            begun.close()
        self._let_go(asked)

    def _wait(
        self, connection: Connection, message: Message, asked: Asked,
        ask: Callable[[], Answer], close: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        """Have a thread wait for an answer."""

        def answer() -> None:
            try:
                found = ask()
            except QueryError as error:
                reply = self.service.fail(asked, error)
            else:
                reply = self.service.resume(asked, found)
            self._deliver(connection, message, asked.request, reply)

        if not self._queries.submit(lambda: self._try(connection, answer)):
            if close is not None:
                close()
            connection.send(self.service.fail(asked, OverloadedError("Too many queries run.")))

    def _deliver(
        self, connection: Connection, message: Message, request: Request, reply: Reply
    ) -> None:
        """Send a reply, from a thread."""
        if reply.body is None and reply.spools and self._spool.is_crowded:
            reply.over(0, False)
            reply = self.service.refuse_query(request, OverloadedError(CROWDED))
        if reply.body is not None:
            self._loop.call_soon_threadsafe(connection.send, reply)
            return
        Outgoing(
            connection, message, reply, self._loop, self._spool, self._again,
            lambda error: self.service.refuse_query(request, error),
        ).pull()  # fmt: skip

    def _try(self, connection: Connection, job: Callable[[], None]) -> None:
        """Do a job for a connection; if that fails, nobody is left waiting."""
        try:
            job()
        except Exception:
            logger.exception("A request was not answered.")
            self._loop.call_soon_threadsafe(connection.break_off)

    def _again(self, job: Callable[[], None]) -> None:
        """Have a thread go on with a stream, as soon as there is one."""
        if not self._pages.submit(job):
            self._loop.call_later(SOON, self._again, job)

    def _refuse(self, connection: Connection, request: Request, started: float) -> None:
        problem = Problem(
            503, "Too many requests are being answered.", todo="Try again in a moment.",
            headers=[("Retry-After", "1")],
        )  # fmt: skip
        connection.send(self.service.refuse(request, problem, started))
