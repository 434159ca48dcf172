"""Types of the compiled half: account sets with known truth."""

from __future__ import annotations

from sojourn._core.frames import Column

def acme(
    *, accounts: int, seed: int, first_day: int, last_day: int, as_of: int, weekly: bool, text_keys: bool, threads: int
) -> dict[str, dict[str, Column]]: ...
def acme_coefficients() -> dict[str, Column]: ...
def acme_base_hazards() -> dict[str, float]: ...
