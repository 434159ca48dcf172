"""Texts in two languages: none is missing, placeholders agree, and what a user typed stays a value."""

from __future__ import annotations

import ast
import itertools
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import sojourn
from sojourn._catalogue.definitions import DEFINITIONS
from sojourn._core import catalogue
from sojourn._frames.language import (
    LANGUAGES,
    counted,
    in_language,
    language,
    say,
    sentences,
    shown_day,
    shown_month,
    word,
)
from sojourn._frames.palette import CAUSES, MOVEMENTS
from sojourn._frames.po_file import read_texts
from sojourn.errors import SchemaError

PACKAGE = Path(sojourn.__file__).parent
SAID = ("say", "mark")
EACH = ("month", "quarter", "year")


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("_report", "charts", "_frames", "cli"):
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def literals(node: ast.expr) -> list[str]:
    """The texts that an argument can be."""
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def calls(*names: str) -> Iterator[ast.Call]:
    for _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield node


def texts() -> set[str]:
    """Every text of the code, and of the template of the page."""
    found = {text for call in calls(*SAID) for text in literals(call.args[0])}
    templates = (PACKAGE / "_report" / "templates").glob("*.j2")
    return found.union(*(re.findall(r'say\("([^"]*)"', path.read_text(encoding="utf-8")) for path in templates))


def nouns() -> set[str]:
    return {text for call in calls("counted") for text in literals(call.args[1])} | set(EACH)


def metrics() -> set[str]:
    """The metrics that the page defines."""
    return {text for call in calls("defined") for text in literals(call.args[0])} | {"mrr_churn"}


def words() -> set[str]:
    """Words that the library makes, and the page shows."""
    found = {cause.replace("_", " ") for cause in CAUSES}
    found |= {movement.capitalize() for movement in MOVEMENTS if movement != "fx"}
    found |= set(itertools.chain.from_iterable((each, each.capitalize(), f"{each}s") for each in EACH))
    return found | {"red", "yellow", "green", "no observations", "zero denominator", "converged", "refused", "linearised"}


def placeholders(text: str) -> list[tuple[str, str]]:
    return sorted((name, spec or "") for _, name, spec, _ in string.Formatter().parse(text) if name is not None)


OTHERS = [name for name in LANGUAGES if name != "en"]


@pytest.mark.parametrize("lang", OTHERS)
def test_no_text_is_missing(lang: str) -> None:
    known = read_texts(lang)
    assert not texts() - set(known.one)
    assert not {f"{{n:,}} {noun}" for noun in nouns()} - set(known.counted)
    assert not words() - set(known.one)
    parts = ("title", "meaning", "formula", "missing", "not_told")
    assert not {getattr(DEFINITIONS[name], part) for name in metrics() for part in parts} - set(known.one)


@pytest.mark.parametrize("lang", OTHERS)
def test_no_text_is_left_over(lang: str) -> None:
    """A text that the code no longer has would be translated for nobody."""
    everything = "\n".join(
        [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")] + [repr(catalogue.metrics())]
    )
    of_code = texts()
    sentences_of_code = [text for text in read_texts(lang).one if " " in text and "{" in text]
    assert not [text for text in sentences_of_code if text not in of_code and text not in everything]


@pytest.mark.parametrize("lang", OTHERS)
def test_placeholders_agree(lang: str) -> None:
    known = read_texts(lang)
    assert [text for text, own in known.one.items() if placeholders(text) != placeholders(own)] == []
    for one, forms in known.counted.items():
        assert [placeholders(form) for form in forms] == [placeholders(known.plurals[one])] * len(forms)


@pytest.mark.parametrize("lang", OTHERS)
def test_no_text_is_empty(lang: str) -> None:
    known = read_texts(lang)
    assert all(own.strip() for own in known.one.values()) and all(all(forms) for forms in known.counted.values())


def test_what_is_said_is_a_text_that_the_catalogue_can_find() -> None:
    """A text that is put together at run time has no translation."""
    allowed = {"text", "reading"}  # marked where they stand
    made = [call for call in calls("say") if not literals(call.args[0])]
    assert {ast.unparse(call.args[0]) for call in made} <= allowed


def test_a_text_is_its_own_english() -> None:
    assert language() == "en"
    assert say("{n:,} {outcome}", n=1200, outcome="lost") == "1,200 lost" and word("red") == "red"
    assert [counted(n, "account") for n in (0, 1, 1200)] == ["0 accounts", "1 account", "1,200 accounts"]
    assert shown_month("2024-12") == "2024-12" and sentences("One.", "", "Two.") == "One. Two."


def test_chinese_is_said_inside_and_english_again_outside() -> None:
    with in_language("zh"):
        assert word("red") == "红" and counted(1, "account") == "1 个客户"
        assert shown_month("2024-12") == "2024年12月" and shown_month("2024Q4") == "2024Q4"
        assert shown_day("2025-01-31") == "2025年1月31日"
        assert sentences("一。", "", "二。") == "一。二。"
    assert word("red") == "red"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(SchemaError, match='lang is "de"; accepted: en, zh'), in_language("de"):
        pass


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_user_typed_is_not_read_as_a_text(lang: str) -> None:
    with in_language(lang):
        assert "{evil} red" in say("{title}, {period}", title="{evil} red", period="x")
