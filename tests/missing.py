"""What a test needs and this machine lacks."""

from __future__ import annotations

import os

import pytest


def missing(what):
    """Skip where it is not installed; in CI that is a failure."""
    message = f"{what} is not installed here"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
