"""Asking a query of one's own: the editor, its answer shown, the doctor's advice."""
