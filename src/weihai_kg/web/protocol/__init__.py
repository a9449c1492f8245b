"""The SPARQL 1.1 protocols on a bare path."""
