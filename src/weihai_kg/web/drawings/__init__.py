"""Drawings of tables: which views suit a table, and each of them as markup for a page.

A drawing is HTML with SVG in it, made here and whole without a script: nothing in it is styled
inline, every text is escaped, what is not drawn is said in words. static/drawings.css styles it.
"""

from weihai_kg.web.drawings.views import draw, suited

__all__ = ["draw", "suited"]
