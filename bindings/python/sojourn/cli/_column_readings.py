"""What the columns of a list seem to hold: days and in which order, amounts and in which unit, accounts.

Names are only a hint here: whatever is found is shown with its evidence, for a person to take or leave.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sojourn._frames.roles import candidates
from sojourn._frames.usual_names import words_of
from sojourn.cli._numbers import decimal_mark, plain_number
from sojourn.cli._usage import UsageError

# Words of other languages in the names of contract lists, by role. A row of them is a hint, never a reading.
_WORDS: Mapping[str, Sequence[str]] = {
    "account": (
        "kunde",
        "kundenname",
        "firma",
        "mandant",
        "client",
        "cliente",
        "客户",
        "客户名称",
        "公司",
        "客户编号",
        "企业",
    ),
    "start": ("vertragsbeginn", "beginn", "von", "début", "inicio", "开始", "开始日期", "起始", "生效", "合同开始"),
    "end": ("vertragsende", "ende", "bis", "fin", "结束", "结束日期", "到期", "到期日", "终止", "合同结束"),
    "mrr": ("monatswert", "monatlich", "jahreswert", "jahresbetrag", "betrag", "wert", "amount", "contract value", "acv")
    + ("annual contract value", "annual value", "value", "月费", "年费", "金额", "合同金额", "年度金额", "月度"),
}
_YEARLY = re.compile(r"\barr\b|\bacv\b|annual|year|jahr|\bann|年", re.IGNORECASE)
_MONTHLY = re.compile(r"\bmrr\b|month|monat|月", re.IGNORECASE)
_SIGNS = {"€": ("EUR",), "£": ("GBP",), "$": ("USD",), "₹": ("INR",), "¥": ("CNY", "JPY"), "￥": ("CNY",)}
_DAY = re.compile(r"([0-9]{1,4})([./-])([0-9]{1,2})\2([0-9]{1,4})(?:[ T][0-9:.+Z-]+)?")
_MOST_SHARE = 0.9


@dataclass(frozen=True, kw_only=True)
class Days:
    """A column of days: the order in which they are written, or the orders that they could be written in."""

    orders: Sequence[str]
    evidence: str

    def read(self, cell: str) -> datetime.date | None:
        """The day of a cell in the likeliest order."""
        found = _DAY.fullmatch(cell)
        if found is None:
            return None
        parts = dict(zip(re.split(r"[./-]", self.orders[0]), (found[1], found[3], found[4]), strict=True))
        try:
            return datetime.date(int(parts["YYYY"]), int(parts["MM"]), int(parts["DD"]))
        except ValueError:
            return None


def days_in(cells: Sequence[str]) -> Days | None:
    """How the days of a column are written, or None where it holds none."""
    filled = [cell for cell in cells if cell]
    found = [match for cell in filled if (match := _DAY.fullmatch(cell)) is not None]
    if not found or len(found) < _MOST_SHARE * len(filled):
        return None
    mark = found[0][2]
    if all(len(match[1]) == 4 for match in found):
        return Days(orders=[mark.join(("YYYY", "MM", "DD"))], evidence=f"as in {found[0][0]}")
    first = max(found, key=lambda match: int(match[1]))
    second = max(found, key=lambda match: int(match[3]))
    day_first, month_first = (mark.join(order) for order in (("DD", "MM", "YYYY"), ("MM", "DD", "YYYY")))
    if int(first[1]) > 12 >= int(second[3]):
        return Days(orders=[day_first], evidence=f"{first[0]} has no month {first[1]}")
    if int(second[3]) > 12 >= int(first[1]):
        return Days(orders=[month_first], evidence=f"{second[0]} has no month {second[3]}")
    return Days(orders=[day_first, month_first], evidence=f"{found[0][0]} can be read both ways")


def role_of(role: str, names: Sequence[str], fitting: Sequence[str]) -> list[str]:
    """The columns for a role among those whose cells fit: by their usual names, then by words of other languages."""
    usual = [name for name in candidates(role, names) if name in fitting]
    if usual:
        return usual
    words = _WORDS[role]
    plain = {name: words_of(re.sub(r"\(.*?\)", "", name)).replace("_", " ") for name in fitting}
    return [name for name in fitting if plain[name] in words] or [
        name for name in fitting if any(word in plain[name] and len(word) > 2 or word == plain[name] for word in words)
    ]


def is_amount(cells: Sequence[str]) -> bool:
    """Whether nearly every cell that is filled is a number, with the sign of a currency or without."""
    filled = [cell for cell in cells if cell]
    bare = [re.sub(r"^[^\d+-]{0,5}|[^\d]{0,5}$", "", cell) for cell in filled]
    read = [cell for cell in bare if any(plain_number(cell, mark) is not None for mark in (".", ","))]
    return bool(filled) and len(read) >= _MOST_SHARE * len(filled)


def decimal_of(cells: Sequence[str], name: str) -> list[str]:
    """The mark before the decimals: one where the cells show it, both where they do not."""
    try:
        return [decimal_mark(cells, name, amounts=True)]
    except UsageError:
        return [".", ","]


def period_of(name: str) -> str | None:
    """Whether a name says that its amounts are a month's or a year's."""
    yearly, monthly = _YEARLY.search(name) is not None, _MONTHLY.search(name) is not None
    return None if yearly == monthly else "year" if yearly else "month"


def currencies_of(cells: Sequence[str], name: str) -> Sequence[str]:
    """The currencies that the sign in the cells may stand for."""
    signs = [sign for sign in _SIGNS if any(sign in cell for cell in cells) or sign in name]
    return _SIGNS[signs[0]] if len(signs) == 1 else ()


def ends_of(starts: Sequence[datetime.date | None], ends: Sequence[datetime.date | None]) -> tuple[str | None, str]:
    """Whether an end is the last day of a term or the first after it, by terms of whole months, and the evidence."""
    terms = [(start, end) for start, end in zip(starts, ends, strict=True) if start and end and end.year < 2090]
    last = sum((end + datetime.timedelta(days=1)).day == start.day for start, end in terms)
    after = sum(end.day == start.day for start, end in terms)
    if terms and last >= _MOST_SHARE * len(terms):
        return "inclusive", f"{last} of {len(terms)} terms are whole months when their end is the last day"
    if terms and after >= _MOST_SHARE * len(terms):
        return "exclusive", f"{after} of {len(terms)} terms are whole months when their end is the first day after"
    return None, f"of {len(terms)} terms {last} are whole months with the last day, {after} with the first day after"
