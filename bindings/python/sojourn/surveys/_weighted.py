"""Means, totals and ratios of a sample with weights, clusters and strata."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.surveys._rows import design_columns


@checked
def weighted_mean(
    values: Any,
    weights: Any = None,
    *,
    cluster: Any = None,
    strata: Any = None,
    fpc: Any = None,
    by: Any = None,
    count: Any = None,
    level: float = 0.95,
    method: str = "linearised",
) -> Any:
    """The mean of a sample whose rows speak for different numbers of customers: sum of w y / sum of w.

    `weights`: 0 leaves a row out; their scale does not matter. `cluster`: rows of one account that were drawn together.
    `strata`: parts of the population that were sampled separately. `fpc`: clusters (rows, without clusters) that the
    population of the row's stratum has, one number or a column. `count`: how many equal rows a row stands for. With `by=`
    a Table with one row per segment, each with the whole sample in its variance.

    `.standard_error`: by `method`, linearised (over clusters and strata) or kish (s / sqrt of Kish's n, which knows no
    clusters). `.deff`: that variance over the variance of as many plain rows. `.n_effective`: the smaller of n / deff and
    Kish's (sum w)^2 / sum w^2; the interval is never shorter than Kish's n allows, and has Student's quantile on clusters
    minus strata. Missing values stay in the sample and are in no estimate; `.n` counts the others.
    """
    return _read("mean", values, weights, None, cluster, strata, fpc, by, count, level, method)


@checked
def weighted_total(
    values: Any,
    weights: Any = None,
    *,
    cluster: Any = None,
    strata: Any = None,
    fpc: Any = None,
    by: Any = None,
    count: Any = None,
    level: float = 0.95,
    method: str = "linearised",
) -> Any:
    """The total of the population: sum of w y, where a weight says how many of the population a row stands for.

    Arguments and errors are those of `weighted_mean`. The total of a segment is uncertain also because its size is.
    """
    return _read("total", values, weights, None, cluster, strata, fpc, by, count, level, method)


@checked
def weighted_ratio(
    values: Any,
    denominators: Any,
    weights: Any = None,
    *,
    cluster: Any = None,
    strata: Any = None,
    fpc: Any = None,
    by: Any = None,
    count: Any = None,
    level: float = 0.95,
    method: str = "linearised",
) -> Any:
    """A ratio of two sums, sum of w y / sum of w x, with the error of the residuals y - ratio x.

    Arguments and errors are those of `weighted_mean`. A row that lacks one of the two is in no estimate.
    """
    return _read("ratio", values, weights, denominators, cluster, strata, fpc, by, count, level, method)


def _read(
    what: str,
    values: Any,
    weights: Any,
    denominators: Any,
    cluster: Any,
    strata: Any,
    fpc: Any,
    by: Any,
    count: Any,
    level: float,
    method: str,
) -> Any:
    rows = column(values, "values")
    given = {"weights": weights, "denominators": denominators, "by": by, "count": count}
    optional = {name: None if each is None else column(each, name) for name, each in given.items()}
    design = design_columns(len(rows), cluster=cluster, strata=strata, fpc=fpc)
    labels, sample = _core.surveys.sample_values(rows, **optional, **design)
    options = {
        "level": level,
        "method": method,
        **{name: each is not None for name, each in {"weights": weights, "by": by, "count": count, **design}.items()},
        "zero_weight": sample.zero_weight,
    }

    def read(domain: int) -> Estimate:
        result: Estimate = getattr(sample, what)(domain, level, method)
        result.options = options
        return result

    if by is None:
        return read(0)
    segments: list[str | None] = list(labels)
    if not segments or sample.rows_in(len(labels)) > 0:
        segments.append(None)
    found = [read(domain) for domain in range(len(segments))]
    columns = {
        "segment": segments,
        "n": [one.n for one in found],
        what: [one.value for one in found],
        "low": [one.low for one in found],
        "high": [one.high for one in found],
        "standard_error": [one.standard_error for one in found],
        "n_effective": [one.n_effective for one in found],
        "deff": [one.deff for one in found],
    }
    return Table(columns, options=options, title=f"Weighted {what} by segment")
