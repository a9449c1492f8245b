"""Puts the pages and the linked data addresses into the Flask application."""

from __future__ import annotations

from flask import Flask

from weihai_kg.web import (
    about,
    articles,
    entities,
    figures,
    home,
    linked_data,
    presentation,
    search,
    site_files,
    vocabulary_page,
)


def register(app: Flask) -> None:
    """Register every page.

    Slashes are not merged: ``//name`` is no name here, and no reason to redirect.
    """
    app.url_map.merge_slashes = False
    presentation.register(app)
    for module in (
        about, articles, entities, figures, home, linked_data, search, site_files, vocabulary_page,
    ):  # fmt: skip
        app.register_blueprint(module.bp)
