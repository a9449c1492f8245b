"""Asks remote endpoints for SERVICE clauses: allowed origins only, checked addresses only.

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

from weihai_kg.engine.origins import DEFAULT_PORTS, mirrors, origin_of
from weihai_kg.errors import FederationError
from weihai_kg.settings import Settings

_SHOWN = 300
_BLOCK = 64 * 1024


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
        self._timeout = settings.federation_timeout
        self._bytes = settings.federation_bytes

    def fetch(self, iri: str, request: RemoteRequest) -> tuple[int, str, bytes]:
        """Status 200, content type and body; FederationError for whatever else comes."""
        mirror = self._mirrors.get(origin_of(iri) or "")
        if mirror is None:
            raise FederationError(f"SERVICE <{iri}> is not allowed here.")
        asked = iri if mirror == origin_of(iri) else mirror + _path(iri)
        outcome: list[tuple[int, str, bytes] | FederationError] = []
        deadline = time.monotonic() + self._timeout

        def run() -> None:
            try:
                outcome.append(self._fetch(iri, asked, request, deadline))
            except FederationError as error:
                outcome.append(error)

        # Name resolution knows no time limit: a thread may be left behind, a query may not.
        thread = threading.Thread(target=run, name="federation", daemon=True)
        thread.start()
        thread.join(self._timeout + 1.0)
        if not outcome:
            raise self._too_slow(iri)
        if isinstance(outcome[0], FederationError):
            raise outcome[0]
        return outcome[0]

    def _too_slow(self, iri: str) -> FederationError:
        return FederationError(
            f"SERVICE <{iri}> took more than {self._timeout:g} s (federation_timeout)."
        )

    def _fetch(
        self, iri: str, asked: str, request: RemoteRequest, deadline: float
    ) -> tuple[int, str, bytes]:
        """What the endpoint at ``asked`` answers, which a query calls ``iri``."""
        headers = {
            "Content-Type": request.content_type,
            "Accept": request.accept,
            "Accept-Encoding": "identity",
            "User-Agent": "weihai-kg (SPARQL federation)",
        }
        connection = _CheckedConnection(asked, deadline)
        try:
            connection.request("POST", _path(asked), request.body, headers)
            with connection.getresponse() as response:
                body = self._read(iri, connection, response, deadline)
        except TimeoutError:
            raise self._too_slow(iri) from None
        except (OSError, http.client.HTTPException) as error:
            raise FederationError(f"SERVICE <{iri}> failed: {error}") from None
        finally:
            connection.close()
        if response.status != 200:
            shown = body[:_SHOWN].decode(errors="replace")
            raise FederationError(
                f"SERVICE <{iri}> answered {response.status} {response.reason}: {shown}"
            )
        return 200, response.headers.get("Content-Type", "application/octet-stream"), body

    def _read(
        self,
        iri: str,
        connection: _CheckedConnection,
        response: http.client.HTTPResponse,
        deadline: float,
    ) -> bytes:
        body = bytearray()
        while True:
            left = deadline - time.monotonic()
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
            if len(body) > self._bytes:
                raise FederationError(
                    f"SERVICE <{iri}> answered more than {self._bytes:,} bytes (federation_bytes)."
                )


def _path(iri: str) -> str:
    parts = urlsplit(iri)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class _CheckedConnection(http.client.HTTPConnection):
    """An HTTP(S) connection that goes to a checked address or nowhere."""

    def __init__(self, iri: str, deadline: float) -> None:
        parts = urlsplit(iri)
        self._iri = iri
        self._scheme = parts.scheme
        self._deadline = deadline
        super().__init__(parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme])
        self.default_port = DEFAULT_PORTS[parts.scheme]

    def connect(self) -> None:
        """Resolve, check each address, connect to the first that answers."""
        literal = _is_loopback_literal(self.host)
        failure: OSError = OSError("no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(
            self.host, self.port, type=socket.SOCK_STREAM
        ):
            if not literal and not is_public(str(address[0])):
                raise FederationError(
                    f"SERVICE <{self._iri}>: {self.host} has the address {address[0]}, "
                    "which is not public."
                )
            connected = socket.socket(family, kind, protocol)
            connected.settimeout(max(0.01, self._deadline - time.monotonic()))
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
