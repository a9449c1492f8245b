"""The reconciliation service over the project's own release: both versions, names, limits."""

from __future__ import annotations

import io
import json

import jsonschema
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.reconcile import schemas
from tests.web.conftest import build
from werkzeug.test import Client

from weihai_kg.engine.service import Engine
from weihai_kg.settings import Settings

HERE, DRAFT = "/reconcile", "/reconcile/1.0-draft"
JSON = "application/json"


@pytest.fixture(scope="module")
def service(release):
    """A client of the whole application over the release."""
    options = Settings(releases=release.path.parents[1], log_format="none", workers=1)
    engine = Engine.start(release.path, options)
    try:
        yield Client(build(engine, options, log=io.StringIO()))
    finally:
        engine.close()


def valid(response, schema):
    assert response.status_code == 200, response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Content-Type"] == "application/json"
    jsonschema.Draft202012Validator(schema).validate(response.json)
    return response.json


def ask(service, *queries, language="en"):
    """The candidates of queries of version 0.2, in order."""
    batch = {f"q{place}": query for place, query in enumerate(queries)}
    response = service.post(
        HERE, data={"queries": json.dumps(batch)}, headers={"Accept-Language": language}
    )
    found = valid(response, schemas.RESULTS_02)
    return [found[f"q{place}"]["result"] for place in range(len(queries))]


def ask_10(service, *queries):
    """The candidates of queries of the draft of 1.0, in order."""
    response = service.post(f"{DRAFT}/reconcile", json={"queries": list(queries)})
    return [each["candidates"] for each in valid(response, schemas.RESULTS_10)["results"]]


def matched(candidates):
    return [each["id"] for each in candidates if each["match"]]


# --- manifests


def test_manifest_of_each_version_is_valid_and_leads_somewhere(service):
    for path, schema in ((HERE, schemas.MANIFEST_02), (DRAFT, schemas.MANIFEST_10)):
        manifest = valid(service.get(path), schema)
        view = manifest["view"]["url"].replace("{{id}}", "weihai").replace("{id}", "weihai")
        assert service.get(view.removeprefix("http://localhost")).status_code == 303
        assert service.get(manifest["documentation"].removeprefix("http://localhost")).text
        assert service.get(manifest["logo"].removeprefix("http://localhost")).status_code == 200


def test_manifest_of_02_names_the_spaces_of_the_base_iri(service):
    manifest = service.get(HERE).json
    assert manifest["identifierSpace"] == "https://w3id.org/weihai-kg/id/"
    assert manifest["schemaSpace"] == "https://w3id.org/weihai-kg/ontology#"
    for each in manifest["suggest"].values():
        address = each["service_url"] + each["service_path"]
        found = service.get(address.removeprefix("http://localhost") + "?prefix=")
        assert valid(found, schemas.SUGGESTIONS)["result"]


@pytest.mark.parametrize(("language", "word"), [("zh", "知识图谱"), ("en", "cooperation")])
def test_manifest_and_page_speak_the_language_of_the_reader(service, language, word):
    headers = {"Accept-Language": language}
    response = service.get(HERE, headers=headers)
    assert word in response.json["name"]
    assert response.headers["Content-Language"] == language
    assert "Accept-Language" in response.headers["Vary"]
    page = service.get(HERE, headers=headers | {"Accept": "text/html"})
    assert page.headers["Content-Type"].startswith("text/html")
    assert ("实体匹配服务" if language == "zh" else "Reconciliation service") in page.text


# --- names


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("威海", "weihai"), ("威海市", "weihai"), ("Weihai", "weihai"), ("weihai", "weihai"),
        ("仁川", "incheon"), ("Incheon City", "incheon"), ("群山市", "gunsan"),
        ("群山", "gunsan"), ("Gunsan", "gunsan"), ("平澤", "pyeongtaek"),
        ("https://w3id.org/weihai-kg/id/weihai", "weihai"), ("Q373023", "weihai"),
        ("http://www.wikidata.org/entity/Q42074", "gunsan"),
    ],
)  # fmt: skip
def test_name_in_any_spelling_is_matched(service, text, id_):
    (found,) = ask(service, {"query": text, "type": "Place"})
    assert matched(found) == [id_]
    assert found[0]["score"] >= 95
    assert found[0]["features"]


@pytest.mark.parametrize(("text", "id_"), [("Pyeongtek", "pyeongtaek"), ("Gunsann", "gunsan")])
def test_typing_error_is_found_but_left_to_a_person(service, text, id_):
    (found,) = ask(service, {"query": text, "type": "City"})
    assert found[0]["id"] == id_
    assert not matched(found)


def test_name_of_two_cities_needs_a_property_that_confirms_it(service):
    south_korea = {"pid": "locatedIn", "v": {"id": "south-korea", "name": "韩国"}}
    bare, china, korea, typed = ask(
        service,
        {"query": "丽水"},
        {"query": "丽水", "properties": [{"pid": "locatedIn", "v": "中国"}]},
        {"query": "丽水", "properties": [south_korea]},
        {"query": "麗水市", "type": "City"},
    )
    assert [each[0]["id"] for each in (bare, korea, typed)] == ["yeosu"] * 3
    assert not matched(bare)
    assert not matched(china)
    assert not matched(typed)
    assert matched(korea) == ["yeosu"]
    assert korea[0]["score"] > china[0]["score"]
    features = {each["id"]: each["value"] for each in bare[0]["features"]}
    assert features["same_name"] is True
    assert features["explicit_name"] is False


@pytest.mark.parametrize("text", ["苏州", "Suzhou", "泰州", "台州", "Taizhou", "福州", "Fuzhou"])
def test_name_that_the_graph_does_not_know_is_never_a_match(service, text):
    (found,) = ask(service, {"query": text})
    assert not matched(found)


def test_area_called_like_its_city_is_a_match_only_by_its_whole_name_or_its_type(service):
    short, english, whole, typed = ask(
        service, {"query": "大阪"}, {"query": "Osaka"}, {"query": "大阪府"},
        {"query": "大阪", "type": "Province"},
    )  # fmt: skip
    assert [each[0]["id"] for each in (short, english, whole, typed)] == ["osaka-prefecture"] * 4
    assert not matched(short)
    assert not matched(english)
    assert matched(whole) == matched(typed) == ["osaka-prefecture"]


@pytest.mark.parametrize(("text", "id_"), [("Wei hai", "weihai"), ("SouthKorea", "south-korea")])
def test_name_is_found_however_it_is_spaced(service, text, id_):
    (found,) = ask(service, {"query": text})
    assert matched(found) == [id_]


def test_blank_cell_has_no_candidates_and_does_not_stop_the_others(service):
    blank, known = ask(service, {"query": " "}, {"query": "Weihai"})
    assert blank == []
    assert matched(known) == ["weihai"]
    blank, known = ask_10(
        service, {"conditions": [{"matchType": "name", "v": ["", " "]}]},
        {"conditions": [{"matchType": "name", "v": "Weihai"}]},
    )  # fmt: skip
    assert blank == []
    assert matched(known) == ["weihai"]


def test_score_explains_itself(service):
    (found,) = ask(service, {
        "query": "威海港", "type": "Port", "properties": [{"pid": "locatedIn", "v": "Weihai"}],
    })  # fmt: skip
    features = {each["id"]: each["value"] for each in found[0]["features"]}
    assert features["type_match"] is True
    assert all(each["name"] for each in found[0]["features"])


def test_words_of_kind_must_fit_for_a_match(service):
    port, korean, typed = ask(
        service, {"query": "仁川港"}, {"query": "Port of Gunsan"},
        {"query": "威海港", "type": "City"},
    )  # fmt: skip
    for found in (port, korean, typed):
        assert "City" not in [t["id"] for each in found if each["match"] for t in each["type"]]


def test_type_restricts_and_should_only_lowers(service):
    strict, loose, unknown = ask(
        service, {"query": "威海", "type": "Person"},
        {"query": "威海", "type": ["Person"], "type_strict": "should"},
        {"query": "威海", "type": "NoSuchType"},
    )  # fmt: skip
    assert "weihai" not in [each["id"] for each in strict]
    assert loose[0]["id"] == "weihai"
    assert loose[0]["score"] <= 80
    assert unknown == []


def test_limit_is_kept_and_results_are_sorted(service):
    airport = "威海机场"
    some, more = ask(service, {"query": airport, "limit": 2}, {"query": airport})
    scores = [each["score"] for each in more]
    assert len(some) == 2 < len(more)
    assert some == more[:2]
    assert scores == sorted(scores, reverse=True)


def test_properties_alone_find_things(service):
    (found,) = ask(service, {"properties": [{"pid": "locatedIn", "v": "韩国"}], "limit": 50})
    assert {"incheon", "yeosu", "gunsan"} <= {each["id"] for each in found}
    assert not matched(found)


def test_get_and_post_answer_alike(service):
    batch = json.dumps({"a": {"query": "仁川"}})
    got = service.get(HERE, query_string={"queries": batch})
    assert valid(got, schemas.RESULTS_02) == service.post(HERE, data={"queries": batch}).json


# --- the draft of 1.0


def test_draft_answers_in_order_with_named_features(service):
    name = {"matchType": "name", "v": "Weihai"}
    place = {"matchType": "property", "pid": "locatedIn", "v": ["韩国", "日本"], "required": True}
    first, second, third = ask_10(
        service,
        {"conditions": [name], "type": "City", "limit": 1},
        {"conditions": [name, place]},
        {"conditions": [place | {"matchQuantifier": "all"}]},
    )
    assert matched(first) == ["weihai"]
    assert "weihai" not in [each["id"] for each in second]
    assert third == []


def test_json_by_post_at_the_root_is_the_draft(service):
    document = {"queries": [{"conditions": [{"matchType": "name", "v": "威海"}]}]}
    for path in (HERE, f"{HERE}/reconcile"):
        assert valid(service.post(path, json=document), schemas.RESULTS_10)["results"][0]


def test_none_turns_a_property_round(service):
    not_korea = {
        "matchType": "property", "pid": "locatedIn", "v": "韩国", "matchQuantifier": "none",
        "required": True,
    }  # fmt: skip
    (found,) = ask_10(service, {"conditions": [{"matchType": "name", "v": "丽水"}, not_korea]})
    assert "yeosu" not in [each["id"] for each in found]


# --- suggest, extend, preview


@pytest.mark.parametrize("path", [HERE, DRAFT])
def test_suggestions_begin_as_typed_and_go_on_after_the_cursor(service, path):
    def suggested(kind, **parameters):
        response = service.get(f"{path}/suggest/{kind}", query_string=parameters)
        return [each["id"] for each in valid(response, schemas.SUGGESTIONS)["result"]]

    assert "weihai" in suggested("entity", prefix="Weih")
    assert suggested("entity", prefix="weihai")[0] == "weihai"
    assert suggested("entity", prefix="Q373023")[0] == "weihai"
    assert "City" in suggested("type", prefix="城")
    assert "locatedIn" in suggested("property", prefix="located")
    first, then = suggested("entity", prefix=""), suggested("entity", prefix="", cursor=20)
    assert len(first) == 20
    assert not set(first) & set(then)


def test_data_extension_gives_values_by_identifier_and_by_label(service):
    query = {
        "ids": ["weihai", "yeosu", "nothing"],
        "properties": [
            {"id": "locatedIn"}, {"id": "label:en"}, {"id": "schema:latitude"},
            {"id": "位于", "settings": {"limit": 1}}, {"id": "skos:exactMatch"},
        ],
    }  # fmt: skip
    response = service.post(HERE, data={"extend": json.dumps(query)})
    found = valid(response, schemas.EXTENSION_02)
    assert [each["id"] for each in found["meta"]] == [each["id"] for each in query["properties"]]
    yeosu = found["rows"]["yeosu"]
    assert "south-korea" in [each["id"] for each in yeosu["locatedIn"]]
    assert yeosu["label:en"] == [{"str": "Yeosu"}]
    assert yeosu["schema:latitude"] == [{"float": 34.76062}]
    assert len(yeosu["位于"]) == 1
    assert {"str": "http://www.wikidata.org/entity/Q42125"} in yeosu["skos:exactMatch"]
    assert not any(found["rows"]["nothing"].values())
    draft = valid(service.post(f"{DRAFT}/extend", json=query), schemas.EXTENSION_10)
    assert draft["rows"][1]["properties"][1] == {
        "id": "label:en",
        "values": [{"str": "Yeosu", "lang": "en"}],
    }


def test_data_extension_writes_dates_and_numbers(service):
    query = {"ids": ["period-2024", "obs-sister-ties"],
             "properties": [{"id": "startsAt"}, {"id": "value"}, {"id": "year"}]}  # fmt: skip
    rows = valid(service.get(HERE, query_string={"extend": json.dumps(query)}),
                 schemas.EXTENSION_02)["rows"]  # fmt: skip
    values = [value for row in rows.values() for each in row.values() for value in each]
    assert any("float" in value or "int" in value for value in values)


@pytest.mark.parametrize("path", [HERE, DRAFT])
def test_proposal_lists_what_things_of_a_type_have(service, path):
    response = service.get(f"{path}/extend/propose?type=City&limit=8")
    found = valid(response, schemas.PROPOSAL)
    assert len(found["properties"]) == 8
    assert "label:zh" in [each["id"] for each in found["properties"]]


@pytest.mark.parametrize("path", [HERE, DRAFT])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_preview_may_be_framed_and_holds_no_script(service, path, language):
    response = service.get(f"{path}/preview?id=yeosu", headers={"Accept-Language": language})
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors *" in policy
    assert "X-Frame-Options" not in response.headers
    assert "<script" not in response.text
    assert "style=" not in response.text
    assert "丽水" in response.text
    assert "Yeosu" in response.text
    assert service.get(f"{path}/preview?id=nothing").status_code == 404


def test_other_pages_still_refuse_frames(service):
    assert service.get("/about").headers["X-Frame-Options"] == "DENY"


# --- limits and strangers


def problem(response, status):
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json["detail"]
    assert response.json["todo"]
    return response.json


@pytest.mark.parametrize(
    ("batch", "status"),
    [
        ("no json", 400), ("[]", 400), ('{"q": []}', 400), ('{"q": {}}', 400),
        ('{"q": {"query": 1}}', 400), ('{"q": {"query": "x", "limit": 0}}', 400),
        ('{"q": {"query": "x", "limit": NaN}}', 400), ("[" * 100_000, 400),
        ('{"q": {"query": "x", "limit": true}}', 400), ('{"q": {"limit": 1}}', 400),
        ('{"q": {"query": "x", "properties": [{"v": 1}]}}', 400),
        ('{"q": {"query": "x", "properties": [{"pid": "p", "v": null}]}}', 400),
        ('{"q": {"query": "x", "type_strict": "maybe"}}', 400),
        ('{"q": {"query": "x", "properties": [{"pid": "locatedIn", "v": []}]}}', 400),
        (r'{"\ud800": {"query": "x"}}', 400),
        (json.dumps({"q": {"query": "x" * 501}}), 413),
        (json.dumps({str(n): {"query": "x"} for n in range(1001)}), 413),
        (json.dumps({"q": {"properties": [{"pid": "p", "v": 1}] * 21}}), 413),
    ],
)  # fmt: skip
def test_what_is_no_batch_is_told_plainly(service, batch, status):
    problem(service.post(HERE, data={"queries": batch}), status)


@pytest.mark.parametrize(
    "document",
    [[], {}, {"queries": {}}, {"queries": [{}]}, {"queries": [{"conditions": []}]},
     {"queries": [{"conditions": [{"matchType": "x", "v": 1}]}]},
     {"queries": [{"conditions": [{"matchType": "property", "v": 1}]}]},
     {"queries": [{"conditions": [{"matchType": "property", "pid": "locatedIn", "v": []}]}]},
     {"queries": [{"conditions": [{"matchType": "name", "v": [True]}]}]},
     {"queries": [{"conditions": [{"matchType": "name", "v": "\ud800"}]}]},
     {"queries": [{"conditions": [{"matchType": "name", "v": "x"}], "type": ["City"]}]}],
)  # fmt: skip
def test_what_is_no_batch_of_the_draft_is_told_plainly(service, document):
    problem(service.post(f"{DRAFT}/reconcile", json=document), 400)


def test_other_requests_that_do_not_fit(service):
    problem(service.post(HERE, data={"other": "1"}), 400)
    problem(service.post(f"{DRAFT}/reconcile", data=b"{}", content_type="text/plain"), 415)
    problem(service.get(f"{HERE}/suggest/entity?prefix=a&cursor=-1"), 400)
    problem(service.get(f"{HERE}/suggest/entity?prefix=" + "a" * 201), 400)
    problem(service.get(f"{HERE}/suggest/flavour?prefix=a"), 404)
    nothing = {"ids": [], "properties": [{"id": "no such property"}]}
    problem(service.post(f"{DRAFT}/extend", json=nothing), 400)
    problem(service.post(f"{DRAFT}/extend", json={"ids": "weihai", "properties": []}), 400)
    problem(service.post(f"{DRAFT}/extend", json={"ids": ["\ud800"], "properties": []}), 400)
    problem(service.post(f"{DRAFT}/extend", data=b"\xff\xfe[\0]\0", content_type=JSON), 400)


def test_callback_is_a_name_and_nothing_else(service):
    response = service.get(f"{HERE}?callback=jQuery.cb_1")
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.text.startswith("/**/jQuery.cb_1({")
    for name in ("alert(1)//", "a b", "<script>", "a.", "x" * 700):
        problem(service.get(HERE, query_string={"callback": name}), 400)


def test_preflight_is_answered(service):
    response = service.options(HERE, headers={
        "Origin": "https://table.example", "Access-Control-Request-Method": "POST",
    })  # fmt: skip
    assert response.status_code == 204
    assert "POST" in response.headers["Access-Control-Allow-Methods"]


STRANGE = st.text(max_size=60)


@given(
    st.dictionaries(
        STRANGE,
        st.fixed_dictionaries(
            {"query": STRANGE.filter(str.strip)},
            optional={
                "type": st.one_of(STRANGE, st.lists(STRANGE, max_size=3)),
                "limit": st.integers(1, 10**6),
                "properties": st.lists(
                    st.fixed_dictionaries({
                        "pid": st.one_of(STRANGE, st.sampled_from(["locatedIn", "value"])),
                        "v": st.one_of(STRANGE, st.booleans(), st.integers(), st.floats(
                            allow_nan=False, allow_infinity=False)),
                    }),
                    max_size=3,
                ),
            },
        ),
        min_size=1, max_size=3,
    )
)  # fmt: skip
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_a_stranger_asks_is_only_a_value(service, batch):
    response = service.post(HERE, data={"queries": json.dumps(batch)})
    found = valid(response, schemas.RESULTS_02)
    assert found.keys() == batch.keys()


def test_a_thousand_names_are_one_batch(service):
    batch = {f"q{n}": {"query": f"威海{n}", "limit": 3} for n in range(1000)}
    response = service.post(HERE, data={"queries": json.dumps(batch, ensure_ascii=False)})
    assert len(valid(response, schemas.RESULTS_02)) == 1000
