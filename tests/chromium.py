"""The system's Chromium, and the sizes of screen it is tried with."""

from __future__ import annotations

import os
import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def missing(what):
    """Skip where there is no browser; in CI that is a failure."""
    message = f"{what} is not installed here"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
