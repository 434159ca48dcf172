"""What the library says, in the words of the command line."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from sojourn.errors import InputWarning

_KEYWORDS = (
    *("account", "amounts", "as_of", "count", "currency", "date_format", "decimal", "ends", "policy", "start"),
    "timezone",
)
_KEYWORD = re.compile(rf"(?<![\w-])({'|'.join(_KEYWORDS)})=(?:\"([^\"]*)\")?")
_ARGUMENT = re.compile(r"(?<![\w.-])(as_of|date_format|timezone)(?= [\"'])")
_OPTION = {"account": "--account-column"}
_NUMBER = r"[0-9]+(?:,[0-9]{3})*"
# What stands between quotes is a value of a file, and stays.
_ROWS = re.compile(rf"(?<!\w)'[^']*'|\"[^\"]*\"|(?P<word>\brows?:?) (?P<rows>{_NUMBER}(?:(?:, | and ){_NUMBER})*)(?![-\w])")


def as_shown(message: str) -> str:
    """One line in the words of the command line: options for arguments of Python, and rows that count from 1."""
    return " ".join(rows_from_one(in_options(message)).split())


def rows_from_one(message: str) -> str:
    """The message with rows as people count them: the first row below the names is row 1."""

    def counted(found: re.Match[str]) -> str:
        if found["rows"] is None:
            return found[0]
        return f"{found['word']} " + re.sub(_NUMBER, _next, found["rows"])

    return _ROWS.sub(counted, message)


def _next(found: re.Match[str]) -> str:
    number = int(found[0].replace(",", "")) + 1
    return f"{number:,}" if "," in found[0] else str(number)


def in_options(message: str) -> str:
    """The message with options for arguments of Python: --as-of for as_of=, --ends inclusive for ends="inclusive"."""

    def option(found: re.Match[str]) -> str:
        name = _OPTION.get(found[1], f"--{found[1].replace('_', '-')}")
        value = found[2]
        return name if value is None else f"{name} {value if value.isalnum() else repr(value)}"

    named = _ARGUMENT.sub(lambda found: f"--{found[1].replace('_', '-')}", message)
    return _KEYWORD.sub(option, named)


@contextmanager
def said_at_the_end(*, quiet: bool) -> Iterator[None]:
    """Prints once each what the library warned of, unless the command fails or is quiet."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InputWarning)
        yield
    for message in dict.fromkeys(str(warning.message) for warning in caught if issubclass(warning.category, InputWarning)):
        if not quiet:
            print(f"sojourn: {as_shown(message)}", file=sys.stderr)
    for other in caught:
        if not issubclass(other.category, InputWarning):
            warnings.warn_explicit(other.message, other.category, other.filename, other.lineno)
