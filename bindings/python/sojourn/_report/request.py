"""What a report is about: the objects in hand and how to read them. `sojourn.report` and the command line both build one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sojourn._report.page import Fact
from sojourn.errors import SchemaError
from sojourn.health._result import HealthResult
from sojourn.lifetime._survival import Survival
from sojourn.revenue._ledger import Ledger


@dataclass(frozen=True, kw_only=True)
class RevenueRequest:
    """A ledger and the months `first` to `last` ("2024-12") of it; by default the last 12 complete ones.

    `margin` is the share of revenue left after serving a customer, `spend` the cost of winning the new customers of the last
    twelve months, in minor units.
    """

    ledger: Ledger
    first: str | None = None
    last: str | None = None
    window: int = 12
    margin: float | None = None
    spend: int | None = None

    def __post_init__(self) -> None:
        if self.spend is not None and self.margin is None:
            raise SchemaError("spend needs margin=: what share of revenue is left after serving a customer?")


@dataclass(frozen=True, kw_only=True)
class ContractRequest:
    """A table of contract terms as for `sojourn.renewals`; `columns` names its columns by role."""

    table: Any
    columns: Mapping[str, Any] = field(default_factory=dict)
    amounts: str | None = None
    grace_days: int = 30


@dataclass(frozen=True, kw_only=True)
class SnapshotRequest:
    """One row per customer: `tenure` in whole months, whether it has `left`, and `monthly` money in minor units."""

    tenure: Sequence[int]
    left: Sequence[bool]
    monthly: Sequence[int] | None = None
    segments: Sequence[str] | None = None
    by: str = ""
    currency: str = "USD"


@dataclass(frozen=True, kw_only=True)
class CurveRequest:
    """Survival curves by name; the first one is that of all accounts."""

    curves: Mapping[str, Survival]


@dataclass(frozen=True, kw_only=True)
class SurveyRequest:
    """Answers of a survey (None: no answer); `weights` add the weighted score, `segments` the score of each segment."""

    scores: Sequence[int | None]
    segments: Sequence[str] | None = None
    by: str = ""
    weights: Sequence[float] | None = None


@dataclass(frozen=True, kw_only=True)
class NpsRequest(SurveyRequest):
    """Answers from 0 to 10."""


@dataclass(frozen=True, kw_only=True)
class CsatRequest(SurveyRequest):
    """Answers on `scale`; the top two boxes are satisfied unless `satisfied_from` says otherwise."""

    scale: tuple[int, int] = (1, 5)
    satisfied_from: int | None = None


@dataclass(frozen=True, kw_only=True)
class CesRequest(SurveyRequest):
    """Answers on `scale`, of which the highest is the easiest."""

    scale: tuple[int, int] = (1, 7)


@dataclass(frozen=True, kw_only=True)
class HealthRequest:
    """A scored cycle. `outcome` says who left, where that is known; account names are printed only with `accounts`."""

    result: HealthResult
    outcome: Sequence[bool] = ()
    accounts: bool = False
    earlier: Sequence[HealthResult] = ()
    """The cycles before, oldest first."""


@dataclass(frozen=True, kw_only=True)
class ReportRequest:
    """The families of a report that are asked for. `survival` is by default that of the ledger."""

    revenue: RevenueRequest | None = None
    contracts: ContractRequest | None = None
    survival: SnapshotRequest | CurveRequest | None = None
    nps: NpsRequest | None = None
    csat: CsatRequest | None = None
    ces: CesRequest | None = None
    survey_days: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    """By kind of survey the columns of the days of sending and of answering."""
    health: HealthRequest | None = None
    book: Any = None
    """One row per account: owner, renews_on, labels."""
    targets: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    """By metric (at least, at most)."""
    names: bool = False
    """Accounts are listed by name."""
    level: float = 0.95
    subtitle: str = ""
    """The line under the heading; by default what the ledger covers."""
    notes: Sequence[Fact] = ()
    """What the reader should know about how the data was read."""

    def __post_init__(self) -> None:
        if self.contracts is not None and self.revenue is None:
            raise SchemaError("contracts, margin and spend are read together with a ledger: give ledger=")
