"""The language in which numbers are explained: English in the code, other languages in `texts/<language>/`.

A text of the code is its own English and the key of its translation. `say` fills the placeholders of a text; whatever a user
typed is a value, never a text, so it is shown as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sojourn._frames.po_file import Texts, read_texts
from sojourn.errors import SchemaError

LANGUAGES = ("en", "zh")
_CURRENT: ContextVar[str] = ContextVar("sojourn_language", default="en")


@contextmanager
def in_language(name: str) -> Iterator[None]:
    """Texts that are made inside are in this language: "en" or "zh"."""
    if name not in LANGUAGES:
        raise SchemaError(f'lang is "{name}"; accepted: {", ".join(LANGUAGES)}')
    before = _CURRENT.set(name)
    try:
        yield
    finally:
        _CURRENT.reset(before)


def language() -> str:
    """The language of the texts that are made here and now."""
    return _CURRENT.get()


def say(text: str, /, **values: Any) -> str:
    """The text in the current language, with its placeholders filled: `say("{n:,} left", n=1200)`."""
    found = _texts().one.get(text, text)
    return found.format(**values) if values else found


def mark(text: str) -> str:
    """A text that stands outside of functions, where no language is chosen yet: found by the catalogue, said later."""
    return text


def sentences(*parts: str) -> str:
    """Sentences one after another; Chinese has no blank between them."""
    return ("" if language() == "zh" else " ").join(part for part in parts if part)


def say_some(one: str, more: str, n: int, /, **values: Any) -> str:
    """A text that depends on a count: `say_some("{n:,} account", "{n:,} accounts", n)`."""
    found = _texts().counted.get(one)
    if found is None:
        found = (one, more)
    return found[0 if n == 1 or len(found) == 1 else 1].format(n=n, **values)


def counted(n: int, noun: str) -> str:
    """A count with its noun: "1 account", "1,200 accounts"; `noun` is an English word that takes an s."""
    return say_some(f"{{n:,}} {noun}", f"{{n:,}} {noun}s", n)


def word(name: str | None) -> str:
    """A word of the library that is shown, such as a tier, a movement or a reason; words of a user's own stay."""
    return _texts().one.get(name, name) if name else ""


def shown_month(name: str) -> str:
    """A month in the form of the language: "2024-12" is 2024年12月 in Chinese and stays in English."""
    if language() == "en" or len(name) != 7 or name[4] != "-" or not (name[:4] + name[5:]).isdigit():
        return name
    return say("{year}-{month}", year=name[:4], month=str(int(name[5:])))


def shown_day(value: Any) -> str:
    """A day in the form of the language: 2025-01-31 is 2025年1月31日 in Chinese and stays in English."""
    text = str(value)[:10]
    if language() == "en" or len(text) != 10:
        return text
    return say("{year}-{month}-{day}", year=text[:4], month=str(int(text[5:7])), day=str(int(text[8:])))


def _texts() -> Texts:
    return read_texts(language())
