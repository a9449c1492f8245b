"""Table 4: the semantics of equality."""

from __future__ import annotations


def test_eq_sym(gives):
    """T(x sameAs y) gives T(y sameAs x)."""
    gives("eq-sym", "", ":a owl:sameAs :b .", ":b owl:sameAs :a .")


def test_eq_trans(gives):
    """T(x sameAs y), T(y sameAs z) give T(x sameAs z)."""
    gives("eq-trans", "", ":a owl:sameAs :b . :b owl:sameAs :c .", ":a owl:sameAs :c .")


def test_eq_rep_s(gives):
    """T(s sameAs s'), T(s p o) give T(s' p o)."""
    gives("eq-rep-s", "", ":a owl:sameAs :b ; :p :c .", ":b :p :c .")


def test_eq_rep_p(gives):
    """T(p sameAs p'), T(s p o) give T(s p' o)."""
    gives("eq-rep-p", "", ":p owl:sameAs :q . :a :p :c .", ":a :q :c .")


def test_eq_rep_o(gives):
    """T(o sameAs o'), T(s p o) give T(s p o')."""
    gives("eq-rep-o", "", ":b owl:sameAs :c . :a :p :b .", ":a :p :c .")


def test_eq_rep_of_a_class_reaches_what_the_class_is_below(gives):
    """A class that is the same as another has its members, and so the other's superclasses."""
    gives(
        "cax-sco",
        ":C rdfs:subClassOf :D .",
        ":B owl:sameAs :C . :a a :B .",
        ":a a :D .",
    )  # fmt: skip


def test_eq_diff1(forbids):
    """T(x sameAs y), T(x differentFrom y) give false, wherever the second is stated."""
    assert len(forbids("eq-diff1", "", ":a owl:sameAs :b ; owl:differentFrom :b .")) == 2
    assert len(forbids("eq-diff1", ":a owl:differentFrom :b .", ":a owl:sameAs :b .")) == 1


def test_eq_ref(forbids):
    """Everything is the same as itself, so nothing is different from itself."""
    forbids("eq-ref_eq-diff1", "", ":a owl:differentFrom :a .")


def test_eq_diff2(forbids):
    """T(x type AllDifferent), T(x members ...), T(zi sameAs zj) give false; the last two too."""
    ontology = "[] a owl:AllDifferent ; owl:members (:a :b :c) ."
    forbids("eq-diff2", ontology, ":b owl:sameAs :c .")


def test_eq_diff3(forbids):
    """The same for distinctMembers."""
    ontology = "[] a owl:AllDifferent ; owl:distinctMembers (:a :b :c) ."
    forbids("eq-diff3", ontology, ":a owl:sameAs :b .")
