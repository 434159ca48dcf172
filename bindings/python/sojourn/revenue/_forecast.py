"""Where the MRR of today's accounts goes: forecast, its parts, its second opinion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._core.revenue import MrrForecast
from sojourn._frames.arguments import checked
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.lifetime._chain_ladder import chain_ladder_of
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._forecast_input import Contracts, contracts_of, horizon_of, month_label, new_business
from sojourn.revenue._forecast_plot import plot_forecast

METHODS = ("contracts", "decay", "chain_ladder")
FEW_ACCOUNTS = 30
"""Effective accounts below which limits are no bell curve."""
_AMOUNTS = ("opening", "churn", "contraction", "expansion", "new", "renewal_due", "closing", "low", "high", "under_contract")


def forecast(
    ledger: CoreLedger,
    accounts: Table,
    until: Any,
    *,
    methods: Sequence[str],
    level: float,
    by: str | None,
    contracts: Any,
    new: Any,
    draws: int,
    seed: int,
    family: str | None,
) -> Forecast:
    """The forecast of a ledger whose accounts are those of `accounts_table`."""
    unknown = [name for name in methods if name not in METHODS]
    if unknown or not methods:
        raise SchemaError(f"forecast: methods {unknown or list(methods)} are not among {', '.join(METHODS)}")
    if contracts is not None and "contracts" not in methods:
        raise SchemaError('forecast: contracts= is given, and "contracts" is not among the methods')
    first, known = _core.revenue.known_months(ledger.compiled)
    horizon = horizon_of(until, first + known)
    if by is not None and by not in accounts.columns:
        labels = [name for name in accounts.columns if name not in _LIFE]
        raise SchemaError(f'forecast: by "{by}" is no label of the ledger; its labels are: {", ".join(labels) or "none"}')
    terms = contracts_of(contracts)
    found = _core.revenue.forecast_mrr(
        ledger.compiled,
        accounts["account"],
        segment=None if by is None else accounts[by],
        parent=_if_any(accounts["parent"]),
        cause=_if_any(accounts["cause"]),
        contracts=None if terms is None else list(terms.columns),
        horizon=horizon,
        level=level,
        draws=draws,
        seed=seed,
        family=family,
        spread="both",
        decay="decay" in methods,
        new=new_business(new, first + known, horizon),
    )
    options = {
        **ledger.options,
        "until": month_label(first + known + horizon - 1),
        "methods": list(methods),
        "level": level,
        "by": by,
        "draws": draws,
        "seed": seed,
        "family": found.family if "decay" in methods else None,
        "contracts": _said_of(terms, found),
        "new": "none" if new is None else "as given",
        "reactivation": "not forecast",
    }
    return Forecast(ledger, found, first + known, options, second_opinion="chain_ladder" in methods)


_LIFE = ("account", "first_day", "last_day", "tenure", "churned", "cause", "mrr", "parent")


def _if_any(column: Column) -> Column | None:
    return None if column.null_count == len(column) else column


def _said_of(terms: Contracts | None, found: MrrForecast) -> Any:
    if terms is None:
        return "none given"
    return {"rows": len(terms.columns[0]), "ignored": found.contracts_ignored}


@checked
class Forecast:
    """Where the MRR of today's accounts goes, month by month."""

    def __init__(
        self, ledger: CoreLedger, found: MrrForecast, start: int, options: dict[str, Any], *, second_opinion: bool
    ) -> None:
        self.options = options
        self._ledger, self._found, self._start, self._second = ledger, found, start, second_opinion

    @property
    def periods(self) -> list[str]:
        """The months ahead."""
        return [month_label(self._start + h) for h in range(len(self._found.rows(None)["ahead"]))]

    @property
    def nrr(self) -> Estimate:
        """MRR of today's accounts at the end, as a share of theirs today."""
        return self._named(self._found.nrr(None))

    @property
    def grr(self) -> Estimate:
        """The same, no account counted for more than today."""
        return self._named(self._found.grr(None))

    @property
    def logos(self) -> Estimate:
        """The share of today's customers that is still there at the end."""
        return self._named(self._found.logos(None))

    @property
    def arr(self) -> Estimate:
        """12 x the last closing MRR, new business included."""
        return self._named(self._found.arr(None))

    @property
    def effective_accounts(self) -> float:
        """1 / sum of squared shares of the MRR, parents taken together: how many equal accounts the book is as risky as."""
        return self._found.effective_accounts

    @property
    def warnings(self) -> list[str]:
        """What to know before the limits are believed."""
        said = []
        if self.effective_accounts < FEW_ACCOUNTS:
            said.append(
                f"the book is as concentrated as {self.effective_accounts:.1f} equal accounts: limits are no bell curve; "
                "read .scenarios()"
            )
        if self._found.months_learned < 12:
            said.append(f"only {self._found.months_learned} months are known: rates of later ages are those of all accounts")
        return said

    def table(self) -> Table:
        """One row per month: opening, churn, contraction, expansion, new, renewal_due, closing, low, high and more.

        Means over the draws in minor units, so that opening - churn - contraction + expansion + new = closing; `low` and
        `high` are limits of the closing. `renewal_due` is the MRR whose contract comes due, `under_contract` the closing
        that cannot leave before its renewal; `process_sd` and `parameter_sd` say how much of the spread is chance, and how
        much comes from rates that are estimates.
        """
        columns = self._found.rows(None)
        del columns["ahead"]
        return self._as_table({"period": self.periods, **columns}, "Forecast")

    def parts(self) -> Table:
        """The same by segment of `by=` and for new business, below one another; they add up to the table."""
        labels = [*(self._found.segment_labels or ["today's accounts"]), "new business"]
        names = labels[: self._found.parts] if self._found.parts else ["today's accounts"]
        parts = [self._found.rows(place if self._found.parts else None) for place in range(len(names))]
        columns: dict[str, list[Any]] = {
            "part": [name for name in names for _ in self.periods],
            "period": self.periods * len(names),
        }
        columns.update({name: [value for part in parts for value in part[name]] for name in parts[0] if name != "ahead"})
        return self._as_table(columns, "Forecast by part")

    def causes(self) -> Table:
        """Churn by cause and month; adds up to the churn of the table. No rows where the book knows no cause."""
        rows = self._found.churn_by_cause()
        cells = [(h, c) for h in range(len(rows)) for c in range(len(self._found.causes))]
        columns = {
            "period": [self.periods[h] for h, _ in cells],
            "cause": [self._found.causes[c] for _, c in cells],
            "churn": [rows[h][c] for h, c in cells],
        }
        return self._as_table(columns, "Churn by cause")

    def methods(self) -> Table:
        """The closing of today's accounts by each method: the simulation, and Mack's chain ladder of cohort money.

        The two share nothing but the book. They are not combined: weights would need a back-test.
        """
        parts = self.parts()
        ours = [row for row in parts.to_dicts() if row["part"] != "new business"]
        closing = [sum(row["closing"] for row in ours if row["period"] == period) for period in self.periods]
        alone = self.options["new"] == "none"
        limits = self.table()
        low = limits["low"].to_list() if alone else [None] * len(closing)
        high = limits["high"].to_list() if alone else [None] * len(closing)
        columns: dict[str, list[Any]] = {
            "method": ["simulation"] * len(closing),
            "period": list(self.periods),
            "closing": closing,
            "low": low,
            "high": high,
            "reason": [None] * len(closing),
        }
        if self._second:
            ladder = chain_ladder_of(_core.revenue.cohort_money(self._ledger.compiled), self.options["level"])
            for ahead, period in enumerate(self.periods, start=1):
                found = ladder.ahead(ahead)
                row = ("chain_ladder", period, found.value, found.low, found.high, found.reason)
                for name, value in zip(columns, row, strict=True):
                    columns[name].append(value)
        return self._as_table(columns, "Methods")

    def scenarios(self) -> Table:
        """The five largest accounts: MRR, and the last closing if each leaves or stays as it is."""
        return self._as_table(self._found.largest(), "Largest accounts")

    def draws(self, ahead: int | None = None) -> Column:
        """The drawn closings of a month ahead, of the last one by default."""
        horizon = len(self.periods)
        month = horizon if ahead is None else ahead
        if not 1 <= month <= horizon:
            raise SchemaError(f"forecast: months ahead are 1 to {horizon}, not {month}")
        return self._found.closings(month)

    def plot(self, ax: Any = None, *, actual: Any = None) -> Any:
        """MRR so far, the fan of 50, 80 and 95 %, and a line at the last day that was known.

        `actual` is a later ledger: the MRR that the same accounts paid in the months that it knows.
        """
        came = None
        if actual is not None:
            came = _core.revenue.later_mrr(actual._core_ledger().compiled, self._ledger.compiled, len(self.periods))
        return plot_forecast(self._ledger, self._start, [self.draws(h + 1) for h in range(len(self.periods))], came, ax)

    def _named(self, found: Estimate) -> Estimate:
        found.options = self.options
        return found

    def _as_table(self, columns: Mapping[str, Any], title: str) -> Table:
        amounts = ("mrr", "if_it_leaves", "if_it_stays", *_AMOUNTS, "process_sd", "parameter_sd")
        return Table(
            columns,
            options=self.options,
            title=title,
            amounts=[name for name in amounts if name in columns],
            plot=(lambda _, ax: self.plot(ax)) if title == "Forecast" else None,
        )

    def __repr__(self) -> str:
        said = "".join(f"\n{text}" for text in self.warnings)
        return f"Forecast({self.periods[0]} to {self.periods[-1]}, NRR {self.nrr!r}, ARR {self.arr!r}){said}"
