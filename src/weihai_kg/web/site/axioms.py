"""The ontology as terms with their axioms in pieces that a template can put into words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from weihai_kg.namespaces import REUSED
from weihai_kg.web.things.asking import Row
from weihai_kg.web.things.labels import Labels
from weihai_kg.web.things.terms import Term

OWL, RDF, RDFS, SKOS = (REUSED[name] for name in ("owl", "rdf", "rdfs", "skos"))
TYPE = RDF + "type"
KINDS = {
    OWL + "Class": "classes",
    OWL + "ObjectProperty": "relations",
    OWL + "DatatypeProperty": "values",
    OWL + "AnnotationProperty": "annotations",
}

# Axioms between a term and others, with their words.
RELATIONS = {
    RDFS + "subClassOf": ("是其一种", "Is a kind of"),
    RDFS + "subPropertyOf": ("蕴含", "Implies"),
    RDFS + "domain": ("主体必为", "Its subject is always a"),
    RDFS + "range": ("客体必为", "Its value is always a"),
    OWL + "inverseOf": ("反向属性", "Inverse of"),
    OWL + "propertyDisjointWith": ("不与之并存", "Never holds together with"),
    SKOS + "closeMatch": ("近似", "Close to"),
    SKOS + "exactMatch": ("等同", "Same as"),
}
CHARACTERISTICS = {
    OWL + "TransitiveProperty": ("可传递", "transitive"),
    OWL + "SymmetricProperty": ("对称", "symmetric"),
    OWL + "AsymmetricProperty": ("反对称(不可逆)", "asymmetric"),
    OWL + "FunctionalProperty": ("至多一值", "at most one value"),
    OWL + "InverseFunctionalProperty": ("值唯一确定主体", "a value has one subject"),
    OWL + "IrreflexiveProperty": ("不指自身", "never of itself"),
}


@dataclass
class VocabularyTerm:
    """One class or property."""

    iri: str
    name: str
    kind: str
    definition: dict[str, str] = field(default_factory=dict)
    examples: list[Term] = field(default_factory=list)
    relations: dict[str, list[Term]] = field(default_factory=dict)
    characteristics: list[str] = field(default_factory=list)
    chains: list[list[Term]] = field(default_factory=list)
    meanings: list[list[tuple[Term, Term | None]]] = field(default_factory=list)
    disjoint: list[Term] = field(default_factory=list)
    uses: int = 0
    example: Term | None = None

    def said_examples(self, language: str) -> list[Term]:
        """The examples in a language; all where there is none in it."""
        return [each for each in self.examples if each.language == language] or self.examples


class Ontology:
    """The triples of the ontology, by subject and property."""

    def __init__(self, triples: Iterable[Row]) -> None:
        """``triples`` are rows of ?s, ?p and ?x."""
        self._about: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        labels = []
        for row in triples:
            self._about[row["s"].value][row["p"].value].append(row["x"])
            if row["p"].value == RDFS + "label":
                labels.append({"x": row["s"], "label": row["x"]})
        self.labels = Labels.of(labels)

    def values(self, subject: str, property_: str) -> list[Term]:
        """The values of a property, sorted."""
        found = self._about.get(subject, {}).get(property_, [])
        return sorted(found, key=lambda each: each.value)

    def sequence(self, head: Term) -> list[Term]:
        """The members of an RDF list."""
        members: list[Term] = []
        seen: set[str] = set()
        while head.value != RDF + "nil" and head.value not in seen:
            seen.add(head.value)
            members += self.values(head.value, RDF + "first")
            rest = self.values(head.value, RDF + "rest")
            head = rest[0] if rest else Term(RDF + "nil")
        return members

    def terms(self, namespace: str) -> list[VocabularyTerm]:
        """The terms of a namespace, sorted by name."""
        found = []
        for iri in sorted(self._about):
            if iri.startswith(namespace) and (kind := self._kind(iri)):
                found.append(self._term(iri, iri[len(namespace) :], kind))
        self._add_disjointness({each.iri: each for each in found})
        return found

    def _kind(self, iri: str) -> str:
        types = {each.value for each in self.values(iri, TYPE)}
        return next((kind for owl, kind in KINDS.items() if owl in types), "")

    def _term(self, iri: str, name: str, kind: str) -> VocabularyTerm:
        term = VocabularyTerm(iri, name, kind)
        for each in self.values(iri, RDFS + "comment") + self.values(iri, SKOS + "definition"):
            term.definition[each.language] = each.value
        term.examples = self.values(iri, SKOS + "example")
        term.characteristics = [
            each.value for each in self.values(iri, TYPE) if each.value in CHARACTERISTICS
        ]
        for property_ in RELATIONS:
            named = [each for each in self.values(iri, property_) if each.is_iri]
            if named:
                term.relations[property_] = named
        for head in self.values(iri, OWL + "propertyChainAxiom"):
            term.chains.append(self.sequence(head))
        for equivalent in self.values(iri, OWL + "equivalentClass"):
            for head in self.values(equivalent.value, OWL + "intersectionOf"):
                term.meanings.append([self._condition(each) for each in self.sequence(head)])
        return term

    def _condition(self, part: Term) -> tuple[Term, Term | None]:
        """A class, or a property with the value it must have."""
        if part.is_iri:
            return part, None
        properties = self.values(part.value, OWL + "onProperty")
        values = self.values(part.value, OWL + "hasValue")
        return (properties[0], values[0]) if properties and values else (part, None)

    def _add_disjointness(self, terms: dict[str, VocabularyTerm]) -> None:
        for about in list(self._about.values()):
            for head in about.get(OWL + "members", []):
                members = self.sequence(head)
                for each in members:
                    if each.value in terms:
                        known = terms[each.value].disjoint
                        known += [m for m in members if m != each and m not in known]
