"""SPARQL over one dataset, in worker processes that can be killed.

This package is the only one that knows the engine (pyoxigraph).
"""
