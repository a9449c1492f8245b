"""Saved queries: SPARQL files with a header, their parameters, their runs and their catalogue.

Nothing here knows the engine or the web: a query with its arguments becomes a ``QueryRequest``.
"""
