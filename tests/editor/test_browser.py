"""Journeys through the editor in a browser; ``visit`` finds errors and calls to other hosts."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from tests.chromium import DESK, PHONE
from tests.editor.conftest import MARKUP
from tests.missing import missing

CONTENT, OPTION = ".cm-content", ".cm-tooltip-autocomplete li"
WKG = "PREFIX wkg: <https://w3id.org/weihai-kg/ontology#>\n"
RDFS = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
TYPO = WKG + "SELECT ?x {\n  ?x a wkg:Citty\n}"


def edit(page, text=None):
    """Put a text in the editor, by the keyboard."""
    page.wait_for_selector(CONTENT)
    page.click(CONTENT)
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    if text:
        page.keyboard.insert_text(text)


def written(page):
    return page.input_value("#query")


def until(page, holds):
    """Wait until something holds; the page's policy lets nothing be evaluated in it."""
    for _ in range(600):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came to hold")


def take(page, name):
    """Take the option that is chosen by itself, once what was typed last has been looked up."""
    settled = ".cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled)"
    page.wait_for_selector(f"{settled} li[aria-selected]:has-text('{name}')")
    page.wait_for_timeout(150)  # an option that has only just appeared is not taken by Enter
    page.keyboard.press("Enter")
    until(page, lambda: name in written(page))


def run(page):
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#results:not([aria-busy]) .summary, #results:not([aria-busy]) .problem")


def run_by_button(page):
    page.click("#run")
    page.wait_for_selector("#results:not([aria-busy]) .summary, #results:not([aria-busy]) .problem")


def test_a_specialist_writes_a_query_sees_the_hint_and_opens_why(visit):
    page = visit("/sparql", DESK)
    edit(page)
    page.keyboard.type("SELECT * WHERE { ?city a wkg:Cit")
    take(page, "wkg:City")
    page.keyboard.type(" ; rdfs:label 'Tokyo' ")
    assert written(page).startswith("PREFIX rdfs:")
    assert "\nPREFIX wkg:" in written(page)
    page.wait_for_selector("#advice:not([hidden]) button")
    page.click("#advice button:has-text(\"'Tokyo'@en\")")
    assert "rdfs:label 'Tokyo'@en" in written(page)
    page.focus(CONTENT)
    run(page)
    assert "Rows 1–1 of 1." in page.inner_text("#results")
    page.click("#results td.why a")
    page.wait_for_selector(".explanation")
    assert "Tokyo" in page.inner_text(".explanation")


def test_completion_knows_chinese_names_and_things(visit):
    page = visit("/sparql?lang=zh", DESK)
    edit(page)
    page.keyboard.type("SELECT * { ?x ")
    page.keyboard.insert_text("通达")
    take(page, "wkg:linkedTo")
    page.keyboard.type(" ")
    page.keyboard.insert_text("日本")
    page.wait_for_selector(f"{OPTION}:has-text('id:japan')")
    page.click(f"{OPTION}:has-text('id:japan') >> nth=0")
    assert "?x wkg:linkedTo id:japan" in written(page)
    assert "PREFIX id:" in written(page)


def test_example_undo_and_share_link(visit):
    page = visit("/sparql", DESK)
    edit(page, "ASK {}")
    page.select_option("#example", "sister-cities")
    until(page, lambda: "sister" in written(page))
    page.focus(CONTENT)
    page.keyboard.press("Control+z")
    assert written(page) == "ASK {}"
    page.click("#share")
    until(page, lambda: page.inner_text("#shared"))
    address = page.evaluate("location.pathname + location.hash")
    assert address == "/sparql#query=ASK+%7B%7D"
    other = visit(address, DESK)
    other.wait_for_selector(CONTENT)
    assert written(other) == "ASK {}"
    assert other.inner_text("#results") == "", "a shared query runs only when asked to"


def test_who_comes_back_finds_the_query_and_its_answer(visit):
    page = visit("/sparql", DESK)
    edit(page, WKG + "SELECT ?x { ?x a wkg:City } ORDER BY ?x LIMIT 3")
    run(page)
    page.click("#results td.why a >> nth=0")
    page.wait_for_selector(".explanation")
    page.go_back()
    page.wait_for_selector("#results td.why a")
    assert "LIMIT 3" in written(page)
    page.click("a.language")
    page.wait_for_selector(f"html[lang=zh] {CONTENT}")
    assert "LIMIT 3" in written(page)


def test_each_view_is_a_tab(visit):
    page = visit("/sparql?example=places-on-the-map", DESK)
    page.wait_for_selector(CONTENT)
    page.click("#run")
    page.wait_for_selector("#results table")
    views = page.locator("#results .views button").all_inner_texts()
    assert "Map" in views
    for name in views:
        page.click(f"#results .views button:text-is('{name}')")
        page.wait_for_selector(f"#results .views button[aria-pressed=true]:text-is('{name}')")
        assert page.locator("#results table, #results .drawing").count()


def test_pages_of_rows(visit):
    page = visit("/sparql", DESK)
    page.evaluate("""new MutationObserver((changes) => {
        document.body.dataset.said = (document.body.dataset.said ?? "") + changes.map(
            (each) => [...each.addedNodes].map((node) => node.textContent).join("")).join("");
    }).observe(document.querySelector("#shared"), { childList: true })""")
    edit(page, "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 250")
    run(page)
    assert page.get_attribute("body", "data-said") == "Running …"
    assert page.inner_text("#shared") == ""
    assert "Rows 1–100 of 250." in page.text_content("#told[role=status]")
    assert "Rows 1–100 of 250." in page.inner_text("#results")
    page.click("#results button:has-text('Next')")
    page.wait_for_selector("#results :text('Rows 101–200 of 250.')")


def test_advice_on_an_empty_answer_replaces_and_runs(visit):
    page = visit("/sparql#query=" + quote(TYPO), DESK)
    page.wait_for_selector(CONTENT)
    page.click("#run")
    page.wait_for_selector("#advice button:has-text('10 rows')")
    page.click("#advice button:has-text('10 rows') >> nth=0")
    page.click("#run")
    page.wait_for_selector("#results :text('Rows 1–10 of 10.')")
    page.wait_for_selector("#advice", state="hidden")


def test_syntax_error_is_marked_where_it_is(visit):
    page = visit("/sparql", DESK)
    edit(page, "SELECT * {\n  ?s ?p }")
    page.wait_for_selector("#advice .error")
    assert "line 2" in page.inner_text("#advice")
    assert page.locator(".cm-lintRange-error").count() == 1


def test_the_doctor_speaks_after_a_failure_as_well(browser, site):
    context = browser.new_context(viewport=DESK, locale="zh-CN")
    page = context.new_page()
    asked = "SELECT * { ?x a wkg:City }"
    page.goto(f"http://127.0.0.1:{site.port}/sparql#query={quote(asked)}")
    page.wait_for_selector(CONTENT)
    run_by_button(page)
    problem = page.inner_text("#results .problem")
    assert "请按下面的说明改正" in problem
    page.click("#advice button:has-text('PREFIX wkg:')")
    run_by_button(page)
    assert "共 10 行" in page.inner_text("#results .summary")
    context.close()


def test_without_a_script_the_form_asks(browser, site):
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}/sparql")
    assert page.is_visible("#query")
    page.fill("#query", TYPO)
    page.click("#run")
    assert "No rows." in page.inner_text("#results")
    page.click(".advice form.change button >> nth=0")
    assert "Rows 1–10 of 10." in page.inner_text("#results")
    page.click("td.why a >> nth=0")
    assert page.is_visible(".explanation")
    context.close()


def test_what_a_remote_endpoint_says_is_text(visit, remote):
    page = visit("/sparql", DESK)
    edit(page, f"SELECT * {{ SERVICE <{remote}/sparql> {{ ?x ?p ?y }} }}")
    run(page)
    assert MARKUP in page.inner_text("#results table")
    assert page.locator("#results img, #results a[href^=javascript]").count() == 0
    assert page.title().startswith("SPARQL")
    edit(
        page, "SELECT ('\u202eevil' AS ?b) ('<b>x</b>' AS ?m) (IRI('javascript:alert(1)') AS ?i) {}"
    )
    run(page)
    assert "[U+202E]evil" in page.inner_text("#results table")
    assert "<b>x</b>" in page.inner_text("#results table")
    assert page.locator("#results td b, #results td a[href^=javascript]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_is_wide_enough(browser, site, scheme):
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale="en-GB")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}/sparql")
    cities = WKG + RDFS + "SELECT * { ?x a wkg:City ; rdfs:label ?l } ORDER BY ?l LIMIT 9"
    for text in (TYPO, cities, "ASK {}", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 2"):  # fmt: skip
        edit(page, text)
        run(page)
        page.wait_for_timeout(300)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto(f"http://127.0.0.1:{site.port}/results?query={quote(TYPO)}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()
