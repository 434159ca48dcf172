"""The compiled card: what it says, and what stands in its JSON. Scoring with it is in `_scorecard.py`."""

from __future__ import annotations

import datetime
import json
import math
import os
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Self

from sojourn import _core
from sojourn._frames.arguments import shown
from sojourn._frames.table import Table
from sojourn.errors import SchemaError, SchemaTypeError, SchemaValueError


class CardError(SchemaValueError):
    """A card that cannot be compiled. `diagnostics` lists everything wrong with it: pointer, message, suggestion, level."""

    def __init__(self, message: str, diagnostics: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(message)
        self.diagnostics: list[dict[str, str]] = [dict(found) for found in diagnostics]


class Card:
    """A compiled, immutable card: its text, its signals, its tiers."""

    def __init__(self, text: str) -> None:
        self._core = _core.health.Scorecard(text)
        self.fit_report: Table | None = None
        """What `fit_normalisers` found, on the card that it made."""

    @classmethod
    def from_json(cls, source: str | bytes | os.PathLike[str] | Mapping[str, Any]) -> Self:
        """From JSON text, a dict or a `Path`; text is never taken for a path. Raises `CardError` with every mistake, each
        with a JSON pointer.
        """
        return cls(card_text(source))

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """From a file of JSON."""
        return cls(card_text_of_file(path))

    @classmethod
    def template(cls, name: str) -> Self:
        """A ready-made card: `Scorecard.templates()` lists them. Their thresholds are examples to adapt, not benchmarks."""
        if name not in cls.templates():
            raise SchemaError(f'there is no template "{name}"; there are: {", ".join(cls.templates())}')
        return cls((_templates() / f"{name}.json").read_text("utf-8"))

    @staticmethod
    def templates() -> list[str]:
        """The names of the ready-made cards."""
        return sorted(entry.name.removesuffix(".json") for entry in _templates().iterdir() if entry.name.endswith(".json"))

    @staticmethod
    def check(source: str | bytes | os.PathLike[str] | Mapping[str, Any]) -> list[dict[str, str]]:
        """Errors and warnings of a card without compiling it; empty when there is nothing to report."""
        try:
            text = card_text(source)
        except CardError as unreadable:
            return unreadable.diagnostics
        return _core.health.card_problems(text)

    def to_json(self) -> str:
        """Canonical JSON: one text per meaning, defaults written out."""
        return self._core.json

    @property
    def hash(self) -> str:
        """16 hex digits of the canonical JSON: tells a change of the card from a change of the customer."""
        return f"{self._core.hash:016x}"

    @property
    def name(self) -> str:
        """The card's own name."""
        return self._core.name

    @property
    def signals(self) -> list[str]:
        """The signals in the card's order: the order of sums and of columns."""
        return self._core.signals

    @property
    def inputs(self) -> list[str]:
        """Every column that scoring reads."""
        return self._core.inputs

    @property
    def tiers(self) -> dict[str, float]:
        """The tiers from worst to best, and the score each starts at."""
        return self._core.tiers

    @property
    def warnings(self) -> list[dict[str, str]]:
        """What is allowed but worth a look."""
        return self._core.warnings

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Card) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return (type(self), (self.to_json(),))

    def __repr__(self) -> str:
        tiers = ", ".join(self.tiers)
        return f"{type(self).__name__}({self.name}, {len(self.signals)} signals, tiers {tiers}, hash {self.hash})"

    def _options(self) -> dict[str, Any]:
        return {"card": self.name, "card_hash": self.hash}


def card_text(source: Any) -> str:
    """JSON text as it is, a mapping as JSON, the text of the file that a `Path` names."""
    if isinstance(source, Mapping):
        return _json_of(source)
    if isinstance(source, os.PathLike):
        return card_text_of_file(source)
    if isinstance(source, (bytes, bytearray)):
        return _decoded(bytes(source))
    if not isinstance(source, str):
        raise SchemaTypeError(f"a card is JSON text, a dict or a Path, not a {type(source).__name__}")
    if _is_one_word(source):
        raise _unreadable(f"{shown(source)} is not JSON", "from_file(path) reads a file")
    return source


def card_text_of_file(path: Any) -> str:
    """What stands in the file, which must be UTF-8."""
    if not isinstance(path, (str, os.PathLike)):
        raise SchemaTypeError(f"path is {shown(path)}; accepted: the name of a file")
    try:
        with open(path, "rb") as file:
            data = file.read()
    except (OSError, ValueError) as problem:  # a name with a null character is a ValueError
        raise SchemaError(f"the card cannot be read: {problem}") from None
    return _decoded(data)


def _is_one_word(source: str) -> bool:
    """One line that no JSON of more than a number or a word begins with: probably the name of a file."""
    text = source.strip()
    return text != "" and text[0] not in '{["' and "\n" not in source


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise _unreadable(f"byte {wrong.start} (0x{data[wrong.start]:02x}) is not UTF-8", "save the card as UTF-8") from None


def _unreadable(message: str, remedy: str) -> CardError:
    place = {"pointer": "", "message": message, "suggestion": remedy, "level": "error"}
    return CardError(f"the card cannot be read: {message}; {remedy}", [place])


def _json_of(card: Mapping[str, Any]) -> str:
    """A mapping as JSON. Days and numbers of any kind are written as JSON has them; JSON has no NaN and no infinity."""
    unwritable: list[dict[str, str]] = []
    plain = _plain(card, "", unwritable)
    if unwritable:
        listed = "; ".join(f"{one['pointer']}: {one['message']}" for one in unwritable)
        raise CardError(f"the card cannot be written as JSON: {listed}", unwritable)
    return json.dumps(plain)


def _plain(value: Any, pointer: str, unwritable: list[dict[str, str]]) -> Any:
    """The same value in the types of JSON; what has none is listed with its pointer."""
    if isinstance(value, Mapping):
        steps = {str(name): str(name).replace("~", "~0").replace("/", "~1") for name in value}
        return {str(name): _plain(one, f"{pointer}/{steps[str(name)]}", unwritable) for name, one in value.items()}
    if not isinstance(value, (str, bytes)) and hasattr(value, "tolist"):  # NumPy: arrays and single values
        value = str(value) if getattr(value, "dtype", None) is not None and value.dtype.kind == "M" else value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(one, f"{pointer}/{at}", unwritable) for at, one in enumerate(value)]
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, datetime.date):
        return value.isoformat()
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number, problem = math.nan, f"is a {type(value).__name__}, which has no place in a card"
    else:
        problem = f"is {value}; a card holds finite numbers"
    if not math.isfinite(number):
        remedy = "write a number, or null where nothing is meant"
        unwritable.append({"pointer": pointer, "message": problem, "suggestion": remedy, "level": "error"})
    return number


def _templates() -> Any:
    return files("sojourn") / "cards"
