"""Why a statement holds, why a row is in an answer, and why an expected row is not.

The text of a query is read here (``reading``), but only the engine evaluates anything: every
question goes to its killable workers as a query of its own (``asking``).
"""
