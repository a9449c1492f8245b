"""The saved queries as RDF, as SIB's sparql-examples has it, so that editors can offer them.

https://github.com/sib-swiss/sparql-examples: each query is a ``sh:SPARQLExecutable`` with its text,
an ``rdfs:comment``, ``sh:prefixes``, ``schema:keywords`` and ``schema:target``. Where SIB's files
have blank nodes, there are IRIs here. A query is a ``schema:Question`` too, and the answer of its
run in the build is its ``schema:acceptedAnswer`` with the number of rows and a SHA-256.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rdflib import DCTERMS, RDF, RDFS, SH, XSD, Literal, Namespace, URIRef
from rdflib.term import Node

from weihai_kg.engine.request import Form
from weihai_kg.namespaces import REUSED, SCHEMA, Namespaces
from weihai_kg.saved_queries.parameters import DATATYPES, Parameter, Type
from weihai_kg.saved_queries.runs import Run
from weihai_kg.saved_queries.saved_query import SavedQuery

Triple = tuple[Node, Node, Node]

_SPDX = Namespace(REUSED["spdx"])
_SPEX = Namespace("https://purl.expasy.org/sparql-examples/ontology#")
_FORMS: Mapping[Form, tuple[URIRef, URIRef]] = {
    Form.SELECT: (SH.SPARQLSelectExecutable, SH.select),
    Form.ASK: (SH.SPARQLAskExecutable, SH.ask),
    Form.CONSTRUCT: (SH.SPARQLConstructExecutable, SH.construct),
    Form.DESCRIBE: (_SPEX.SPARQLDescribeExecutable, _SPEX.describe),
}


def catalogue(
    queries: Iterable[SavedQuery],
    namespaces: Namespaces,
    endpoint: str,
    runs: Iterable[Run] = (),
) -> set[Triple]:
    """All the queries, their prefixes, and the answers of those that were run."""
    triples: set[Triple] = set()
    answers = {run.name: run for run in runs}
    prefixes: dict[str, str] = {}
    for query in queries:
        prefixes |= query.prefixes
        triples.update(_query(query, namespaces, URIRef(endpoint)))
        if query.name in answers and not query.remote:
            triples.update(_answer(answers[query.name], namespaces))
    triples.update(_prefixes(prefixes, namespaces))
    return triples


def _prefix_node(namespaces: Namespaces, fragment: str) -> URIRef:
    return URIRef(f"{namespaces.base}queries#{fragment}")


def _query(query: SavedQuery, namespaces: Namespaces, endpoint: URIRef) -> Iterator[Triple]:
    iri = namespaces.query[query.name]
    kind, text = _FORMS[query.form]
    yield iri, RDF.type, SH.SPARQLExecutable
    yield iri, RDF.type, kind
    yield iri, RDF.type, SCHEMA.Question
    yield iri, text, Literal(query.body)
    yield iri, SH.prefixes, _prefix_node(namespaces, "prefixes")
    yield iri, SCHEMA.target, endpoint
    for language in sorted(query.title):
        yield iri, RDFS.label, Literal(query.title[language], lang=language)
        yield iri, RDFS.comment, Literal(query.description[language], lang=language)
    for endpoint_ in query.remote:
        yield iri, DCTERMS.requires, URIRef(endpoint_)
    for keyword in sorted({query.group, *query.tags}):
        yield iri, SCHEMA.keywords, Literal(keyword)
    for parameter in query.parameters:
        yield from _parameter(parameter, iri, query)


def _parameter(parameter: Parameter, query: URIRef, saved: SavedQuery) -> Iterator[Triple]:
    iri = URIRef(f"{query}#{parameter.name}")
    yield query, SH.parameter, iri
    yield iri, RDF.type, SH.Parameter
    yield iri, SH.path, iri
    for language, text in sorted(parameter.label.items()):
        yield iri, SH.name, Literal(text, lang=language)
    yield iri, SH.optional, Literal(not parameter.required)
    if parameter.type is Type.IRI:
        yield iri, SH.nodeKind, SH.IRI
        if parameter.class_:
            yield iri, SH["class"], URIRef(parameter.class_)
    else:
        yield iri, SH.datatype, URIRef(DATATYPES[parameter.type])
    if parameter.default is None:
        return
    if parameter.type is Type.IRI:
        yield iri, SH.defaultValue, URIRef(parameter.term(parameter.default, saved.prefixes)[1:-1])
    else:
        datatype = URIRef(DATATYPES[parameter.type])
        plain = None if datatype == XSD.string else datatype
        yield iri, SH.defaultValue, Literal(parameter.default, datatype=plain)


def _answer(run: Run, namespaces: Namespaces) -> Iterator[Triple]:
    query = namespaces.query[run.name]
    answer, checksum = URIRef(f"{query}#answer"), URIRef(f"{query}#checksum")
    yield query, SCHEMA.acceptedAnswer, answer
    yield answer, RDF.type, SCHEMA.Answer
    yield answer, RDF.type, SCHEMA.ItemList
    yield answer, SCHEMA.numberOfItems, Literal(run.rows)
    yield answer, _SPDX.checksum, checksum
    yield checksum, RDF.type, _SPDX.Checksum
    yield checksum, _SPDX.algorithm, _SPDX.checksumAlgorithm_sha256
    yield checksum, _SPDX.checksumValue, Literal(run.digest, datatype=XSD.hexBinary)
    for language, text in sorted((run.query.note or {}).items()):
        yield answer, SCHEMA.text, Literal(text, lang=language)


def _prefixes(prefixes: Mapping[str, str], namespaces: Namespaces) -> Iterator[Triple]:
    node = _prefix_node(namespaces, "prefixes")
    for prefix, namespace in sorted(prefixes.items()):
        declaration = _prefix_node(namespaces, f"prefix-{prefix}")
        yield node, SH.declare, declaration
        yield declaration, RDF.type, SH.PrefixDeclaration
        yield declaration, SH.prefix, Literal(prefix)
        yield declaration, SH.namespace, Literal(namespace, datatype=XSD.anyURI)
