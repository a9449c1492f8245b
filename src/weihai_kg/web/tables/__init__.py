"""Answers as tables, and their file formats."""
