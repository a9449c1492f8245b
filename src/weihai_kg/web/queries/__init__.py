"""Saved queries as pages and files."""
