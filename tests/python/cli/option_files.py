"""A small file of every kind that the command line reads."""

from __future__ import annotations

import json
from pathlib import Path

PLANS = ("basic", "pro")

CARD = {
    "sojourn": 1,
    "card": "c",
    "signals": {"logins": {"norm": {"ramp": [0, 30]}, "observed_at": "seen_on", "stale": {"validity": 40}}},
    "tree": {"mean": [[1, "logins"]]},
    "tiers": {"red": 0, "green": 50},
}


def write_all(folder: Path) -> dict[str, str]:
    """Writes them and returns their paths by the option that names them."""
    text = {
        "subscriptions": _table(
            "account_id,start,end,mrr_minor,why",
            (
                f"a{i},{2022 + i % 2}-{1 + i % 12:02d}-10,{_left(i)},{1000 + 37 * i},{'price' if _left(i) else ''}"
                for i in range(24)
            ),
        ),
        "usage": _table(
            "account,start,end,amount_minor,kind",
            (f"a{i},2023-{1 + i % 12:02d}-05,,{150 + i},{'minimum' if i % 3 else 'consumption'}" for i in range(24)),
        ),
        "contracts": _table(
            "account_id,term_end,value_minor,renewed_on,renewed_value_minor",
            (f"a{i},2023-{1 + i % 12:02d}-15,{12000 + i},{_renewed(i)}" for i in range(24)),
        ),
        "responses": _table(
            "score,plan,sent_on,answered_on,weight,many",
            (
                f"{3 * i % 11},{PLANS[i % 2]},2023-05-{1 + i % 20:02d},2023-05-{3 + i % 20:02d},{1 + i % 3},{1 + i % 2}"
                for i in range(40)
            ),
        ),
        "csat": _table("csat_score,plan", (f"{1 + i % 5},{PLANS[i % 2]}" for i in range(40))),
        "ces": _table("ces_score,plan", (f"{1 + i % 7},{PLANS[i % 2]}" for i in range(40))),
        "customers": _table(
            "account_id,tenure,churned,monthly_charges,plan,logins,seen_on",
            (
                f"c{i},{1 + i % 30},{'yes' if i % 3 else 'no'},{10 + i}.50,{PLANS[i % 2]},{i},2023-11-{1 + i % 28:02d}"
                for i in range(40)
            ),
        ),
        "signals": _table("account_id,logins,seen_on", (f"a{i},{2 * i},2023-11-{1 + i:02d}" for i in range(24))),
        "scorecard": json.dumps(CARD),
    }
    found = {}
    for name, content in text.items():
        path = folder / f"{name}.{'json' if name == 'scorecard' else 'csv'}"
        path.write_text(content, encoding="utf-8")
        found[name] = str(path)
    return found


def _table(header: str, rows: object) -> str:
    return "\n".join([header, *rows, ""])  # type: ignore[misc]


def _left(row: int) -> str:
    return f"2023-{5 + row % 7:02d}-20" if row % 4 == 0 else ""


def _renewed(row: int) -> str:
    """On the day, 40 days late, or never."""
    month = 1 + row % 12
    if row % 3 == 0:
        return ","
    late = f"{2023 + month // 12}-{month % 12 + 1:02d}-25"
    return f"{late if row % 3 == 1 else f'2023-{month:02d}-14'},{11000 + 90 * row}"
