"""Numbers as people read them: money to the last minor unit, rates in per cent, intervals in words."""

from __future__ import annotations

import math

from sojourn._frames.currency import shown_places
from sojourn._frames.language import mark, say, word

UNDEFINED = mark("not defined")


def money(minor: int, currency: str = "", *, code: bool = False) -> str:
    """Exact: 123456 USD cents is 1,234.56."""
    places = shown_places(currency)
    whole, part = divmod(abs(int(minor)), 10**places)
    text = f"{whole:,}" + (f".{part:0{places}d}" if places else "")
    text = f"−{text}" if minor < 0 else text
    return f"{currency} {text}" if code and currency else text


def rounded_money(minor: float, currency: str = "") -> str:
    """An average of money, to the nearest minor unit."""
    return word(UNDEFINED) if not math.isfinite(minor) else money(_rounded(minor), currency)


def round_money(minor: float, currency: str = "") -> str:
    """An estimate of money, without cents from a thousand units on."""
    unit = 10 ** shown_places(currency)
    if not math.isfinite(minor) or abs(minor) < 1000 * unit:
        return rounded_money(minor, currency)
    return f"{_rounded(minor / unit):,}".replace("-", "−")


def _rounded(value: float) -> int:
    """Half away from zero, as all shown money is rounded."""
    size = abs(value)
    whole = math.floor(size) + (size - math.floor(size) >= 0.5)
    return whole if value >= 0 else -whole


def percent(rate: float, places: int = 1) -> str:
    """A rate of 0.125 as "12.5%"."""
    return word(UNDEFINED) if math.isnan(rate) else f"{100 * rate:.{places}f}%".replace("-", "−")


def number(value: float, places: int = 1) -> str:
    """A number with separated thousands."""
    return word(UNDEFINED) if math.isnan(value) else f"{value:,.{places}f}".replace("-", "−")


def signed(value: float, places: int = 1) -> str:
    """A change, with its sign."""
    return word(UNDEFINED) if math.isnan(value) else f"{value:+,.{places}f}".replace("-", "−")


def span(low: str, high: str) -> str:
    """An interval in a table cell; empty when there is none."""
    return "" if word(UNDEFINED) in (low, high) else say("{low} to {high}", low=low, high=high)


def plural(count: int, noun: str) -> str:
    """A count with its noun: "1 account", "1,200 accounts"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def triangle_text(cohorts: list[str], shares: list[list[float | None]], most: int = 13) -> str:
    """The upper left corner of a retention triangle; cells not known yet are blank."""
    ages = range(min(most, len(shares[0]) if shares else 0))
    width = max((len(label) for label in cohorts[:most]), default=0)
    lines = [" " * width + "".join(f"{age:>6}" for age in ages)]
    for label, row in list(zip(cohorts, shares, strict=True))[:most]:
        cells = (row[age] for age in ages)
        lines.append(f"{label:<{width}}" + "".join("      " if cell is None else f"{100 * cell:5.0f}%" for cell in cells))
    hidden = len(cohorts) - most
    return "\n".join(lines + ([f"... {plural(hidden, 'more cohort')}"] if hidden > 0 else []))
