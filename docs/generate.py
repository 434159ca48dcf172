"""Writes the files of the repository that repeat facts of the core: `make generate`. A test checks that they are current.

Needs the installed package, because the facts come from the compiled core.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sojourn._catalogue.definitions import DEFINITIONS, Metric
from sojourn._core.revenue import RevenuePolicy

ROOT = Path(__file__).resolve().parents[1]
WIDTH = 125
FAMILIES = {
    "revenue": "Revenue",
    "lifetime": "Lifetime and value",
    "surveys": "Surveys",
    "health": "Health",
}


def policy_options() -> str:
    """The fields of `Policy`: names, words as types, defaults, and a line each."""
    lines = [
        '"""The options of a revenue policy, written by `make generate`; edit revenue/policy.hpp instead."""',
        "",
        "from __future__ import annotations",
        "",
        "from dataclasses import dataclass",
        "from typing import Literal",
        "",
        "",
        "@dataclass(frozen=True, kw_only=True)",
        "class PolicyOptions:",
        '    """What revenue metrics disagree about, one field per option."""',
        "",
    ]
    for name, meaning, words, usual, limitless in RevenuePolicy.options():
        lines += [_field(name, words, usual, limitless), f'    """{meaning[0].upper()}{meaning[1:]}."""']
    return "\n".join(lines) + "\n"


def _field(name: str, words: list[str], usual: str, limitless: bool) -> str:
    if not words:
        return f"    {name}: int{' | None' if limitless else ''} = {'None' if usual == 'null' else usual}"
    quoted = [f'"{word}"' for word in words]
    line = f'    {name}: Literal[{", ".join(quoted)}] = "{usual}"'
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"    {name}: Literal[", *(f"        {word}," for word in quoted), f'    ] = "{usual}"'])


def metrics_page() -> str:
    """The index of all metrics, family by family."""
    lines = [
        "# Metrics",
        "",
        "Every metric of the library by the name that `sj.measure(name, source, **options)` takes.",
        "`sj.metrics()` is this list as a table, with formulas, options and what happens without data;",
        "`sojourn explain NAME` prints one of them.",
        "",
        "Written by `make generate` from the catalogue (`src/catalogue/`).",
    ]
    for family, title in FAMILIES.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| metric | what it means | unit | measured on | in Python |",
            "| --- | --- | --- | --- | --- |",
        ]
        lines += [_row(metric) for metric in DEFINITIONS.values() if metric.family == family]
    return "\n".join(lines) + "\n"


def _row(metric: Metric) -> str:
    meaning = metric.meaning.replace("|", "\\|")
    return (
        f"| [`{metric.name}`]({metric.page}.md) | **{metric.title}.** {meaning} | {metric.shown_as} | {metric.source} "
        f"| `{metric.python}` |"
    )


FILES: dict[str, Callable[[], str]] = {
    "bindings/python/sojourn/revenue/_policy_options.py": policy_options,
    "docs/definitions/index.md": metrics_page,
}


def main() -> None:
    for path, text in FILES.items():
        (ROOT / path).write_text(text(), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
