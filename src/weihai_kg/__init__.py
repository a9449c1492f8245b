"""weihai-kg: a knowledge graph that can be checked, at an address that stays up.

``build`` turns the sources (``ontology/``, ``data/``, ``queries/``) into an immutable, checked
release; ``serve`` reads a release. The release is the only thing the two halves share.
"""

__version__ = "1.0.0"
