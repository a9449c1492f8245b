"""The service as processes on a port: HTTP/1.1 in an event loop, in front of weihai_kg.web."""

from weihai_kg.server.running import serve
from weihai_kg.server.single import get

__all__ = ["get", "serve"]
