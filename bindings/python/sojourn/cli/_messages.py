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
            print(f"sojourn: {in_options(message)}", file=sys.stderr)
    for other in caught:
        if not issubclass(other.category, InputWarning):
            warnings.warn_explicit(other.message, other.category, other.filename, other.lineno)
