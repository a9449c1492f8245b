"""The pages that draw the graph: what they show, how they filter, what they link to."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

PAGES = ["/timeline", "/network", "/map"]


def drawing(text):
    """The first drawing of a page, which must be well-formed."""
    found = re.search(r'<figure class="drawing.*?</figure>', text, re.DOTALL)
    assert found, text[:3000]
    return ET.fromstring(found[0])


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_is_drawn_in_the_language_and_links_here(site, path, language):
    answer = site.get(f"{path}?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == language
    drawn = drawing(answer.text)
    addresses = {each.get("href") for each in drawn.iter("a")}
    assert len(addresses) > 8
    assert all(each.startswith("/") and f"lang={language}" in each for each in addresses)
    for address in sorted(addresses)[:5]:
        assert site.get(address.partition("#")[0]).status_code == 200, address


def test_timeline_sets_plans_apart_and_shows_words(site):
    drawn = drawing(site.get("/timeline?lang=zh").text)
    bodies = [" ".join(each.itertext()) for each in drawn.iter("tbody")]
    assert len(bodies) == 2
    assert "颁奖大会" in bodies[1]
    assert "2025年10月" in bodies[1]
    row = next(
        each
        for each in drawn.iter("tr")
        if "第五届中日科技创新合作大会" in "".join(each.itertext())
    )
    words = next(each for each in row.iter("a") if "#char=" in each.get("href"))
    assert "今年2月,第五届中日科技创新合作大会如期启动" in "".join(words.itertext())


def test_filters_narrow_what_is_drawn(site):
    every = drawing(site.get("/timeline?lang=en").text)
    events = drawing(site.get("/timeline?lang=en&kind=event&country=japan&year=2025").text)
    rows = [" ".join(each.itertext()) for each in events.iter("tr")]
    assert 1 < len(rows) < len(list(every.iter("tr")))
    assert any("5th China–Japan" in each for each in rows)
    assert not any("Korean tour group" in each for each in rows)
    air = drawing(site.get("/map?lang=en&kind=air").text)
    lines = [each.get("class") for each in air.iter("path") if "line" in each.get("class", "")]
    assert set(lines) == {"line air"}
    korea = " ".join(drawing(site.get("/network?lang=en&country=south-korea").text).itertext())
    assert "Incheon" in korea
    assert "Izumisano" not in korea


def test_the_same_filters_are_chosen_in_the_form(site):
    text = site.get("/timeline?lang=en&kind=event").text
    assert '<option value="event" selected>' in text


@pytest.mark.parametrize("query", ["kind=nonsense", "country=<script>", "year=99999"])
def test_an_unknown_filter_is_refused_with_the_choices(site, query):
    answer = site.get("/timeline?" + query, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "<script>" not in answer.text


def test_nothing_that_fits_is_said(site):
    text = site.get("/map?lang=en&kind=twin&country=china").text
    text += site.get("/timeline?lang=en&kind=agreement&year=1990").text
    assert "Nothing fits these filters." in text


def test_entity_has_a_map_or_a_network(site):
    city = drawing(site.get("/page/incheon?lang=zh").text)
    assert "chart-map" in city.get("class")
    assert "仁川" in "".join(city.itertext())
    route = drawing(site.get("/page/route-weihai-pyeongtaek?lang=en").text)
    assert any("line sea" in each.get("class", "") for each in route.iter("path"))
    event = drawing(site.get("/page/sino-korean-skills-conference-1?lang=en").text)
    assert "network" in event.get("class")
    assert any(each.get("href", "").startswith("/why?") for each in event.iter("a"))


def test_ontology_diagram_names_classes_and_relations(site):
    page = site.get("/ontology?lang=en", headers={"Accept": "text/html"}).text
    drawn = drawing(page)
    words = " ".join(drawn.itertext())
    assert {"place", "event", "agent", "observation", "indicator"} <= set(words.split())
    assert "held in" in words
    targets = {each.get("href") for each in drawn.iter("a")}
    assert "#Event" in targets
    assert all(f'id="{each[1:]}"' in page for each in targets)


def test_figures_have_shares_of_a_whole_and_ranks(site):
    text = site.get("/figures?lang=en").text
    shares, ranks = (
        ET.fromstring(each)
        for each in re.findall(r'<figure class="drawing.*?</figure>', text, re.DOTALL)[:2]
    )
    first = next(each for each in shares.iter("rect") if each.get("class") == "solid")
    assert first.get("width") == f"{67.9 * 0.9:.2f}%"
    words = " ".join(ranks.itertext())
    assert "Shandong" in words
    assert "7 years in a row" in words


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("routes", "network"),
        ("events-by-time", "times"),
        ("places-on-the-map", "chart-map"),
        ("changes", "bars"),
        ("how-many-companies-named", "numbers"),
    ],
)
def test_query_page_draws_its_view(site, name, kind):
    answer = site.get(f"/queries/{name}?lang=en", headers={"Accept": "text/html"})
    assert kind in drawing(answer.text).get("class")


def test_navigation_leads_there(site):
    text = site.get("/?lang=en").text
    assert all(f'<a href="{path}?lang=en">' in text for path in PAGES)


def test_a_route_to_two_countries_is_listed_once(site):
    text = site.get("/map?lang=en").text
    routes = re.findall(r'<th scope="row"><a href="([^"]+)">', text)
    assert len(routes) > 8
    assert routes.count("/page/routes-liner-18?lang=en") <= 1
    ties = [each for each in routes if "/page/" in each]
    words = re.findall(r'<tr><th scope="row">.*?</tr>', text, re.DOTALL)
    assert len(set(words)) == len(words) == len(ties)
