"""Currencies of ISO 4217 and their minor units; the compiled half knows them."""

from __future__ import annotations

from functools import lru_cache

from sojourn._core.frames import read_currency as _read
from sojourn.errors import SchemaError

_USUAL_PLACES = 2


def read_currency(text: str, name: str = "currency") -> str:
    """The code of a currency as ISO 4217 writes it, from one in any case: "usd" is USD. Any other text is refused."""
    return _code_and_exponent(_checked(text, name), name)[0]


def is_currency(text: str) -> bool:
    """Whether this is the code of a currency."""
    try:
        return bool(read_currency(text))
    except SchemaError:
        return False


def exponent(currency: str) -> int:
    """The decimals of a currency: 2 for USD, 0 for JPY."""
    return _code_and_exponent(_checked(currency, "currency"), "currency")[1]


def shown_places(currency: str) -> int:
    """Decimals of amounts on a page: those of the currency, 2 where what stands there is no code."""
    return exponent(currency) if is_currency(currency) else _USUAL_PLACES


def major(minor: float, currency: str) -> float:
    """Currency units for a picture; tables print the exact minor units with `money`."""
    return float(minor / 10 ** shown_places(currency))


def _checked(text: str, name: str) -> str:
    if not isinstance(text, str):
        raise TypeError(f'{name} is a {type(text).__name__}; accepted: a code of ISO 4217 such as "USD"')
    return text


@lru_cache(maxsize=256)
def _code_and_exponent(text: str, name: str) -> tuple[str, int]:
    return _read(text, name)
