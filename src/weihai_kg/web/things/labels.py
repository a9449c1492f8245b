"""Names for people: the label of an IRI in a language, with words for the few terms without one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from weihai_kg.namespaces import REUSED
from weihai_kg.web.things.asking import Row
from weihai_kg.web.things.terms import Term

_RDFS, _SKOS = REUSED["rdfs"], REUSED["skos"]

# Terms of the vocabularies below these that the data uses but the ontology only declares.
WELL_KNOWN = {
    REUSED["rdf"] + "type": ("类型", "type"),
    _RDFS + "label": ("名称", "name"),
    _RDFS + "comment": ("说明", "comment"),
    _RDFS + "seeAlso": ("参见", "see also"),
    _RDFS + "subClassOf": ("上位类", "subclass of"),
    _SKOS + "altLabel": ("别名", "also called"),
    _SKOS + "scopeNote": ("附注", "note"),
    _SKOS + "definition": ("定义", "definition"),
    _SKOS + "exactMatch": ("同一事物", "exact match"),
    _SKOS + "closeMatch": ("相近事物", "close match"),
    _SKOS + "broadMatch": ("更广的事物", "broader match"),
    _SKOS + "narrowMatch": ("更窄的事物", "narrower match"),
    _SKOS + "relatedMatch": ("相关事物", "related match"),
    REUSED["dcterms"] + "identifier": ("标识符", "identifier"),
    REUSED["dcterms"] + "date": ("日期", "date"),
    REUSED["dcterms"] + "issued": ("发布日期", "issued"),
    REUSED["schema"] + "url": ("网址", "web address"),
}

# Of the vocabularies that the ontology is aligned with: theirs are English names alone.
_ALIGNED = {
    "geo": ("GeoSPARQL", {
        "Feature": ("地理要素", "feature"),
        "sfWithin": ("位于其内", "within"),
    }),
    "org": ("W3C ORG", {
        "Organization": ("组织", "organization"),
        "OrganizationalCollaboration": ("组织间合作", "organizational collaboration"),
    }),
    "time": ("OWL-Time", {
        "ProperInterval": ("时段", "proper interval"),
    }),
    "prov": ("PROV-O", {
        "Activity": ("活动", "activity"),
        "Agent": ("主体", "agent"),
        "Entity": ("实体", "entity"),
        "Organization": ("组织", "organization"),
        "Person": ("人物", "person"),
    }),
    "schema": ("schema.org", {
        "AdministrativeArea": ("行政区", "administrative area"),
        "Airport": ("机场", "airport"),
        "BusinessEvent": ("商务活动", "business event"),
        "City": ("城市", "city"),
        "Claim": ("断言", "claim"),
        "Corporation": ("公司", "corporation"),
        "Country": ("国家", "country"),
        "Event": ("事件", "event"),
        "EventSeries": ("系列活动", "event series"),
        "ExhibitionEvent": ("展览", "exhibition event"),
        "GovernmentOrganization": ("政府机构", "government organization"),
        "NewsArticle": ("新闻报道", "news article"),
        "NewsMediaOrganization": ("新闻媒体", "news media organization"),
        "Observation": ("观测值", "observation"),
        "Organization": ("组织", "organization"),
        "Person": ("人物", "person"),
        "Place": ("地点", "place"),
        "StatisticalVariable": ("统计变量", "statistical variable"),
        "Vehicle": ("交通工具", "vehicle"),
    }),
    "sem": ("SEM", {
        "Event": ("事件", "event"),
        "hasActor": ("有行动者", "has actor"),
        "hasPlace": ("有地点", "has place"),
    }),
    "oa": ("Web Annotation", {
        "TextPositionSelector": ("文本位置选择器", "text position selector"),
        "TextQuoteSelector": ("引文选择器", "text quote selector"),
    }),
}  # fmt: skip
WELL_KNOWN |= {
    REUSED[prefix] + name: (f"{zh} ({vocabulary})", f"{en} ({vocabulary})")
    for prefix, (vocabulary, terms) in _ALIGNED.items()
    for name, (zh, en) in terms.items()
}

# Words that the data uses as codes.
CODES = {
    "exact": ("准确", "exact"),
    "moreThan": ("多于", "more than"),
    "lessThan": ("少于", "less than"),
    "approximately": ("约", "about"),
    "flow": ("期内流量", "flow over the period"),
    "stock": ("时点存量", "stock at a time"),
    "cumulative": ("累计", "cumulative"),
    "change": ("变化", "change"),
    "planned": ("计划", "planned"),
    "ongoing": ("进行中", "ongoing"),
    "completed": ("已完成", "completed"),
    "explicit": ("明言", "explicit"),
    "interpreted": ("解读", "interpreted"),
    "implied": ("隐含", "implied"),
    "evaluation": ("评价", "evaluation"),
    "explanation": ("说明", "explanation"),
    "aim": ("目标", "aim"),
    "prediction": ("预测", "prediction"),
    "weekly": ("每周", "weekly"),
}


def said(pair: tuple[str, str], language: str) -> str:
    """One of a pair of Chinese and English words."""
    return pair[0] if language == "zh" else pair[1]


@dataclass
class Labels:
    """The labels of IRIs, by language."""

    found: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row], key: str = "x", value: str = "label") -> Labels:
        """The labels of rows of an IRI and a label; the alphabetically first of each language."""
        labels = cls()
        for row in rows:
            languages = labels.found.setdefault(row[key].value, {})
            label = row[value]
            first = languages.get(label.language)
            languages[label.language] = min(first, label.value) if first else label.value
        return labels

    def get(self, iri: str, language: str) -> str:
        """The label in a language, or in the other one; empty if there is none."""
        languages = self.found.get(iri)
        if languages and (language in languages or iri not in WELL_KNOWN):
            for wanted in (language, "en", "zh", ""):
                if wanted in languages:
                    return languages[wanted]
            return next(iter(languages.values()))
        return said(WELL_KNOWN[iri], language) if iri in WELL_KNOWN else ""

    def name(self, term: Term, language: str) -> str:
        """What to call a term: its label, or the last part of its IRI."""
        return self.get(term.value, language) or term.local
