"""Subscription periods with their MRR."""

from __future__ import annotations

from sojourn.revenue._sources.source import Source


class Subscriptions(Source):
    """One row per period [start, end) of an account."""

    kind = "periods"
    required = ("account", "start", "end", "mrr")
    has_terms = True
