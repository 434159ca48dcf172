"""Writes state_*.hex next to this file: the bytes of state_bytes.hpp, made from its format table and not by the library."""

from __future__ import annotations

import struct
from pathlib import Path

HIGH = 2**63 - 1


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def wide(value: int, size: int) -> bytes:
    return value.to_bytes(size, "little", signed=True)


def sealed(kind: int, payload: bytes) -> bytes:
    whole = b"SJRN" + struct.pack("<HHHHQQ", 1, kind, 0, 28, 0, len(payload)) + payload
    return whole + struct.pack("<I", crc32c(whole))


def ratio(accounts: list[tuple[int, int]]) -> bytes:
    sums = [sum(x for x, _ in accounts), sum(y for _, y in accounts)]
    products = [sum(x * x for x, _ in accounts), sum(x * y for x, y in accounts), sum(y * y for _, y in accounts)]
    return wide(len(accounts), 8) + b"".join(wide(s, 16) for s in sums) + b"".join(wide(p, 24) for p in products)


def moments(values: list[int], missing: int) -> bytes:
    return struct.pack("<qq", len(values), missing) + wide(sum(values), 16) + wide(sum(v * v for v in values), 24)


def distribution(counts: list[tuple[int, int]], missing: int) -> bytes:
    return struct.pack("<qQ", missing, len(counts)) + b"".join(struct.pack("<qq", *pair) for pair in counts)


EXAMPLES = {
    "state_01_ratio": sealed(1, ratio([(-1, 2), (HIGH, 5)])),
    "state_02_moments": sealed(2, moments([-4, 1_000_000_007], 3)),
    "state_03_distribution": sealed(3, distribution([(-2, 1), (7, 300)], 2)),
}

for name, data in EXAMPLES.items():
    lines = [data[i : i + 16].hex(" ") + "\n" for i in range(0, len(data), 16)]
    Path(__file__).with_name(f"{name}.hex").write_text("".join(lines))
