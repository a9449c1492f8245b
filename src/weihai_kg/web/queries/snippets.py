"""Ready snippets that take an answer into a shell, pandas, R or JavaScript."""

from __future__ import annotations

import json
from dataclasses import dataclass

from weihai_kg.engine.request import Form


@dataclass(frozen=True)
class Snippet:
    """Some lines of code in a language."""

    language: str
    text: str


def snippets(url: str, query: str, form: Form) -> list[Snippet]:
    """How to take the answer at ``url`` (without extension); ``query`` is ``?…`` or empty.

    Both are percent-encoded: they hold no quotes and no backslashes.
    """
    if form in (Form.CONSTRUCT, Form.DESCRIBE):
        return [
            Snippet("curl", f'curl --fail "{url}.ttl{query}"'),
            Snippet("Python", f'from rdflib import Graph\n\ngraph = Graph().parse("{url}.ttl'
                    f'{query}", format="turtle")\nprint(len(graph))'),
            Snippet("R", f'library(rdflib)\ngraph <- rdf_parse("{url}.ttl{query}", "turtle")'),
            Snippet("JavaScript", _javascript(url + ".jsonld" + query, "console.log(answer)")),
        ]  # fmt: skip
    if form is Form.ASK:
        return [
            Snippet("curl", f'curl --fail "{url}.json{query}"'),
            Snippet("Python", "import requests\n\n"
                    f'answer = requests.get("{url}.json{query}", timeout=30)\n'
                    'answer.raise_for_status()\nprint(answer.json()["boolean"])'),
            Snippet("R", f'jsonlite::fromJSON("{url}.json{query}")$boolean'),
            Snippet("JavaScript",
                    _javascript(url + ".json" + query, "console.log(answer.boolean)")),
        ]  # fmt: skip
    return [
        Snippet("curl", f'curl --fail "{url}.csv{query}"'),
        Snippet("Python", "import pandas as pd\n\n"
                f'table = pd.read_parquet("{url}.parquet{query}")\nprint(table)'),
        Snippet("R", f'table <- read.csv("{url}.csv{query}", encoding = "UTF-8")\nhead(table)'),
        Snippet("JavaScript",
                _javascript(url + ".json" + query, "console.table(answer.results.bindings)")),
    ]  # fmt: skip


def _javascript(url: str, use: str) -> str:
    return (
        f"const response = await fetch({json.dumps(url)});\n"
        "if (!response.ok) throw new Error(await response.text());\n"
        f"const answer = await response.json();\n{use};"
    )
