"""Requests to other people's services: with a name, with patience, and never twice for one answer.

Every request says who asks (User-Agent: https://foundation.wikimedia.org/wiki/Policy:User-Agent),
waits as long as Retry-After says (RFC 9110, 10.2.3) or a little longer each time, gives up after a
few tries, and keeps what it got with its date, so that the next run does not ask again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests_cache import CachedSession
from urllib3.util import Retry

from weihai_kg import __version__
from weihai_kg.errors import WeihaiKGError

TRIES = 5
BACKOFF_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 120
CONNECT_TRIES = 3
CONNECT_SECONDS = 5.0
TIMEOUT_SECONDS = 60.0
WORTH_ANOTHER_TRY = (429, 500, 502, 503, 504)


class UnreachableError(WeihaiKGError):
    """Raised when a service cannot be reached or does not answer, after all tries."""


class AnswerError(WeihaiKGError):
    """Raised when a service answers with an error, or with something it should not."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON document and the day it was fetched (ISO 8601), which may be an earlier one."""

    document: Any
    fetched: str


class Web:
    """A session that is polite, patient and remembers; close it, or use it as a context."""

    def __init__(
        self, *, contact: str, cache: Path | None, days: float, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        """``contact``: an address that says who asks; ``cache``: a file, None for no memory."""
        self._timeout = (min(timeout, CONNECT_SECONDS), timeout)
        self._session: requests.Session
        if cache is None:
            self._session = requests.Session()
        else:
            cache.parent.mkdir(parents=True, exist_ok=True)
            self._session = CachedSession(
                str(cache.with_suffix("")),
                backend="sqlite",
                expire_after=timedelta(days=days),
                allowable_methods=("GET", "POST"),
            )
        retry = Retry(
            total=TRIES - 1,
            connect=CONNECT_TRIES - 1,
            backoff_factor=BACKOFF_SECONDS,
            backoff_max=LONGEST_WAIT_SECONDS,
            retry_after_max=LONGEST_WAIT_SECONDS,
            status_forcelist=WORTH_ANOTHER_TRY,
            allowed_methods=None,
            raise_on_status=False,
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))
        self._session.headers["User-Agent"] = f"weihai-kg/{__version__} ({contact})"
        self._session.headers["Accept"] = "application/json"

    def __enter__(self) -> Web:
        """The session itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close connections and cache."""
        self.close()

    def close(self) -> None:
        """Close connections and cache."""
        self._session.close()

    def get(self, url: str, parameters: Mapping[str, str]) -> Answer:
        """The JSON document of a GET request."""
        return self._ask("GET", url, params=dict(parameters))

    def post(self, url: str, form: Mapping[str, str]) -> Answer:
        """The JSON document of a POST request with a form."""
        return self._ask("POST", url, data=dict(form))

    def _ask(self, method: str, url: str, **what: Any) -> Answer:
        try:
            response = self._session.request(method, url, timeout=self._timeout, **what)
        except requests.exceptions.InvalidURL as error:
            raise AnswerError(f"{url} is not an address: {error}") from error
        except requests.exceptions.RequestException as error:
            reason = _reason(error)
            todo = "is this machine online? Run the command again when it is; nothing is lost"
            raise UnreachableError(f"{url} cannot be reached ({reason}): {todo}.") from error
        if response.status_code in WORTH_ANOTHER_TRY:
            said = f"{response.status_code} {response.reason}, {TRIES} times"
            todo = "run the command again later; nothing is lost"
            raise UnreachableError(f"{url} answered {said}: {todo}.")
        if not response.ok:
            raise AnswerError(f"{url} answered {response.status_code} {response.reason}.")
        try:
            document = response.json()
        except requests.exceptions.JSONDecodeError as error:
            raise AnswerError(f"{url} answered something that is not JSON: {error}") from error
        moment = getattr(response, "created_at", None) or datetime.now(UTC)
        return Answer(document, moment.date().isoformat())


def _reason(error: BaseException) -> str:
    """The innermost cause of a failure, in its own words."""
    text = str(error)
    inner: BaseException | None = error
    while inner is not None:
        reason = getattr(inner, "reason", None)
        arguments = [each for each in inner.args if isinstance(each, BaseException)]
        found = reason if isinstance(reason, BaseException) else next(iter(arguments), None)
        inner = found if found is not None else inner.__cause__
        text = str(inner) if inner is not None and str(inner) else text
    return text.rpartition(": ")[2] or text
