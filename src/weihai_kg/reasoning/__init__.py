"""OWL 2 RL entailment with proofs: rules from an ontology, their closure, referees, evidence.

``compile_rules`` turns an ontology into Horn rules, ``entail`` applies them to statements and keeps
a proof of each conclusion, ``evidence_quads`` writes the proofs down as named graphs, and
``REASONERS`` holds other reasoners of the same input against it.
"""
