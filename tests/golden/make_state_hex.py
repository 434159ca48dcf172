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


def quads(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}q", *values)


def wides(*values: int) -> bytes:
    return b"".join(wide(value, 16) for value in values)


def listed(items: list[bytes]) -> bytes:
    return struct.pack("<Q", len(items)) + b"".join(items)


def scores(low: int, answers: list[int], no_score: int, superseded: int) -> bytes:
    return struct.pack("<i", low) + listed([quads(n) for n in answers]) + quads(no_score, superseded)


def weighted(counts: bytes, answers: list[tuple[int, int]], no_score: tuple[int, int], zero_weight: int) -> bytes:
    return counts + listed([wides(*pair) for pair in answers]) + wides(*no_score) + quads(zero_weight)


def segments(state: bytes, empty: bytes) -> bytes:
    return listed([state, empty, state]) + state


def loss(pairs: list[tuple[int, int]]) -> bytes:
    """Of (opening, loss): the sums of y, xy and yy."""
    return (
        wide(sum(y for _, y in pairs), 16) + wide(sum(x * y for x, y in pairs), 24) + wide(sum(y * y for _, y in pairs), 24)
    )


def retention(accounts: list[tuple[int, int]]) -> bytes:
    lost = [opening for opening, closing in accounts if closing <= 0]
    opening = wide(sum(o for o, _ in accounts), 16) + wide(sum(o * o for o, _ in accounts), 24)
    losses = [(o, o - c) for o, c in accounts]
    parts = losses, [(o, y) for o, y in losses if y > 0], [(o, o) for o in lost]
    return quads(len(accounts), len(lost)) + opening + b"".join(loss(part) for part in parts)


ANSWERS = scores(0, [1, 0, 0, 0, 0, 0, 2, 3, 5, 8, 13], 4, 1)
WEIGHTS = [(3 * 10**9, 5 * 10**18), (0, 0), (5 * 10**8, 25 * 10**16)]
WEIGHTED = weighted(scores(1, [2, 0, 1], 1, 0), WEIGHTS, (10**9, 10**18), 2)
NO_WEIGHTS = weighted(scores(0, [], 0, 0), [], (0, 0), 0)
RETAINED = retention([(1000, 900), (500, 0), (200, 300)])
TWO_MONTHS = struct.pack("<iii", 54 * 12, 1, 2)  # from January 2024
NEVER = 2**31 - 1  # days without limit
# The options in alphabetical order, a byte or a number of days each: GRR by churn only, a return after 90 days is new.
POLICY = struct.pack(
    "<10BiBi7Bi4BiBi8Bii",
    *(0, 0, 0, 0, 0, 0, 1, 0, 0, 0),  # annualise .. discounts: recurring, end_day, free_is, fx
    *(0, 1, 0),  # grouping_minutes, grr: churn_only, lapse_grace
    *(0, 0, 0, 0, 0, 0, 1),  # logo_denominator .. nrr_window: twelve_months
    NEVER,  # past_due
    *(0, 0, 0, 0),  # paused .. rate_ci
    *(90, 0, 30),  # reactivation_max_gap, refunds, renewal_grace
    *(0, 0, 0, 0, 0, 0, 0, 0),  # renewal_open .. usage_basis
    *(3, NEVER),  # usage_months, window
)
MARCH_2024 = struct.pack("<i", 19783)
FIRST_MONTH = (
    wides(700, 60, 100, 100, 500) + quads(2, 1, 1, 1, 3, 2, 1) + wide(-3 * 1_000_000_007, 24) + RETAINED + loss([(500, 500)])
)
REVENUE = TWO_MONTHS + MARCH_2024 + POLICY + listed([FIRST_MONTH, bytes(len(FIRST_MONTH))])
OWNED = (1 << 5 | 1 << 4095).to_bytes(512, "little") + struct.pack("<QQQ", 2, 7, 1 << 63)
STARTED = [(3, 300), (1, 90)]
CELLS = [(3, 310), (2, 200), (1, 90), (0, 0)]
COHORTS = (
    TWO_MONTHS
    + struct.pack("<i", 1)
    + listed([quads(n) + wides(m) for n, m in STARTED])
    + listed([quads(n) + wides(m) for n, m in CELLS])
    + quads(7)
    + bytes(1 + 4)  # ages by the calendar, which no day ends
    + listed([])
)
CAUSES = listed(
    [bytes([1]) + wides(0, 0, 0, 5, 700) + quads(0, 0, 2), bytes([64]) + wides(900, 1, 40, 0, 0) + quads(3, 1, 0)]
)
LANES = listed(
    [struct.pack("<H", 0) + wides(900, 0, 0, 0, 5, 0, 0, 400), struct.pack("<H", 300) + wides(0, 70, 1, 30, 0, 2, 400, 0)]
)
IN_FORCE = [(-5, 2), (10**20, 3), (0, 0)]
NO_TIER = bytes(8 + 3 * 16)
TIERS = quads(2) + wides(61_500_000_000, 2 * 10**18, -5) + 14 * NO_TIER + quads(1) + wides(99 * 10**9, 1, 70)
MOVED = {(0, 1): 5, (17, 0): 2, (3, 16): 1}
VALUE_MOVED = {(0, 1): 61_500_000_000, (17, 0): -5, (3, 16): 2**70}
LEFT = {0: 1, 15: 40, 16: 2}
STAYED = {0: 900, 2: 7}
USED = [((1, 19_700), (2, 30, 1_500_000, 1, 4)), ((1, 19_701), (1, 0, 0, 0, 0)), ((7, -3), (-1, -8, 0, 0, 2))]
FEATURES = [((1, 0, 19_700), 2), ((7, 3, -3), -1)]

EXAMPLES = {
    "state_01_ratio": sealed(1, ratio([(-1, 2), (HIGH, 5)])),
    "state_02_moments": sealed(2, moments([-4, 1_000_000_007], 3)),
    "state_03_distribution": sealed(3, distribution([(-2, 1), (7, 300)], 2)),
    "state_16_score_counts": sealed(16, ANSWERS),
    "state_17_weighted_score_counts": sealed(17, WEIGHTED),
    "state_18_score_counts_by_segment": sealed(18, segments(ANSWERS, scores(0, [], 0, 0))),
    "state_19_weighted_score_counts_by_segment": sealed(19, segments(WEIGHTED, NO_WEIGHTS)),
    "state_20_response_counts": sealed(20, quads(10, 9, 4, 5)),
    "state_32_retention": sealed(32, RETAINED),
    "state_36_revenue": sealed(36, REVENUE),
    "state_34_cohort": sealed(34, COHORTS),
    "state_35_renewal": sealed(35, quads(9, 1, 2, 1, 3, 1, 2, 2) + wides(12_345) + RETAINED),
    "state_40_mrr_series": sealed(40, TWO_MONTHS + MARCH_2024 + listed([wides(ticks) + quads(n) for ticks, n in IN_FORCE])),
    "state_41_ledger_counts": sealed(41, quads(900, 4, 3, 2, 1)),
    "state_43_snapshot": sealed(43, REVENUE + COHORTS + quads(12, 2, 1)),
    "state_50_currency_revenue": sealed(
        50, REVENUE + listed([wides(980) + wide(10**12, 24), wides(-7) + wide(49, 24)]) + quads(77)
    ),
    "state_51_revenue_partial": sealed(51, OWNED + REVENUE),
    "state_52_cause_movements": sealed(52, TWO_MONTHS + MARCH_2024 + POLICY + listed([CAUSES, listed([])])),
    "state_53_lane_movements": sealed(53, TWO_MONTHS + MARCH_2024 + POLICY + listed([LANES, listed([])])),
    "state_64_survival": sealed(
        64,
        listed(
            [
                struct.pack("<ii", -(2**31), 3) + quads(2, 0) + wides(30, 0, 500, 0),
                struct.pack("<ii", 4, 12) + quads(0, 1) + wides(0, 1 << 70, 0, 9),
            ]
        )
        + quads(6),
    ),
    "state_65_decay": sealed(65, listed([quads(869, 131), quads(0, 0), quads(512, 41)])),
    "state_66_exit_table": sealed(
        66,
        listed([listed([bytes([byte]) for byte in word]) for word in (b"basic", b"pro")])
        + listed([listed([bytes([byte]) for byte in word]) for word in (b"failed payment", b"price")])
        + listed(
            [
                struct.pack("<IiiI", 0, -(2**31), 30, 2) + quads(4) + wides(400, 50_000),
                struct.pack("<IiiI", 1, 10, 90, 0) + quads(1) + wides(7, 49),
                struct.pack("<IiiI", 2**32 - 1, -(2**31), 12, 1) + quads(2) + wides(1 << 70, 1 << 70),
            ]
        )
        + quads(3),
    ),
    "state_96_health": sealed(96, TIERS + quads(4) + wides(0, 0, 11) + quads(4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3)),
    "state_97_transition": sealed(97, quads(*(MOVED.get((row, col), 0) for row in range(18) for col in range(18)))),
    "state_104_transition_value": sealed(
        104, wides(*(VALUE_MOVED.get((row, col), 0) for row in range(18) for col in range(18))) + quads(6)
    ),
    "state_112_outcome_scores": sealed(
        112,
        distribution([(250 * 10**9, 1), (975 * 10**9, 12)], 0)
        + distribution([(-(10**18), 3), (10**9, 88)], 0)
        + quads(5, 2),
    ),
    "state_113_tier_outcomes": sealed(
        113, quads(*(LEFT.get(tier, 0) for tier in range(17)), *(STAYED.get(tier, 0) for tier in range(17)), 3)
    ),
    "state_114_lead_times": sealed(114, distribution([(-14, 2), (0, 1), (60, 9)], 0) + quads(4)),
    "state_115_engagement": sealed(
        115,
        listed([struct.pack("<Ii", *key) + quads(*sums) for key, sums in USED])
        + listed([struct.pack("<IIi", *key) + quads(n) for key, n in FEATURES])
        + quads(3, 1),
    ),
}

for name, data in EXAMPLES.items():
    lines = [data[i : i + 16].hex(" ") + "\n" for i in range(0, len(data), 16)]
    Path(__file__).with_name(f"{name}.hex").write_text("".join(lines))
