"""Journeys in a real browser: the system's Chromium, which asks no host but the server."""

from __future__ import annotations

import os
import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
READ = [
    "/", "/figures", "/ontology", "/about", "/search?q=trade", "/page/incheon", "/page/hostile",
    "/article/weihai-japan-korea", "/article/weihai-japan-korea/444-495", "/downloads",
]  # fmt: skip


def missing(what):
    """Skip where there is no browser; in CI that is a failure."""
    message = f"{what} is not installed here"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


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


@pytest.mark.parametrize("path", READ)
def test_page_fits_a_phone_and_axe_finds_nothing(visit, path):
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    page = visit(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_journalist_finds_the_trade_figure_with_its_words(visit):
    page = visit("/")
    page.fill("#q", "imports and exports with Japan")
    page.wait_for_selector("#suggestions [role=option]")
    assert page.get_attribute("#q", "aria-expanded") == "true"
    page.press("#q", "ArrowDown")
    chosen = page.get_attribute("#q", "aria-activedescendant")
    assert page.get_attribute(f"#{chosen}", "aria-selected") == "true"
    page.press("#q", "Enter")
    page.wait_for_url("**/page/**")
    page.goto(f"{page.url.partition('/page/')[0]}/figures")
    page.fill("#filter", "72.95 billion")
    assert page.inner_text("#filter-count").startswith("1 /")
    page.click("#figures tbody tr:not([hidden]) td:last-child a")
    page.wait_for_selector("a.q.hit")
    assert "729.5亿元" in "".join(page.locator("a.q.hit").all_inner_texts())


def test_suggestions_close_and_stay_closed(visit):
    page = visit("/", DESK)
    page.fill("#q", "pingze")
    page.wait_for_selector("#suggestions [role=option]")
    assert "Pyeongtaek" in page.inner_text("#suggestions")
    page.press("#q", "ArrowUp")
    page.press("#q", "Escape")
    assert page.is_hidden("#suggestions")
    assert page.get_attribute("#q", "aria-activedescendant") is None
    assert page.get_attribute("#q", "aria-expanded") == "false"


def test_a_curator_sees_what_a_passage_yielded(visit):
    page = visit("/article/weihai-japan-korea#char=444,495", DESK)
    page.click("a.q.hit >> nth=0")
    page.wait_for_selector("#panel:not([hidden]) .reading")
    assert "February 2025" in page.inner_text("#panel")
    page.keyboard.press("Escape")
    assert page.is_hidden("#panel")


def test_figures_sort(visit):
    page = visit("/figures", DESK)
    page.click("#figures thead button >> nth=1")
    first = page.locator("#figures tbody tr").first.locator("td").first
    low = float(first.get_attribute("data-value"))
    page.click("#figures thead button >> nth=1")
    assert float(first.get_attribute("data-value")) > low
