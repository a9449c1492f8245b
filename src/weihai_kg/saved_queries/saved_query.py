"""What a saved query is: its text, what its header says, and how it becomes a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import takewhile

from weihai_kg.engine.request import Form, QueryRequest
from weihai_kg.saved_queries.parameters import Parameter, bind

GROUPS = {
    "places-and-partners": {"zh": "地点与伙伴", "en": "Places and partners"},
    "companies-and-investment": {"zh": "企业与投资", "en": "Companies and investment"},
    "trade-figures": {"zh": "贸易与数据", "en": "Trade and figures"},
    "transport": {"zh": "交通物流", "en": "Transport"},
    "science-and-technology": {"zh": "科技与教育", "en": "Science and technology"},
    "people-to-people": {"zh": "人文交流", "en": "People to people"},
    "policies": {"zh": "政策与举措", "en": "Policies and initiatives"},
    "evidence-and-provenance": {"zh": "依据与来历", "en": "Evidence and provenance"},
    "data-quality": {"zh": "数据质量", "en": "Quality of the data"},
    "links": {"zh": "外部链接", "en": "Links"},
}


class View(StrEnum):
    """How an answer is best shown."""

    TABLE = "table"
    NUMBER = "number"
    BAR = "bar"
    LINE = "line"
    MAP = "map"
    NETWORK = "network"
    TIMELINE = "timeline"


class Expectation(StrEnum):
    """What kind of answer the default parameters must give."""

    ROWS = "rows"
    NONE = "none"
    ONE = "one"
    BOOLEAN = "boolean"
    GRAPH = "graph"


COLUMNS: Mapping[View, tuple[str, ...]] = {
    View.BAR: ("value",),
    View.LINE: ("value",),
    View.MAP: ("latitude", "longitude"),
    View.NETWORK: ("from", "to"),
    View.TIMELINE: ("startsAt", "endsAt"),
}
"""The columns that a view needs. A bar's or point's name is the first column."""

_FORMS = {
    Expectation.BOOLEAN: (Form.ASK,),
    Expectation.GRAPH: (Form.CONSTRUCT, Form.DESCRIBE),
}


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """One ``queries/<name>.rq``: ``text`` is the whole file and runs anywhere as it stands.

    ``title``, ``description`` and ``note`` have a value for ``zh`` and for ``en``. ``note`` says
    what an empty answer means. ``answers`` are the competency questions it answers.
    ``remote`` are the endpoints that its SERVICE clauses ask: then the answer is not the release's
    alone.
    """

    name: str
    file: str
    text: str
    form: Form
    title: Mapping[str, str]
    description: Mapping[str, str]
    group: str
    tags: tuple[str, ...]
    view: View
    expect: Expectation
    parameters: tuple[Parameter, ...] = ()
    answers: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    note: Mapping[str, str] | None = None
    prefixes: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> str:
        """The SPARQL without the header."""
        return "".join(self.text.splitlines(keepends=True)[len(header_lines(self.text)) :])

    @property
    def forms(self) -> tuple[Form, ...]:
        """The query forms that fit the expected answer."""
        return _FORMS.get(self.expect, (Form.SELECT,))

    def request(self, arguments: Mapping[str, str] | None = None) -> QueryRequest:
        """This query with arguments as texts; a parameter that is not given keeps its default.

        Each argument is converted to an RDF term by the type of its parameter and bound as that
        term. The line that holds the default of a bound parameter (``VALUES ?name { default }``)
        is left out of the text, nothing else is changed and nothing is added.
        Raises InvalidParameterError.
        """
        bound = bind(self.parameters, arguments or {}, self.prefixes)
        text = self.body
        for name in bound:
            text = slot(name).sub("", text, count=1)
        if self.form is Form.SELECT or self.form is Form.ASK:
            return QueryRequest(text, substitutions=bound)
        return QueryRequest(text, substitutions=bound, results=())


def header_lines(text: str) -> list[str]:
    """The ``#+`` lines at the top of a file, with their ends."""
    return list(takewhile(lambda line: line.startswith("#+"), text.splitlines(keepends=True)))


def slot(name: str) -> re.Pattern[str]:
    """Finds the line that holds the default of a parameter; group 1 is the default."""
    return re.compile(rf"^[ \t]*VALUES \?{name} \{{ (.*) \}}[ \t]*\n", re.MULTILINE)
