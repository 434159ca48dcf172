"""Surveys: NPS, CSAT, CES and response rate, each with its interval, by segment, weighted, and as states that merge."""

from __future__ import annotations

from sojourn._core.surveys import ResponseCounts as ResponseCounts
from sojourn.surveys._compare_segments import (
    SegmentComparison as SegmentComparison,
    compare_segments as compare_segments,
)
from sojourn.surveys._comparison import compare_csat as compare_csat, compare_nps as compare_nps
from sojourn.surveys._response_rate import response_rate as response_rate
from sojourn.surveys._scores import ces as ces, csat as csat, nps as nps
from sojourn.surveys._state import SurveyState as SurveyState
from sojourn.surveys._weighted import (
    weighted_mean as weighted_mean,
    weighted_ratio as weighted_ratio,
    weighted_total as weighted_total,
)
