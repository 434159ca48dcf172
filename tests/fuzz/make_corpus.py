"""Writes the seeds of the fuzz targets: released states, cards, policies, texts as people write them, ledgers of sources.

python tests/fuzz/make_corpus.py     # with the package on the path
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import sojourn as sj

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CORPUS = HERE / "corpus"
# The number of each kind in state_kinds.hpp.
STATES = {
    "16_score_counts": 0, "17_weighted_score_counts": 1, "20_response_counts": 2, "32_retention": 3, "36_revenue": 4,
    "51_revenue_partial": 5, "52_cause_movements": 6, "53_lane_movements": 7, "34_cohort": 8, "35_renewal": 9,
    "40_mrr_series": 10, "43_snapshot": 11, "50_currency_revenue": 12, "64_survival": 13, "66_exit_table": 14,
    "65_decay": 15,
    "01_ratio": 16, "03_distribution": 17, "112_outcome_scores": 18, "02_moments": 19, "18_score_counts_by_segment": 20,
    "19_weighted_score_counts_by_segment": 21, "41_ledger_counts": 22, "96_health": 23, "97_transition": 24,
    "104_transition_value": 25, "113_tier_outcomes": 26, "114_lead_times": 27, "115_engagement": 28,
}  # fmt: skip
# Conditions of rules, each with every effect of rule_conditions_fuzz.cpp.
CONDITIONS = [
    *("a == 1", "b between 1 and 2 or not a >= 3", "missing(b) and age(a) > 30"),
    *("segment() == 'gold' or segment(seats) > 10",),
    *("prev(a) > 3 and delta(b) < -1", "sub(use) < 10 and prev_tier() == 'red'", "(a > 1e300) == (b != -0.5)", "a in"),
]
TEXTS = {
    0: ["2024-02-29", "20240229", "2024-W09-4", "2024-02-29T00:00:00", "2024-02-30"],
    1: ["29.02.2024 23:59:59+0100", "1.2.2024 00:00:00Z"],
    2: ["%d/%m/%Y\n29/02/2024", "DD.MM.YYYY\n29.02.2024", "%b %d, %Y\nFeb 29, 2024"],
    3: ["2024-05", "2024-Q2", "2024", "2024-W09"],
    4: ["\x01\x001,234.56", "\x02\x011.234,56", "\x00\x0049.99", "\x01\x00USD -5", "\x01\x011e3"],
    5: ["\x00\x00\x00\x00\x00\x00I@"],
    6: ["USD", "eur", "JPY"],
    7: ["\x00+02:00", "\x00Z", "\x01TZif2"],
}
ROWS = {
    "account": ["a", "b", "b", "caf\u00e9"],
    "start": ["2023-01-01", "2023-02-15", "2024-01-01", "2023-03-01"],
    "end": ["2024-01-01", "2023-12-01", None, "2024-03-01"],
    "mrr_minor": [100, 200, 300, 50],
    "plan": ["x", None, "y", "y"],
    "why": [None, "voluntary", None, "payment_failed"],
    "known": ["2023-01-01", "2023-02-15", "2024-01-01", "2023-03-01"],
}


def write(target: str, name: str, data: bytes) -> None:
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def main() -> None:
    for name, kind in STATES.items():
        text = (ROOT / "tests" / "golden" / f"state_{name}.hex").read_text(encoding="utf-8")
        payload = bytes.fromhex(text)[28:-4]
        write("state_bytes", name, bytes([kind]) + payload)
        write("state_pairs", name, bytes([kind]) + len(payload).to_bytes(2, "little") + payload + payload)
    for effect in range(8):
        for place, condition in enumerate(CONDITIONS):
            write("rule_conditions", f"{effect}_{place}", bytes([effect]) + condition.encode())
    for path in sorted((ROOT / "bindings" / "python" / "sojourn" / "cards").glob("*.json")):
        write("read_json", f"card_{path.stem}", b"\x00" + path.read_bytes())
    card = json.loads((ROOT / "examples" / "data" / "card.json").read_text(encoding="utf-8"))
    write("read_json", "card_set", b"\x01" + json.dumps({"sojourn": 1, "cards": [card], "default": card["card"]}).encode())
    for name in sj.Policy.presets():
        write("read_json", f"policy_{name}", b"\x02" + sj.Policy.preset(name).to_json().encode())
    for kind, texts in TEXTS.items():
        for place, text in enumerate(texts):
            write("read_text", f"{kind}_{place}", bytes([kind]) + text.encode("latin-1"))
    plain = sj.Ledger(ROWS, mrr="mrr_minor", as_of="2024-07-01", segment="plan", cause="why", known_from="known")
    write("book_bytes", "periods", plain.to_bytes())
    prices = {"account": ["a", "b"], "start": ["2024-01-01"] * 2, "end": [None, "2024-05-01"], "amount_minor": [1000, 500]}
    write("book_bytes", "prices", sj.Ledger.from_prices(prices, as_of="2024-07-01").to_bytes())
    usage = {"account": ["a"], "start": ["2024-01-05"], "amount_minor": [500], "kind": ["consumption"]}
    write("book_bytes", "usage", plain.with_usage(usage).to_bytes())
    numbers = random.Random(7)
    for place in range(24):
        write("arrow_reader", f"{place:02d}", bytes([place]) + numbers.randbytes(40 + 8 * place))


if __name__ == "__main__":
    main()
