"""Currencies and their minor units: how many decimals ISO 4217 gives each."""

from __future__ import annotations

_USUAL_EXPONENT = 2
_EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


def exponent(currency: str) -> int:
    """The decimals of a currency: 2 for USD, 0 for JPY."""
    return _EXPONENTS.get(currency, _USUAL_EXPONENT)


def major(minor: float, currency: str) -> float:
    """Currency units for a picture; tables print the exact minor units with `money`."""
    return float(minor / 10 ** exponent(currency))
