"""Asks remote endpoints: for SERVICE clauses, and the store that answers in the engine's place.

For SERVICE clauses: allowed origins only, checked addresses only. The store is the operator's own
choice: it may be anywhere, and what holds for a query holds for it (time, bytes).

Names are resolved once, every address is checked, and the connection goes to the very address
that was checked. An origin that is itself written as a loopback address is allowed by being
written down. Redirects are failures; proxies are never used.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from weihai_kg.engine.origins import DEFAULT_PORTS, mirrors, origin_of, store_of
from weihai_kg.errors import FederationError, RemoteTimeoutError
from weihai_kg.settings import Settings

_SHOWN = 300
_BLOCK = 64 * 1024
# Virtuoso says so when it stopped before the end.
_PARTIAL = ("X-SQL-State", "X-SPARQL-MaxRows")


@dataclass(frozen=True, slots=True)
class RemoteRequest:
    """What the engine sends to a remote endpoint."""

    body: bytes
    content_type: str
    accept: str


class Fetcher:
    """Fetches from remote endpoints within limits of time and size."""

    def __init__(self, settings: Settings) -> None:
        """Read the allowlist and the limits."""
        self._mirrors = mirrors(settings.federation)
        self._store = store_of(settings.store)
        self._settings = settings

    def fetch(self, iri: str, request: RemoteRequest) -> tuple[int, str, bytes]:
        """Status 200, content type and body; FederationError for whatever else comes."""
        call = self._call(iri)
        outcome: list[tuple[int, str, bytes] | FederationError] = []

        def run() -> None:
            try:
                outcome.append(call.fetch(request))
            except FederationError as error:
                outcome.append(error)

        # Name resolution knows no time limit: a thread may be left behind, a query may not.
        thread = threading.Thread(target=run, name="federation", daemon=True)
        thread.start()
        thread.join(call.seconds + 1.0)
        if not outcome:
            raise call.too_slow()
        if isinstance(outcome[0], FederationError):
            raise outcome[0]
        return outcome[0]

    def _call(self, iri: str) -> _Call:
        settings = self._settings
        if self._store and iri == self._store:
            return _Call(
                iri, f"The store <{iri}>", "query", settings.query_timeout, settings.query_bytes,
                anywhere=True,
            )  # fmt: skip
        origin = origin_of(iri) or ""
        mirror = self._mirrors.get(origin)
        if mirror is None:
            raise FederationError(f"SERVICE <{iri}> is not allowed here.")
        asked = iri if mirror == origin else mirror + _path(iri)
        host = urlsplit(asked).hostname or ""
        return _Call(
            asked, f"SERVICE <{iri}>", "federation", settings.federation_timeout,
            settings.federation_bytes, anywhere=_is_loopback_literal(host),
        )  # fmt: skip


class _Call:
    """One request to one endpoint, within its limits."""

    def __init__(
        self, address: str, name: str, limits: str, seconds: float, size: int, *, anywhere: bool
    ) -> None:
        """``limits`` begins the names of the settings; ``anywhere`` allows any address."""
        self.address = address
        self.name = name
        self.seconds = seconds
        self.anywhere = anywhere
        self.deadline = time.monotonic() + seconds
        self._limits = limits
        self._size = size

    def too_slow(self) -> RemoteTimeoutError:
        """The error of an endpoint that takes too long."""
        return RemoteTimeoutError(
            f"{self.name} took more than {self.seconds:g} s ({self._limits}_timeout)."
        )

    def fetch(self, request: RemoteRequest) -> tuple[int, str, bytes]:
        """Status 200, content type and body; FederationError for whatever else comes."""
        headers = {
            "Content-Type": request.content_type,
            "Accept": request.accept,
            "Accept-Encoding": "identity",
            "User-Agent": "weihai-kg (SPARQL federation)",
        }
        connection = _CheckedConnection(self)
        try:
            connection.request("POST", _path(self.address), request.body, headers)
            with connection.getresponse() as response:
                body = self._read(connection, response)
        except TimeoutError:
            raise self.too_slow() from None
        except (OSError, http.client.HTTPException) as error:
            raise FederationError(f"{self.name} failed: {error}") from None
        finally:
            connection.close()
        if response.status != 200:
            shown = body[:_SHOWN].decode(errors="replace")
            raise FederationError(
                f"{self.name} answered {response.status} {response.reason}: {shown}"
            )
        media_type = response.headers.get("Content-Type", "application/octet-stream")
        self._check_whole(response, media_type)
        return 200, media_type, body

    def _check_whole(self, response: http.client.HTTPResponse, media_type: str) -> None:
        """Refuse a part of an answer, and what may be one without telling."""
        if response.length:
            raise FederationError(f"{self.name} broke off: {response.length} bytes are missing.")
        if response.length is None and not response.chunked and not _ends_by_itself(media_type):
            raise FederationError(f"{self.name} did not tell the length of its answer.")
        if any(response.headers.get(name) for name in _PARTIAL):
            raise FederationError(f"{self.name} gave only a part of the answer.")

    def _read(self, connection: _CheckedConnection, response: http.client.HTTPResponse) -> bytes:
        body = bytearray()
        while True:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if connection.sock is not None:
                connection.sock.settimeout(left)
            block = response.read1(_BLOCK)
            body += block
            if not block:
                return bytes(body)
            if response.status != 200 and len(body) >= _SHOWN:
                return bytes(body)
            if len(body) > self._size:
                raise FederationError(
                    f"{self.name} answered more than {self._size:,} bytes ({self._limits}_bytes)."
                )


def _path(iri: str) -> str:
    parts = urlsplit(iri)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class _CheckedConnection(http.client.HTTPConnection):
    """An HTTP(S) connection that goes to a checked address or nowhere."""

    def __init__(self, call: _Call) -> None:
        parts = urlsplit(call.address)
        self._call = call
        self._scheme = parts.scheme
        super().__init__(parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme])
        self.default_port = DEFAULT_PORTS[parts.scheme]

    def connect(self) -> None:
        """Resolve, check each address, connect to the first that answers."""
        failure: OSError = OSError("no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(
            self.host, self.port, type=socket.SOCK_STREAM
        ):
            if not self._call.anywhere and not is_public(str(address[0])):
                raise FederationError(
                    f"{self._call.name}: {self.host} has the address {address[0]}, "
                    "which is not public."
                )
            connected = socket.socket(family, kind, protocol)
            connected.settimeout(max(0.01, self._call.deadline - time.monotonic()))
            try:
                connected.connect(address)
            except OSError as error:
                connected.close()
                failure = error
                continue
            if self._scheme == "https":
                context = ssl.create_default_context()
                connected = context.wrap_socket(connected, server_hostname=self.host)
            self.sock = connected
            return
        raise failure


def _ends_by_itself(media_type: str) -> bool:
    """Whether a reader of this format sees that its end is missing."""
    return "json" in media_type or "xml" in media_type


def _is_loopback_literal(host: str) -> bool:
    """Whether a host is a loopback address as people write it: 127.0.0.1, [::1], localhost."""
    return host in {"127.0.0.1", "::1", "localhost"}


def is_public(address: str) -> bool:
    """Whether an address is one of the public Internet, also when IPv6 wraps IPv4."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        for inner in (parsed.ipv4_mapped, parsed.sixtofour, _translated(parsed)):
            if inner is not None:
                parsed = inner
                break
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that NAT64 stands for."""
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
