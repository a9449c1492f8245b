"""Everything about HTTP: the protocols on a bare path, the pages by Flask."""
