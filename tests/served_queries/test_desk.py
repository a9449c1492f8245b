"""What the pages are made from: answers kept in memory, labels, addresses."""

from __future__ import annotations

import shutil
import time

import pytest

from weihai_kg.engine.request import Form
from weihai_kg.engine.service import Engine
from weihai_kg.release import Release, make_current
from weihai_kg.settings import Settings
from weihai_kg.web.backend import Releases
from weihai_kg.web.page import Context
from weihai_kg.web.queries.desk import Desk
from weihai_kg.web.queries.run import Kept, fetch, prepare
from weihai_kg.web.queries.view import address
from weihai_kg.web.queries.warming import Warming
from weihai_kg.web.tables.result import Result

BASE = "https://w3id.org/weihai-kg/"


@pytest.fixture(scope="module")
def desk(releases):
    settings = Settings(releases=releases, workers=1)
    engine = Engine.start(releases / "current", settings)
    made = Desk(Context(settings, engine, Releases(settings)))
    yield made
    made.archive.close()
    engine.close()


def until(reached):
    """Wait for something that happens in the background."""
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_saved_queries_are_warm_soon_after_the_start_and_after_a_new_release(release, tmp_path):
    second = "9.0.0+second"
    for version in (release.version, second):
        shutil.copytree(release.path, tmp_path / "releases" / version)
    make_current(tmp_path, Release(tmp_path / "releases" / release.version))
    settings = Settings(releases=tmp_path, workers=1)
    engine = Engine.start(tmp_path / "current", settings)
    desk = Desk(Context(settings, engine, Releases(settings)))
    warming = Warming(desk, lambda: engine.version, engine.stats, pause=0.001, look=0.02)
    warming.start()
    try:
        for version in (release.version, second):
            make_current(tmp_path, Release(tmp_path / "releases" / version))
            until(lambda version=version: warming.warm == version)
            for query in desk.library(version).queries.values():
                if query.remote:
                    continue
                form = "ttl" if query.form in (Form.CONSTRUCT, Form.DESCRIBE) else "json"
                assert fetch(prepare(query, {}), asked_again, form, desk.kept, version).body
    finally:
        warming.stop()
        desk.archive.close()
        engine.close()


def asked_again(request):
    raise AssertionError("this answer was not kept")


def test_labels_are_in_the_language_that_is_asked_for(desk):
    iri = BASE + "id/japan"
    assert desk.labels(desk.library(), [iri, "not an iri> ?x"], "zh") == {iri: "日本"}
    assert desk.labels(desk.library(), [iri], "en") == {iri: "Japan"}


def test_kept_is_bounded():
    kept = Kept(limit=40)
    for number in range(10):
        kept.put(number, Result(Form.SELECT, "json", b"x" * 10, "1"))
    assert [number for number in range(10) if kept.get(number)] == [6, 7, 8, 9]
    kept.put("large", Result(Form.SELECT, "json", b"x" * 11, "1"))
    assert kept.get("large") is None


@pytest.mark.parametrize(
    ("iri", "href"),
    [
        (BASE + "id/japan", "/id/japan"), (BASE + "ontology#City", "/ontology#City"),
        (BASE + "/evil.example/x", BASE + "/evil.example/x"),
        ("http://example.org/", "http://example.org/"),
        ("javascript:alert(1)", ""), ("data:text/html,x", ""), ("urn:x:y", ""),
        ("http://[broken", ""),
    ],
)  # fmt: skip
def test_a_link_leads_here_or_to_http_or_nowhere(iri, href):
    assert address(iri, BASE)[0] == href
