"""A reconciliation service and the API of a Wikibase over one slice, as a process of its own.

    python service.py SLICE LOG

prints its port and answers until it is ended. Every request is noted in LOG, one JSON line each.

* ``/{lang}/api``: Reconciliation Service API 0.2 (manifest, queries, data extension), in the manner
  of Wikidata's: names only, scored by likeness of letters, so that homonyms all come back.
* ``/plain/api``: a service of another data set, without languages and without data extension.
* ``/w/api.php?action=wbgetentities``: entities in Wikibase's JSON.
* ``/faults/STATUS-TIMES-SECONDS/...``: the same, but the first TIMES requests get STATUS with
  Retry-After SECONDS; STATUS 0 hangs up, STATUS 1 answers late, STATUS 2 answers no JSON.
"""

from __future__ import annotations

import csv
import json
import sys
import threading
import time
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

NAMES = {"L": "label", "A": "alias"}
LATE_SECONDS = 3


class Items:
    """What the slice says, by item and property."""

    def __init__(self, file: Path) -> None:
        lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
        self.values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in csv.DictReader(lines, delimiter="\t"):
            self.values[row["item"]][row["property"]].append(row["value"])

    def name(self, item: str, language: str) -> str:
        labels = self.values.get(item, {})
        for each in (language, "en", "zh"):
            for form in ("label", "alias"):
                if labels.get(f"{form}:{each}"):
                    return labels[f"{form}:{each}"][0]
        return item

    def named(self, item: str, language: str) -> dict[str, str]:
        return {"id": item, "name": self.name(item, language)}

    def candidates(self, query: str, language: str, limit: int) -> list[dict[str, object]]:
        scored = []
        matcher = SequenceMatcher(None, "", query.lower())
        for item, values in self.values.items():
            texts = [
                text for form in ("label", "alias") for text in values.get(f"{form}:{language}", [])
            ]
            likeness = max((alike(matcher, text.lower()) for text in texts), default=0.0)
            if likeness > 0.5:
                scored.append((likeness, item))
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        return [
            {
                **self.named(item, language),
                "score": round(100 * score, 1),
                "match": score == 1,
                "type": [self.named(each, language) for each in self.values[item].get("P31", [])],
            }
            for score, item in scored[:limit]
        ]

    def row(self, item: str, properties: list[str], language: str) -> dict[str, list[object]]:
        row: dict[str, list[object]] = {}
        values = self.values.get(item, {})
        for name in properties:
            if name[:1] == "D":  # the slice has no descriptions; the country is one
                countries = [self.name(each, name[1:]) for each in values.get("P17", [])]
                row[name] = [{"str": f"in {each}"} for each in countries]
            elif name[:1] in NAMES:
                found = values.get(f"{NAMES[name[0]]}:{name[1:]}", [])
                row[name] = [{"str": text} for text in found]
            elif name in {"P31", "P17"}:
                row[name] = [self.named(each, language) for each in values.get(name, [])]
            else:
                row[name] = [{"str": text} for text in values.get(name, [])]
        return row

    def entity(self, item: str, languages: list[str], claims: bool) -> dict[str, object]:
        if item not in self.values:
            return {"id": item, "missing": ""}
        values = self.values[item]

        def named(form: str, many: bool) -> dict[str, object]:
            found = {}
            for language in languages:
                texts = [
                    {"language": language, "value": t} for t in values.get(f"{form}:{language}", [])
                ]
                if texts:
                    found[language] = texts if many else texts[0]
            return found

        entity: dict[str, object] = {"id": item, "type": "item", "labels": named("label", False)}
        entity["aliases"] = named("alias", True)
        if "redirect" in values:
            entity["redirects"] = {"from": item, "to": values["redirect"][0]}
        if claims:
            entity["claims"] = {
                name: [statement(name, text) for text in values[name]]
                for name in ("P31", "P17", "P625", "P1082")
                if values.get(name)
            }
        return entity


def alike(matcher: SequenceMatcher[str], text: str) -> float:
    """The likeness of letters, or 0 where it is low."""
    matcher.set_seq1(text)
    likely = matcher.real_quick_ratio() > 0.5 and matcher.quick_ratio() > 0.5
    return matcher.ratio() if likely else 0.0


def statement(name: str, text: str) -> dict[str, object]:
    """A statement in Wikibase's JSON."""
    qualifiers: dict[str, object] = {}
    value: dict[str, object]
    if name in {"P31", "P17"}:
        kind, value = "wikibase-entityid", {"entity-type": "item", "id": text}
    elif name == "P625":
        latitude, longitude = map(float, text.split(","))
        kind = "globecoordinate"
        value = {
            "latitude": latitude,
            "longitude": longitude,
            "globe": "http://www.wikidata.org/entity/Q2",
        }
    else:
        number, _, year = text.partition(" ")
        kind, value = "quantity", {"amount": f"+{number}", "unit": "1"}
        moment = {"time": f"+{year.strip('()')}-00-00T00:00:00Z", "precision": 9}
        qualifiers = {
            "P585": [{"snaktype": "value", "datavalue": {"type": "time", "value": moment}}]
        }
    snak = {"snaktype": "value", "property": name, "datavalue": {"type": kind, "value": value}}
    return {"mainsnak": snak, "rank": "normal", "qualifiers": qualifiers}


class Handler(BaseHTTPRequestHandler):
    """Answers requests from the slice."""

    items: Items
    log: Path
    lock = threading.Lock()
    faults: ClassVar[Counter[str]] = Counter()

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._answer({key: values[0] for key, values in parse_qs(body).items()})

    def _answer(self, form: dict[str, str]) -> None:
        split = urlsplit(self.path)
        parts = split.path.strip("/").split("/")
        parameters = {key: values[0] for key, values in parse_qs(split.query).items()} | form
        with self.lock, self.log.open("a", encoding="utf-8") as log:
            agent = self.headers.get("User-Agent", "")
            noted = {"path": split.path, "agent": agent, "time": time.monotonic(), **parameters}
            log.write(json.dumps(noted) + "\n")
        if parts[0] == "faults":
            plan, parts = parts[1], parts[2:]
            status, times, seconds = plan.split("-")
            with self.lock:
                self.faults[plan] += 1
                faulty = self.faults[plan] <= int(times)
            if faulty and status == "0":
                self.connection.close()
                return
            if faulty and status == "1":
                time.sleep(LATE_SECONDS)
            elif faulty and status == "2":
                self._send(200, b"<html>maintenance</html>")
                return
            elif faulty:
                self._send(int(status), b"{}", {"Retry-After": seconds})
                return
        document = self._document(parts, parameters)
        if document is None:
            self._send(404, b"{}")
        else:
            self._send(200, json.dumps(document, ensure_ascii=False).encode())

    def _document(self, parts: list[str], parameters: dict[str, str]) -> object:
        if parts == ["w", "api.php"]:
            if parameters.get("action") != "wbgetentities":
                return {"error": {"code": "badvalue", "info": "Unrecognized value for action."}}
            claims = "claims" in parameters["props"]
            languages = parameters["languages"].split("|")
            ids = parameters["ids"].split("|")
            return {"entities": {each: self.items.entity(each, languages, claims) for each in ids}}
        if len(parts) != 2 or parts[1] != "api":
            return None
        plain = parts[0] == "plain"
        language = "en" if plain else parts[0]
        if "queries" in parameters:
            queries = json.loads(parameters["queries"])
            return {
                key: {
                    "result": self.items.candidates(each["query"], language, each.get("limit", 5))
                }
                for key, each in queries.items()
            }
        if "extend" in parameters:
            query = json.loads(parameters["extend"])
            wanted = [each["id"] for each in query["properties"]]
            rows = {each: self.items.row(each, wanted, language) for each in query["ids"]}
            return {"meta": [{"id": each, "name": each} for each in wanted], "rows": rows}
        if plain:
            spaces = {
                "identifierSpace": "https://example.org/",
                "schemaSpace": "https://example.org/",
            }
            return {"versions": ["0.2"], "name": "plain", **spaces}
        return {
            "versions": ["0.1", "0.2"],
            "name": f"a slice of Wikidata ({language})",
            "identifierSpace": "http://www.wikidata.org/entity/",
            "schemaSpace": "http://www.wikidata.org/prop/direct/",
            "extend": {"property_settings": []},
        }

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing on the terminal."""


if __name__ == "__main__":
    Handler.items = Items(Path(sys.argv[1]))
    Handler.log = Path(sys.argv[2])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
