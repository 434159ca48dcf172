"""One Excel workbook of a ledger: MRR by account and month, and every total as a formula over it that ties out."""

from __future__ import annotations

import io
import os
from typing import Any, Literal

from sojourn._core import __version__
from sojourn._frames.arguments import checked
from sojourn._frames.format import money
from sojourn._frames.language import in_language, say
from sojourn._frames.optional import require
from sojourn._frames.output import utf8, write_bytes
from sojourn._report.workbook_facts import COUNTS, MOVEMENTS, RATES, WorkbookFacts, workbook_facts
from sojourn.revenue import Ledger

_ACCOUNT, _FIRST, _MONTHS = 0, 1, 2  # columns of the sheet of MRR
_TOLERANCE_ROW = 9  # of the summary, which the differences look at
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@checked
def workbook(
    ledger: Ledger,
    out: str | os.PathLike[str] | None = "report.xlsx",
    *,
    title: str | None = None,
    first: str | None = None,
    last: str | None = None,
    accounts: bool = False,
    lang: Literal["en", "zh"] = "en",
) -> bytes:
    """Writes an Excel workbook to `out` and returns its bytes; `out=None` writes nothing. Needs XlsxWriter.

    The sheet of MRR has one row per account and one column per month end. Movements, customers, NRR, GRR, MRR churn and
    logo churn of the months `first` to `last` (default: the last 12 complete ones) are formulas over it; a sheet holds what
    the library itself computes, and another the differences, which read 0. Movements compare month ends, as with
    `movement_mode="net_endpoints"`. Accounts are numbered; with `accounts=True` they have their names, which no spreadsheet
    takes for formulas.
    """
    with in_language(lang):
        facts = workbook_facts(ledger, first, last)
        heading = title or say("Customer report")
        utf8(heading)  # refuses what no file can hold
        data = _Book(facts, heading, accounts=accounts).bytes
    if out is not None:
        write_bytes(out, data)
    return data


class _Book:
    """The sheets, in the order in which they are read."""

    def __init__(self, facts: WorkbookFacts, title: str, *, accounts: bool) -> None:
        self._facts = facts
        held = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = require("xlsxwriter", '"sojourn[xlsx]"').Workbook(held, options)
        places = "" if facts.exponent == 0 else "." + "0" * facts.exponent
        self._bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._text = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._quoted = self._book.add_format({"quote_prefix": True})
        self._money = self._book.add_format({"num_format": f"#,##0{places};[Red]-#,##0{places}"})
        self._count = self._book.add_format({"num_format": "#,##0"})
        self._rate = self._book.add_format({"num_format": "0.0%"})
        names = (say("Summary"), say("Totals"), say("Tie-out"), say("MRR by account"), say("Computed by sojourn"))
        self._sheets = [self._book.add_worksheet(name) for name in (*names, say("Definitions"))]
        self._name = dict(zip(("summary", "totals", "ties", "mrr", "computed"), names, strict=True))
        self._columns = ["opening", *MOVEMENTS, "closing", *COUNTS, *RATES]
        summary, totals, ties, mrr, computed, definitions = self._sheets
        self._mrr(mrr, accounts)
        self._totals(totals)
        self._computed(computed)
        self._ties(ties)
        self._definitions(definitions)
        self._summary(summary, title)
        self._book.close()
        self.bytes = held.getvalue()

    def _summary(self, sheet: Any, title: str) -> None:
        facts = self._facts
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 60)
        worst = f"MAX('{self._name['ties']}'!B2:{_letters(len(self._columns) + 1)}{len(facts.months) + 1})"
        lines: list[tuple[str, Any]] = [
            (say("Currency"), facts.currency),
            (say("Months"), f"{facts.months[0]} - {facts.months[-1]}"),
            (say("Known up to"), facts.as_of),
            (say("Accounts"), len(facts.accounts)),
            (say("Policy"), facts.policy),
            (say("Made with"), f"sojourn {__version__}"),
        ]
        self._write(sheet, 0, 0, title, self._bold)
        for row, (label, value) in enumerate(lines, start=2):
            sheet.write_string(row, 0, label)
            self._write(sheet, row, 1, value, self._text)
        row = _TOLERANCE_ROW - 1
        sheet.write_string(row, 0, say("Largest difference"), self._bold)
        sheet.write_formula(row, 1, f"={worst}", None, 0)
        sheet.write_string(row, 2, say("0: every total ties out"))
        sheet.write_string(row + 1, 0, say("Tolerance"))
        sheet.write_number(row + 1, 1, facts.tolerance)
        sheet.write_string(row + 1, 2, _why_tolerance(facts))

    def _mrr(self, sheet: Any, accounts: bool) -> None:
        facts = self._facts
        sheet.freeze_panes(1, _MONTHS)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, _MONTHS + len(facts.columns), 12)
        for column, name in enumerate((say("Account"), say("Customer since"), *facts.columns)):
            sheet.write_string(0, column, name, self._bold)
        for row, account in enumerate(facts.accounts, start=1):
            self._write(sheet, row, _ACCOUNT, str(account.key) if accounts else row, None)
            sheet.write_number(row, _FIRST, account.first_month)
            for column, amount in enumerate(account.amounts, start=_MONTHS):
                if amount is not None:
                    sheet.write_number(row, column, amount, self._money)

    def _totals(self, sheet: Any) -> None:
        self._head(sheet)
        for row, month in enumerate(self._facts.months, start=1):
            sheet.write_string(row, 0, month)
            for column, name in enumerate(self._columns, start=1):
                value = self._facts.computed[row - 1][name]
                shown = "" if value is None else value
                sheet.write_formula(row, column, f"={self._formula(name, row)}", self._format(name), shown)

    def _computed(self, sheet: Any) -> None:
        self._head(sheet)
        for row, month in enumerate(self._facts.months, start=1):
            sheet.write_string(row, 0, month)
            for column, name in enumerate(self._columns, start=1):
                value = self._facts.computed[row - 1][name]
                if value is not None:
                    sheet.write_number(row, column, value, self._format(name))

    def _ties(self, sheet: Any) -> None:
        """How far each total lies from what was computed, beyond the tolerance; the last column closes the row."""
        self._head(sheet, say("Row closes"))
        allowed = f"'{self._name['summary']}'!$B${_TOLERANCE_ROW + 1}"
        for row, month in enumerate(self._facts.months, start=1):
            sheet.write_string(row, 0, month)
            for column, name in enumerate(self._columns, start=1):
                at = f"{_letters(column)}{row + 1}"
                ours, theirs = f"'{self._name['totals']}'!{at}", f"'{self._name['computed']}'!{at}"
                far = f"ROUND(ABS(N({ours})-N({theirs})),{9 if name in RATES else self._facts.exponent})"
                limit = allowed if name in ("opening", *MOVEMENTS, "closing") else "0"
                sheet.write_formula(row, column, f"=IF({far}<={limit},0,{far})", None, 0)
            parts = "+".join(f"'{self._name['totals']}'!{_letters(column)}{row + 1}" for column in (1, 2, 3, 4))
            lost = "-".join(f"'{self._name['totals']}'!{_letters(column)}{row + 1}" for column in (5, 6, 7))
            sheet.write_formula(row, len(self._columns) + 1, f"=ROUND(ABS({parts}-{lost}),{self._facts.exponent})", None, 0)

    def _definitions(self, sheet: Any) -> None:
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 90)
        for row, (name, text) in enumerate(_definitions()):
            sheet.write_string(row, 0, name, self._bold)
            sheet.write_string(row, 1, text, self._text)

    def _head(self, sheet: Any, *more: str) -> None:
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(self._columns) + 1, 14)
        for column, text in enumerate((say("Month"), *(_label(name) for name in self._columns), *more)):
            sheet.write_string(0, column, text, self._bold)

    def _formula(self, name: str, row: int) -> str:
        """Over the columns of month ends: `o` the end of the month before, `c` this one's, `y` that of a year ago."""
        facts = self._facts
        at = _MONTHS + 12 + row - 1
        o, c, y = (self._range(column) for column in (at - 1, at, at - 12))
        since = self._range(_FIRST)
        month = facts.month_numbers[row - 1]
        came = f'({o}="")*({c}<>"")'
        kept = f'SUMPRODUCT(({y}<>"")*({c}<{y})*{c})+SUMPRODUCT(({y}<>"")*({c}>={y})*{y})'
        lost = f'SUMPRODUCT(({o}<>"")*({o}>{c})*({o}-{c}))'
        return {
            "opening": f"SUM({o})",
            "new": f"SUMPRODUCT({came}*({since}>={month})*{c})",
            "reactivation": f"SUMPRODUCT({came}*({since}<{month})*{c})",
            "expansion": f'SUMPRODUCT(({o}<>"")*({c}<>"")*({c}>{o})*({c}-{o}))',
            "contraction": f'SUMPRODUCT(({o}<>"")*({c}<>"")*({c}<{o})*({o}-{c}))',
            "churn": f'SUMPRODUCT(({o}<>"")*({c}="")*{o})',
            "closing": f"SUM({c})",
            "accounts_opening": f"COUNT({o})",
            "accounts_new": f"SUMPRODUCT({came}*({since}>={month}))",
            "accounts_reactivated": f"SUMPRODUCT({came}*({since}<{month}))",
            "accounts_churned": f'SUMPRODUCT(({o}<>"")*({c}=""))',
            "accounts_closing": f"COUNT({c})",
            "nrr": f'IF(SUM({y})>0,SUMPRODUCT(({y}<>"")*{c})/SUM({y}),"")',
            "grr": f'IF(SUM({y})>0,({kept})/SUM({y}),"")',
            "mrr_churn": f'IF(SUM({o})>0,{lost}/SUM({o}),"")',
            "logo_churn": f'IF(COUNT({o})>0,SUMPRODUCT(({o}<>"")*({c}=""))/COUNT({o}),"")',
        }[name]

    def _range(self, column: int) -> str:
        letters = _letters(column)
        return f"'{self._name['mrr']}'!${letters}$2:${letters}${max(len(self._facts.accounts), 1) + 1}"

    def _format(self, name: str) -> Any:
        return self._rate if name in RATES else self._count if name in COUNTS else self._money

    def _write(self, sheet: Any, row: int, column: int, value: Any, form: Any) -> None:
        """A value that a user typed stays text, also when somebody edits its cell."""
        if isinstance(value, (int, float)):
            sheet.write_number(row, column, value, form)
        else:
            sheet.write_string(row, column, value, self._quoted if value[:1] in _FORMULA_SIGNS else form)


def _letters(column: int) -> str:
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return name


def _label(name: str) -> str:
    return {
        "opening": say("Opening MRR"),
        "new": say("New MRR"),
        "reactivation": say("Reactivation MRR"),
        "expansion": say("Expansion MRR"),
        "contraction": say("Contraction MRR"),
        "churn": say("Churned MRR"),
        "closing": say("Closing MRR"),
        "accounts_opening": say("Customers at the opening"),
        "accounts_new": say("New customers"),
        "accounts_reactivated": say("Customers that returned"),
        "accounts_churned": say("Customers that left"),
        "accounts_closing": say("Customers at the closing"),
        "nrr": say("NRR, 12 months"),
        "grr": say("GRR, 12 months"),
        "mrr_churn": say("MRR churn, month"),
        "logo_churn": say("Logo churn, month"),
    }[name]


def _definitions() -> list[tuple[str, str]]:
    month_ends = say(
        "Movements compare the end of a month with the end of the month before; changes that a month takes back do not show."
    )
    cells = say("An empty cell is no customer; 0 is a customer without MRR, free or paused.")
    return [
        (say("MRR by account"), f"{cells} {month_ends}"),
        (_label("new"), say("MRR of accounts that were no customers before, at the end of their first month.")),
        (_label("reactivation"), say("MRR of accounts that had been customers, had none at the opening, and are back.")),
        (_label("expansion"), say("What customers of both month ends pay more.")),
        (_label("contraction"), say("What customers of both month ends pay less.")),
        (_label("churn"), say("What customers paid at the opening that are none at the closing.")),
        (_label("nrr"), say("MRR now of the customers of a year ago, divided by what they paid then.")),
        (_label("grr"), say("The same, and of each customer at most what it paid a year ago.")),
        (_label("mrr_churn"), say("Churned and contracted MRR of the month, divided by its opening.")),
        (_label("logo_churn"), say("Customers that left in the month, divided by those at its opening.")),
        (say("Computed by sojourn"), say("The same numbers from the library, which reads days and not this sheet.")),
    ]


def _why_tolerance(facts: WorkbookFacts) -> str:
    if facts.tolerance == 0:
        return say("amounts are whole minor units: nothing is rounded")
    one = f"{money(1, facts.currency)} {facts.currency}"
    return say("{one}: MRR has fractions of it, and rows that are shown close exactly", one=one)
