"""What all tests share: the project's own sources, built once into one release."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.chromium import CHROMIUM, FLAGS, PHONE
from tests.missing import missing

from weihai_kg.build import build
from weihai_kg.release import NQUADS, Release
from weihai_kg.settings import Settings

PROJECT = Path(__file__).parents[1]


def pytest_report_header() -> list[str]:
    """What the figures of this run rest on."""
    return [f"pyoxigraph {ox.__version__}, CI={os.environ.get('CI', '')}"]


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder that holds ontology/, data/ and queries/."""
    return PROJECT


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the project's release in it, built once per run."""
    folder = tmp_path_factory.mktemp("releases")
    build(Settings(project=PROJECT, releases=folder))
    return folder


@pytest.fixture(scope="session")
def release(releases: Path) -> Release:
    """The project's release."""
    return Release((releases / "current").resolve())


@pytest.fixture(scope="session")
def store(release: Release) -> ox.Store:
    """The release's dataset, in an engine of the test's own."""
    store = ox.Store()
    store.bulk_load(path=str(release.path / NQUADS), format=ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        missing("Chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, site):
    """Open an address; afterwards, no error was in the console and no other host was asked."""
    wrong, contexts = [], []
    root = f"http://127.0.0.1:{site.port}"

    def visit(path, viewport=PHONE):
        context = browser.new_context(viewport=viewport, locale="en-GB")
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(root) else wrong.append(r.url))
        page.goto(root + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert wrong == []
