"""Table 5: the semantics of axioms about properties."""

from __future__ import annotations


def test_prp_dom(gives):
    """T(p domain c), T(x p y) give T(x type c)."""
    gives("prp-dom", ":p rdfs:domain :C .", ":a :p :b .", ":a a :C .")


def test_prp_rng(gives):
    """T(p range c), T(x p y) give T(y type c)."""
    gives("prp-rng", ":p rdfs:range :C .", ":a :p :b .", ":b a :C .")


def test_prp_fp(gives):
    """T(p type FunctionalProperty), T(x p y1), T(x p y2) give T(y1 sameAs y2)."""
    gives("prp-fp", ":p a owl:FunctionalProperty .", ":a :p :b , :c .", ":b owl:sameAs :c .")


def test_prp_fp_of_two_values(forbids):
    """Two literals of different value cannot be the same (prp-fp, dt-diff, eq-diff1)."""
    forbids("prp-fp_dt-diff_eq-diff1", ":p a owl:FunctionalProperty .", ":a :p 1 , 2 .")


def test_prp_ifp(gives):
    """T(p type InverseFunctionalProperty), T(x1 p y), T(x2 p y) give T(x1 sameAs x2)."""
    ontology = ":p a owl:InverseFunctionalProperty ."
    gives("prp-ifp", ontology, ":a :p :c . :b :p :c .", ":a owl:sameAs :b .")


def test_prp_irp(forbids):
    """T(p type IrreflexiveProperty), T(x p x) give false."""
    forbids("prp-irp", ":p a owl:IrreflexiveProperty .", ":a :p :a , :b .")


def test_prp_symp(gives):
    """T(p type SymmetricProperty), T(x p y) give T(y p x)."""
    gives("prp-symp", ":p a owl:SymmetricProperty .", ":a :p :b .", ":b :p :a .")


def test_prp_asyp(forbids):
    """T(p type AsymmetricProperty), T(x p y), T(y p x) give false."""
    forbids("prp-asyp", ":p a owl:AsymmetricProperty .", ":a :p :b . :b :p :a .")


def test_prp_trp(gives):
    """T(p type TransitiveProperty), T(x p y), T(y p z) give T(x p z)."""
    gives("prp-trp", ":p a owl:TransitiveProperty .", ":a :p :b . :b :p :c .", ":a :p :c .")


def test_prp_spo1(gives):
    """T(p1 subPropertyOf p2), T(x p1 y) give T(x p2 y)."""
    gives("prp-spo1", ":p rdfs:subPropertyOf :q .", ":a :p 1 .", ":a :q 1 .")


def test_prp_spo2(gives):
    """T(p propertyChainAxiom (p1 ... pn)), T(u1 p1 u2) ... give T(u1 p un+1)."""
    ontology = ":q owl:propertyChainAxiom (:p1 :p2 :p3) ."
    step = gives("prp-spo2", ontology, ":a :p1 :b . :b :p2 :c . :c :p3 :d .", ":a :q :d .")
    assert [str(p) for _, p, _ in step.premises] == ["urn:ex:p1", "urn:ex:p2", "urn:ex:p3"]


def test_prp_eqp1(gives):
    """T(p1 equivalentProperty p2), T(x p1 y) give T(x p2 y)."""
    gives("prp-eqp1", ":p owl:equivalentProperty :q .", ":a :p :b .", ":a :q :b .")


def test_prp_eqp2(gives):
    """T(p1 equivalentProperty p2), T(x p2 y) give T(x p1 y)."""
    gives("prp-eqp2", ":p owl:equivalentProperty :q .", ":a :q :b .", ":a :p :b .")


def test_prp_pdw(forbids):
    """T(p1 propertyDisjointWith p2), T(x p1 y), T(x p2 y) give false."""
    forbids("prp-pdw", ":p owl:propertyDisjointWith :q .", ":a :p :b ; :q :b .")


def test_prp_adp(forbids):
    """Two of the properties of AllDisjointProperties between the same things give false."""
    ontology = "[] a owl:AllDisjointProperties ; owl:members (:p :q :r) ."
    forbids("prp-adp", ontology, ":a :q :b ; :r :b .")


def test_prp_inv1(gives):
    """T(p1 inverseOf p2), T(x p1 y) give T(y p2 x)."""
    gives("prp-inv1", ":p owl:inverseOf :q .", ":a :p :b .", ":b :q :a .")


def test_prp_inv2(gives):
    """T(p1 inverseOf p2), T(x p2 y) give T(y p1 x)."""
    gives("prp-inv2", ":p owl:inverseOf :q .", ":a :q :b .", ":b :p :a .")


def test_prp_inv2_of_a_nameless_inverse(gives):
    """An inverse without a name is the property itself the other way round."""
    ontology = ":q owl:propertyChainAxiom ([ owl:inverseOf :p ] :r) ."
    gives("prp-inv2_prp-spo2", ontology, ":a :p :b . :a :r :c .", ":b :q :c .")


def test_prp_key(gives):
    """T(c hasKey (p1 ... pn)) and the same values for all make two members one."""
    statements = ":a a :C ; :p 1 ; :q 2 . :b a :C ; :p 1 ; :q 2 . :c a :C ; :p 1 ; :q 3 ."
    step = gives("prp-key", ":C owl:hasKey (:p :q) .", statements, ":a owl:sameAs :b .")
    assert len(step.premises) == 6


def test_prp_npa1(forbids):
    """A negative object property assertion that holds gives false."""
    ontology = "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b ."
    forbids("prp-npa1", ontology, ":a :p :b , :c .")


def test_prp_npa2(forbids):
    """A negative data property assertion that holds gives false."""
    ontology = "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 1 ."
    forbids("prp-npa2", ontology, ":a :p 1 , 2 .")
