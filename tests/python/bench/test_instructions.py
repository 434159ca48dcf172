"""Hot kernels take no more instructions per row than the stored counts, on a busy machine too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def test_a_kernel_that_has_become_slower_is_named(bench: Any) -> None:
    too_many = bench("instructions").too_many
    assert too_many({"a": 10.0, "b": 12.4}, {"a": 10.0, "b": 10.0}) == []
    assert too_many({"a": 10.0, "b": 20.0}, {"a": 10.0, "b": 10.0}) == ["b: 20.00 instructions per row, stored are 10.00"]


def test_counts_are_stored_for_every_kernel(bench: Any) -> None:
    instructions = bench("instructions")
    known = instructions.stored()["instructions_per_row"]
    assert list(known) == list(instructions.KERNELS) and all(count > 0 for count in known.values())


def test_no_kernel_takes_more_instructions_than_are_stored(bench: Any) -> None:
    instructions = bench("instructions")
    if reason := instructions.why_not():
        pytest.skip(reason)
    if " avx2 " not in Path("/proc/cpuinfo").read_text():
        pytest.skip("the counts are of kernels for AVX2")
    if instructions.compiler() != instructions.stored()["compiler"]:
        pytest.skip(f"the counts are of {instructions.stored()['compiler']}, this is {instructions.compiler()}")
    slower = instructions.too_many(
        instructions.per_row(list(instructions.KERNELS)), instructions.stored()["instructions_per_row"]
    )
    assert not slower, f"{slower}; where it is meant: python bench/instructions.py --store"
