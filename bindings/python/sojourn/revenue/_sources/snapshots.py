"""Month snapshots: what each account paid in each month."""

from __future__ import annotations

from sojourn.revenue._sources.source import Source


class MonthSnapshots(Source):
    """One row per account and month."""

    kind = "snapshots"
    required = ("account", "month", "mrr")
    start_role = "month"
    end_roles = ()
