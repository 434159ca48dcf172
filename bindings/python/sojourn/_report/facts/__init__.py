"""From what a caller holds (a ledger, answers, a snapshot, scores) to the plain facts that a section shows."""

from __future__ import annotations
