"""Translations as gettext's .po files, read as they are: translators' tools write them, and nothing has to be compiled."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files


@dataclass(frozen=True, kw_only=True)
class Texts:
    """English -> the text; the singular of a counted text -> its forms."""

    one: Mapping[str, str] = field(default_factory=dict)
    counted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    plurals: Mapping[str, str] = field(default_factory=dict)
    """The singular of a counted text -> its English plural."""


@functools.cache
def read_texts(language: str) -> Texts:
    """The texts of a language; English has none, the code is English."""
    if language == "en":
        return Texts()
    folder = files("sojourn").joinpath("_frames", "texts", language)
    catalogues = [file for file in folder.iterdir() if file.name.endswith(".po")]
    return parse("\n".join(file.read_text(encoding="utf-8") for file in catalogues))


def parse(source: str) -> Texts:
    """The entries of one or several .po files that are translated. A text stands once: two translations are an error."""
    one: dict[str, str] = {}
    counted: dict[str, Sequence[str]] = {}
    plurals: dict[str, str] = {}
    for entry in _entries(source):
        key = entry.get("msgid", "")
        if not key:
            continue  # the head of a file
        if key in one or key in counted:
            raise ValueError(f"the text {key!r} is translated twice")
        if "msgid_plural" in entry:
            counted[key] = [text for name, text in entry.items() if name.startswith("msgstr[")]
            plurals[key] = entry["msgid_plural"]
        elif entry.get("msgstr"):
            one[key] = entry["msgstr"]
    return Texts(one=one, counted=counted, plurals=plurals)


def _entries(source: str) -> Iterator[dict[str, str]]:
    """Keyword -> text of each entry; a text goes on over lines that start with a quote."""
    entry: dict[str, str] = {}
    keyword = ""
    for line in source.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith('"'):
            keyword, _, line = line.partition(" ")
            if keyword == "msgid" and entry:
                yield entry
                entry = {}
        entry[keyword] = entry.get(keyword, "") + str(ast.literal_eval(line.strip()))
    if entry:
        yield entry
