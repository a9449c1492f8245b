"""The reconciliation service: names of a user's table to things of this graph.

Reconciliation Service API 0.2
(https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/) at ``/reconcile``
and the draft of 1.0 (https://reconciliation-api.github.io/specs/1.0-draft/) below
``/reconcile/1.0-draft``: their manifests contradict each other, so each has a root of its own.
"""
