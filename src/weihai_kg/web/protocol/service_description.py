"""SPARQL 1.1 Service Description, generated from what this service really does.

https://www.w3.org/TR/sparql11-service-description/; limits are schema:PropertyValue, parameters a
hydra:IriTemplate, since the vocabulary has no words for them.
"""

from __future__ import annotations

from dataclasses import fields

from rdflib import DCTERMS, RDF, RDFS, XSD, Graph, Literal, Namespace, URIRef

from weihai_kg import formats
from weihai_kg.engine.origins import allowlist
from weihai_kg.namespaces import Namespaces
from weihai_kg.release import REPORT, Release
from weihai_kg.settings import Settings
from weihai_kg.web.backend import QueryEngine, Releases
from weihai_kg.web.http.negotiation import HTML, named, offered, quality, rank
from weihai_kg.web.http.problem import not_acceptable
from weihai_kg.web.http.request import Request
from weihai_kg.web.http.response import Response
from weihai_kg.web.protocol.operation import Parameters

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
ENT = Namespace("http://www.w3.org/ns/entailment/")
SCHEMA = Namespace("https://schema.org/")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
VOID = Namespace("http://rdfs.org/ns/void#")
OWL_RL = URIRef("http://www.w3.org/ns/owl-profile/RL")

WRITERS = {"ttl": "turtle", "nt": "nt11", "rdf": "pretty-xml", "jsonld": "json-ld"}
FORMATS = tuple(each for each in formats.RDF if each.name in WRITERS)

LIMITS = {
    "query_timeout": "second", "query_cpu": "second", "query_memory": "byte",
    "query_rows": "row", "query_bytes": "byte", "query_length": "byte",
    "query_nesting": "level",
}  # fmt: skip

PARAMETERS = {
    "query": ("xsd:string", "The SPARQL query."),
    "default-graph-uri": ("xsd:anyURI", "A graph of the default graph; may be repeated."),
    "named-graph-uri": ("xsd:anyURI", "A named graph of the dataset; may be repeated."),
    "infer": (
        "xsd:boolean",
        "false leaves inferred statements out of the default graph; true is the default.",
    ),
    "timeout": ("xsd:decimal", "Seconds after which the query is stopped, below the limit."),
    "format": ("xsd:string", "Short name or media type of the answer's format; beats Accept."),
}

# A description stays one that can be read.
MOST_GRAPHS = 500
INFERRED = "inferred-"


def choose(request: Request, parameters: Parameters, *, html: bool) -> formats.Format:
    """The format of the description that the client wants; HTML stands for a page if there is one.

    A browser that finds no page here gets Turtle, which it can show, rather than 406.
    """
    offer = (*FORMATS, HTML) if html else FORMATS
    known = {each.name: each for each in offer}
    word = parameters.one("format")
    if word:
        names = (word,) if word == HTML.name else named(word).rdf
    else:
        names = rank(request.accept, offer)
        if not names and not html and quality(request.accept, HTML.media_type):
            names = ("ttl",)
    for name in names:
        if name in known:
            return known[name]
    raise not_acceptable(offered(offer))


class ServiceDescription:
    """Builds the description for one engine."""

    def __init__(self, engine: QueryEngine, settings: Settings, releases: Releases) -> None:
        """``releases`` knows what the build counted."""
        self._engine = engine
        self._settings = settings
        self._releases = releases
        self._names = Namespaces(settings.base)

    def respond(self, request: Request, chosen: formats.Format) -> Response:
        """The description in a format."""
        version = self._engine.version
        text = self.graph(request.root, request.url).serialize(
            format=WRITERS[chosen.name], encoding="utf-8"
        )
        return Response(
            200,
            [("Content-Type", chosen.content_type)],
            text,
            key=(version, "service-description", request.root, request.url, chosen.name),
            version=version,
        )

    def graph(self, root: str, endpoint: str) -> Graph:
        """The description of the endpoint at this address."""
        graph = Graph()
        for prefix, namespace in (
            ("sd", SD), ("ent", ENT), ("schema", SCHEMA), ("hydra", HYDRA), ("dcat", DCAT),
            ("void", VOID), ("dcterms", DCTERMS), ("fmt", "http://www.w3.org/ns/formats/"),
        ):  # fmt: skip
            graph.bind(prefix, namespace, replace=True)
        service = URIRef(f"{root}/sparql#service")
        dataset = URIRef(f"{root}/sparql#dataset")
        self._service(graph, service, endpoint)
        self._limits(graph, service)
        self._parameters(graph, service, endpoint)
        graph.add((service, SD.defaultDataset, dataset))
        graph.add((service, DCAT.servesDataset, dataset))
        self._dataset(graph, dataset)
        self._graph_store(graph, service, root, dataset)
        return graph

    def _service(self, graph: Graph, service: URIRef, endpoint: str) -> None:
        add = graph.add
        add((service, RDF.type, SD.Service))
        add((service, RDF.type, DCAT.DataService))
        add((service, SD.endpoint, URIRef(endpoint)))
        add((service, DCAT.endpointURL, URIRef(endpoint)))
        add((service, DCTERMS.conformsTo, URIRef("http://www.w3.org/TR/sparql11-protocol/")))
        add((service, SD.supportedLanguage, SD.SPARQL10Query))
        add((service, SD.supportedLanguage, SD.SPARQL11Query))
        add((SD.SPARQL10Query, RDF.type, SD.Language))
        add((SD.SPARQL11Query, RDF.type, SD.Language))
        for each in formats.RESULTS + formats.RDF:
            add((service, SD.resultFormat, URIRef(each.iri)))
            add((URIRef(each.iri), RDF.type, URIRef("http://www.w3.org/ns/formats/Format")))
            add((URIRef(each.iri), RDFS.label, Literal(each.label)))
        if self._settings.federation.split():
            add((service, SD.feature, SD.BasicFederatedQuery))
            add((SD.BasicFederatedQuery, RDF.type, SD.Feature))
            known = ", ".join(sorted(allowlist(self._settings.federation)))
            add((service, RDFS.comment, Literal(f"SERVICE may call: {known}.", lang="en")))
        add((service, SD.defaultEntailmentRegime, ENT.Simple))
        add((ENT.Simple, RDF.type, SD.EntailmentRegime))

    def _limits(self, graph: Graph, service: URIRef) -> None:
        texts = {each.name: each.metadata["help"] for each in fields(self._settings)}
        for name, unit in LIMITS.items():
            limit = URIRef(f"{service}-{name}")
            graph.add((service, SCHEMA.additionalProperty, limit))
            graph.add((limit, RDF.type, SCHEMA.PropertyValue))
            graph.add((limit, SCHEMA.propertyID, Literal(name)))
            graph.add((limit, SCHEMA.value, Literal(getattr(self._settings, name))))
            graph.add((limit, SCHEMA.unitText, Literal(unit)))
            graph.add((limit, RDFS.comment, Literal(
                f"{texts[name]} Beyond it the query ends in an error, never in a short answer.",
                lang="en",
            )))  # fmt: skip

    def _parameters(self, graph: Graph, service: URIRef, endpoint: str) -> None:
        template = URIRef(f"{service}-parameters")
        graph.add((service, HYDRA.search, template))
        graph.add((template, RDF.type, HYDRA.IriTemplate))
        names = [name + "*" if name.endswith("-uri") else name for name in PARAMETERS]
        pattern = f"{endpoint}{{?{','.join(names)}}}"
        graph.add((template, HYDRA.template, Literal(pattern)))
        for name, (datatype, text) in PARAMETERS.items():
            mapping = URIRef(f"{template}-{name}")
            graph.add((template, HYDRA.mapping, mapping))
            graph.add((mapping, RDF.type, HYDRA.IriTemplateMapping))
            graph.add((mapping, HYDRA.variable, Literal(name)))
            graph.add((mapping, HYDRA.required, Literal(name == "query")))
            graph.add((mapping, RDFS.range, XSD[datatype.removeprefix("xsd:")]))
            graph.add((mapping, RDFS.comment, Literal(text, lang="en")))

    def _dataset(self, graph: Graph, dataset: URIRef) -> None:
        default = URIRef(f"{dataset}-default-graph")
        graph.add((dataset, RDF.type, SD.Dataset))
        graph.add((dataset, SD.defaultGraph, default))
        graph.add((dataset, DCTERMS.hasVersion, Literal(self._engine.version)))
        graph.add((default, RDF.type, SD.Graph))
        found = self._releases.find(self._engine.version)
        if found is not None:
            self._kinds(graph, dataset, found)
            graph.add((default, RDFS.seeAlso, OWL_RL))
            graph.add((default, RDFS.comment, Literal(
                "Every published statement once: what was read, and what follows from it by the "
                "rules of the OWL 2 RL profile, worked out when the release was built. Queries are "
                "answered over these statements as they are (simple entailment). infer=false "
                "leaves the inferred statements out.", lang="en",
            )))  # fmt: skip
        names = sorted(self._engine.graphs())
        graph.add((dataset, SCHEMA.numberOfItems, Literal(len(names))))
        graph.add((dataset, RDFS.comment, Literal(
            f"The dataset has {len(names)} named graphs.", lang="en"
        )))  # fmt: skip
        # Of the graphs that hold one inferred statement each there are thousands.
        one_each = str(self._names.graph) + INFERRED
        for name in [each for each in names if not each.startswith(one_each)][:MOST_GRAPHS]:
            entry = URIRef(f"{dataset}-graph?{name}")
            graph.add((dataset, SD.namedGraph, entry))
            graph.add((entry, RDF.type, SD.NamedGraph))
            graph.add((entry, SD.name, URIRef(name)))
            graph.add((entry, SD.entailmentRegime, ENT.Simple))

    def _kinds(self, graph: Graph, dataset: URIRef, found: Release) -> None:
        """How many named graphs of each kind there are, and how many statements they hold."""
        report = found.report() if (found.path / REPORT).is_file() else {}
        for kind, count in sorted(report.get("graphs", {}).items()):
            entry = URIRef(f"{dataset}-{kind}")
            statements = report.get("statements", {}).get(kind, 0)
            graph.add((dataset, SCHEMA.additionalProperty, entry))
            graph.add((entry, RDF.type, SCHEMA.PropertyValue))
            graph.add((entry, SCHEMA.propertyID, self._names.wkg[kind]))
            graph.add((entry, SCHEMA.value, Literal(count)))
            graph.add((entry, SCHEMA.unitText, Literal("graph")))
            text = f"{count} named graphs of this kind hold {statements} statements."
            graph.add((entry, RDFS.comment, Literal(text, lang="en")))

    def _graph_store(self, graph: Graph, service: URIRef, root: str, dataset: URIRef) -> None:
        store = URIRef(f"{root}/graph-store")
        graph.add((service, RDFS.seeAlso, store))
        graph.add((store, RDF.type, DCAT.DataService))
        graph.add((store, DCAT.endpointURL, store))
        graph.add((store, DCAT.servesDataset, dataset))
        graph.add(
            (store, DCTERMS.conformsTo, URIRef("http://www.w3.org/TR/sparql11-http-rdf-update/"))
        )
        graph.add((store, RDFS.comment, Literal("For reading: GET and HEAD.", lang="en")))
