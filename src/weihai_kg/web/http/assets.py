"""Files of the site itself: coded once and kept, under the tag that they have as files."""

from __future__ import annotations

from weihai_kg.web.http.response import Response

PATH = "/static/"
_OWN = ("etag", "last-modified", "cache-control", "accept-ranges", "content-disposition")


def keep(response: Response, version: str) -> None:
    """Give a whole file the key that it is kept by; any other response stays as it is."""
    tag = response.header("ETag")
    if response.status == 200 and response.body is not None and tag:
        response.headers = [pair for pair in response.headers if pair[0].lower() not in _OWN]
        response.version, response.key = version, (PATH, tag)
