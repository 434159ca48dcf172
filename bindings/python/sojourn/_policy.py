"""The conventions that revenue metrics disagree about, as one value that travels with every result."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sojourn import _core
from sojourn.errors import SchemaError


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How movements and rates are counted. Every default is the commonest published rule or the one with an invariant."""

    movement_mode: str = "gross_events"
    """"gross_events": every change counts; "net_endpoints": only opening against closing."""
    same_period_new_churn: str = "count_both"
    """A customer who joins and leaves in one period: "count_both", or "drop"."""
    reactivation_max_gap: int | None = None
    """A return after more days without MRR than this is a new customer; None: always a reactivation."""
    logo_denominator: str = "start"
    """Lost customers over those of the "start", or over "start_plus_new"."""
    mrr_churn_cap: str = "opening_mrr"
    """An account loses at most its "opening_mrr", or "none"."""
    net_churn: str = "cohort"
    """1 - NRR of the "cohort" of the opening, "with_reactivation", or "expansion_only"."""
    grr: str = "account_min"
    """Each account at min(opening, closing), or "churn_only"."""
    quick_ratio_reactivation: str = "include"
    """Returned MRR counts as growth: "include" or "exclude"."""

    def __post_init__(self) -> None:
        _core.check_policy(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """The fields by name."""
        return dataclasses.asdict(self)

    def to_json(self) -> str:
        """Canonical text: sorted keys, no spaces."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Policy:
        """The policy behind `to_json`; an unknown field is an error."""
        fields = json.loads(text)
        known = [field.name for field in dataclasses.fields(cls)]
        unknown = sorted(set(fields) - set(known))
        if unknown:
            raise SchemaError(f"policy has no field {', '.join(unknown)}; it has: {', '.join(known)}")
        return cls(**fields)

    def hash(self) -> str:
        """Sixteen hex digits that name this policy."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:16]
