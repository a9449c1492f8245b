"""Journeys in a real browser: the system's Chromium, which asks no host but the server."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.chromium import DESK, PHONE
from tests.missing import missing

PROJECT = Path(__file__).parents[2]
PRINTED = (PROJECT / "data/articles/weihai-japan-korea/article.txt").read_bytes().decode()
WHY = "/why?query=cities-in-a-country&binding-city=id:tokyo"
READ = [
    "/", "/figures", "/ontology", "/about", "/search?q=trade", "/page/incheon", "/page/hostile",
    "/article/weihai-japan-korea", "/article/weihai-japan-korea/444-495", "/downloads",
    "/timeline", "/network", "/map", "/page/sino-korean-skills-conference-1",
    "/queries/changes", "/queries/editions-and-series",
    "/search?q=alert", "/queries", "/queries/routes", "/queries/search?text=alert", "/why", WHY,
    "/why?s=id:weihai&p=wkg:linkedTo&o=id:japan", "/page/weihai", "/page/obs-trade-value",
    "/reconcile?format=html",
]  # fmt: skip


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
    page.wait_for_timeout(600)  # longer than a pointer must rest on a passage to open it
    assert page.is_hidden("#panel")


def test_closing_at_once_is_not_undone_by_the_pointer_still_resting_there(visit):
    page = visit("/article/weihai-japan-korea", DESK)
    page.evaluate(
        """new MutationObserver((changes, observer) => {
            observer.disconnect();
            document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
        }).observe(document.querySelector("#panel-body"), { childList: true })"""
    )
    page.click("#l8 a.q >> nth=0")
    page.wait_for_selector("#panel .reading", state="attached")
    page.wait_for_timeout(600)
    assert page.is_hidden("#panel")


def test_a_passage_named_by_characters_is_marked_exactly(visit):
    page = visit("/article/weihai-japan-korea#char=446,448", DESK)
    page.wait_for_selector("a.q.hit")
    marked = page.evaluate("[...CSS.highlights.get('asked')].map(String).join('')")
    assert marked == PRINTED[446:448]
    page.evaluate("location.hash = '#char=200,260'")
    page.wait_for_function("[...CSS.highlights.get('asked')].map(String).join('').length > 50")
    marked = page.evaluate("[...CSS.highlights.get('asked')].map(String).join('')")
    assert marked == PRINTED[200:260].replace("\n", "")


def test_article_with_the_keyboard_and_back_to_the_words(visit):
    page = visit("/article/weihai-japan-korea", DESK)
    page.focus("#l8 a.q >> nth=0")
    page.keyboard.press("Tab")
    page.wait_for_selector("#panel:not([hidden]) .reading")
    page.hover("#panel .reading >> nth=0")
    start, end = page.get_attribute("#panel .reading >> nth=0", "data-span").split(",")
    page.wait_for_function("CSS.highlights.get('asked')?.size > 0")
    marked = page.evaluate("[...CSS.highlights.get('asked')].map(String).join('')")
    assert marked == PRINTED[int(start) : int(end)]
    page.click("#l8 ~ .notes summary >> nth=0")
    assert page.is_visible("#l8 ~ .notes details[open] p")


def test_notes_come_below_the_paragraph_on_a_phone_and_beside_it_on_a_desk(visit):
    boxes = "[document.querySelector('#l8'), document.querySelector('#l8 ~ .notes')]" \
        ".map(e => e.getBoundingClientRect())"  # fmt: skip
    text, notes = visit("/article/weihai-japan-korea").evaluate(boxes)
    assert notes["top"] >= text["bottom"]
    text, notes = visit("/article/weihai-japan-korea", DESK).evaluate(boxes)
    assert notes["left"] >= text["right"]
    assert notes["top"] < text["bottom"]


def test_article_reads_without_javascript(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport=DESK)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}/article/weihai-japan-korea")
    page.click("#l8 a.q >> nth=0")
    assert "/article/weihai-japan-korea/" in page.url
    assert page.is_visible("#passage .reading")
    page.click("main > p a")
    assert "#char=" in page.url
    page.goto(f"http://127.0.0.1:{site.port}/search?q=renchuan")
    assert page.locator(".results a[href^='/page/incheon']").count() >= 1
    context.close()


def test_an_answer_leads_to_the_reasons_of_a_row(visit):
    page = visit("/queries/cities-in-a-country?country=id:south-korea", DESK)
    page.click("table.answer td.why a >> nth=0")
    page.wait_for_selector(".explanation blockquote")
    assert "/why?query=cities-in-a-country&param-country=id%3Asouth-korea" in page.url
    page.click(".explanation blockquote a >> nth=0")
    page.wait_for_selector("a.q.hit")


def test_first_page_is_light_and_asks_nobody_else(browser, site):
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"http://127.0.0.1:{site.port}/")
    page.wait_for_load_state("networkidle")
    sizes = {each.url: len(each.body()) for each in answers}
    context.close()
    assert sum(sizes.values()) < 300_000, sizes
    assert all(url.startswith(f"http://127.0.0.1:{site.port}/") for url in sizes)


def test_keyboard_reaches_content_first_and_nothing_traps_it(visit):
    page = visit("/", DESK)
    links = page.locator("a.skip, header a").count()
    seen = []
    for _ in range(links + 2):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(
            "[document.activeElement.className, document.activeElement.id,"
            " getComputedStyle(document.activeElement).outlineStyle]"
        ))  # fmt: skip
    assert seen[0][0] == "skip"
    assert "q" in [each[1] for each in seen]
    assert len({tuple(each) for each in seen}) > 4
    assert all(style != "none" for _, _, style in seen)


def test_print_leaves_out_what_cannot_be_used_on_paper(visit):
    page = visit("/page/incheon", DESK)
    page.emulate_media(media="print")
    assert page.is_hidden("header nav")
    assert page.is_hidden("button.copy >> nth=0")
    assert page.is_visible("h1")


def test_nothing_moves_for_who_wants_it_still(browser, site):
    context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
    page = context.new_page()
    for path in ("/", "/article/weihai-japan-korea", "/figures", "/page/weihai"):
        page.goto(f"http://127.0.0.1:{site.port}{path}")
        moving = page.evaluate("document.getAnimations().length")
        smooth = page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
        assert (moving, smooth) == (0, "auto"), path
    context.close()


@pytest.mark.parametrize("path", [
    "/page/hostile", "/search?q=alert", "/queries/search?text=alert", "/queries/search?text=evil",
    "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "/page/graph/translations?all=1",
    "/why?s=id:hostile&p=rdfs:comment&o=%22%3C/script%3E%3Cb%3Ebold%3C/b%3E%22",
    "/why?s=id:hostile&p=rdfs:label&o=%22%3Cscript%3Ealert(1)%3C/script%3E%22@en",
    "/whynot?query=search&param-text=%3Cimg%20src=x%20onerror=alert(1)%3E&binding-thing=id:japan",
    "/queries?q=%3Cscript%3Ealert(1)%3C/script%3E", "/%3Cscript%3Ealert(1)%3C/script%3E",
])  # fmt: skip
def test_hostile_text_stays_text_in_a_browser(browser, site, path):
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    wrong = []
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    for lang in ("zh", "en"):
        page.goto(f"http://127.0.0.1:{site.port}{path}{'&' if '?' in path else '?'}lang={lang}")
        assert page.locator("main script, main b, main img, [onerror], [onfocus]").count() == 0
        assert page.locator("a[href^='javascript:' i], a[href^='data:' i]").count() == 0
        assert "\u202e" not in page.inner_text("body")
    context.close()
    assert wrong == []


def test_figures_sort(visit):
    page = visit("/figures", DESK)
    page.click("#figures thead button >> nth=1")
    first = page.locator("#figures tbody tr").first.locator("td").first
    low = float(first.get_attribute("data-value"))
    page.click("#figures thead button >> nth=1")
    assert float(first.get_attribute("data-value")) > low


def test_figures_on_a_phone_stand_below_their_names(visit):
    page = visit("/figures")
    for part in ("td.number", "td:last-child"):
        box = page.locator(f"#figures tbody tr >> nth=0 >> {part}").bounding_box()
        assert box["x"] + box["width"] <= PHONE["width"], part
    page.click("#figures thead button >> nth=1")
    assert page.get_attribute("#figures thead th >> nth=1", "aria-sort") == "ascending"


def test_a_network_shows_what_a_thing_is_tied_to(visit):
    page = visit("/network?lang=en", DESK)
    assert page.locator(".dimmed").count() == 0
    page.focus(".network svg a >> nth=0")
    assert page.locator(".edge.dimmed").count() > 0
    assert page.locator(".edge:not(.dimmed)").count() > 0
    page.evaluate("document.activeElement.blur()")
    assert page.locator(".dimmed").count() == 0


def test_a_network_on_a_phone_shows_its_middle_first(visit):
    page = visit("/network?lang=en", PHONE)
    page.wait_for_selector(".zoom")
    frame = page.locator(".pan").bounding_box()
    weihai = page.locator(".network .node:has(title:text-is('Weihai'))").bounding_box()
    assert weihai["x"] >= frame["x"]
    assert weihai["x"] + weihai["width"] <= frame["x"] + frame["width"]


def test_a_map_zooms_and_moves_by_keyboard(visit):
    page = visit("/map?lang=en", PHONE)
    before = page.locator(".pan svg").bounding_box()["width"]
    page.click(".zoom button >> nth=1")
    page.click(".zoom button >> nth=1")
    assert page.locator(".pan svg").bounding_box()["width"] > before
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator(".pan").get_attribute("tabindex") == "0"


def test_description_of_the_api_has_names_for_all_and_fits_a_phone(visit):
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    page = visit("/docs?lang=zh")
    page.wait_for_selector("body[data-shown] .opblock-tag")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("lang", "says"), [("zh", "404 找不到"), ("en", "404 Not Found")])
def test_an_error_is_told_in_the_language_of_its_reader(browser, site, lang, says):
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    context = browser.new_context(viewport=PHONE, locale=lang)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}/page/nowhere")
    assert page.inner_text("h1") == says
    assert page.get_attribute("html", "lang") == lang
    found = Axe().run(page)
    page.click("p a >> nth=-1")
    assert page.url.endswith(f":{site.port}/")
    context.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", [
    "/", "/figures", "/timeline", "/network", "/map", "/queries", "/sparql", "/search?q=trade",
    "/page/incheon", "/downloads", "/about", "/why", "/reconcile?format=html",
])  # fmt: skip
def test_text_twice_as_large_still_fits(visit, path):
    page = visit(path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_pages_of_drawings_read_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    for path in ("/timeline", "/network", "/map"):
        page.goto(f"http://127.0.0.1:{site.port}{path}")
        assert page.locator(".drawing svg").first.is_visible()
        page.select_option("#f-country", "japan")
        page.click(".filters button")
        assert "country=japan" in page.url
        assert page.locator(".drawing svg").first.is_visible()
    context.close()
