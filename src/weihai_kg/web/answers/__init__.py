"""Answers at an address that can be cited."""
