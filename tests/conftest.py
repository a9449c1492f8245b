"""What all tests share: the project's own sources, built once into one release."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

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
