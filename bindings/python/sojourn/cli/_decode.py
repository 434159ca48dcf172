"""Bytes of a file as text: UTF-8 or UTF-16 by its mark, any other encoding by name."""

from __future__ import annotations

import codecs

from sojourn.cli._usage import UsageError
from sojourn.errors import DataError

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Longest first: the mark of UTF-32 begins with that of UTF-16."""
_NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32"}


def decode(data: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    """The text of a file and the encoding that it was read in."""
    chosen = _known(encoding) if encoding is not None else None
    marked = next((found for mark, found in _MARKS if data.startswith(mark)), None)
    used = marked if marked is not None and (chosen is None or _same(chosen, marked)) else chosen or "utf-8"
    try:
        text = data.decode(used)
    except UnicodeDecodeError as error:
        raise _undecodable(data, name, used, error) from None
    if "\0" in text:
        line, place = _place(text[: text.index("\0")])
        raise DataError(
            f"{name}: line {line}, character {place} is a zero byte, so this is not {_shown(used)} text; for UTF-16 without "
            "its mark say --encoding utf-16-le or utf-16-be",
            rule="text without zero bytes",
        )
    return text, _shown(used)


def _known(encoding: str) -> str:
    try:
        b" ".decode(encoding, errors="replace")  # refuses codecs that are not of text, as base64
        return codecs.lookup(encoding).name
    except LookupError:
        raise UsageError(f"--encoding {encoding!r} is no encoding of text; say utf-8, utf-16, cp1252, latin-1 ...") from None


def _same(chosen: str, marked: str) -> bool:
    return chosen == marked.removesuffix("-sig") or chosen == marked


def _shown(encoding: str) -> str:
    return _NAMES.get(encoding, encoding)


def _place(before: str) -> tuple[int, int]:
    """Line and column, from 1, of what follows this text."""
    line = before.count("\n") + 1
    return line, len(before) - (before.rfind("\n") + 1) + 1


def _undecodable(data: bytes, name: str, encoding: str, error: UnicodeDecodeError) -> DataError:
    line, place = _place(data[: error.start].decode(encoding, errors="replace").lstrip("\ufeff"))
    shown = " ".join(f"0x{byte:02X}" for byte in data[error.start : error.end][:4])
    return DataError(
        f"{name}: line {line}, column {place}: {shown} is not {_shown(encoding)}; if the file is written in another "
        "encoding, say which, as in --encoding cp1252 or gb18030; `sojourn inspect` shows how each reads",
        value=shown,
        rule=f"text in {_shown(encoding)}",
    )
