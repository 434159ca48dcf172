"""What the results of a run say: who is fastest, which floors hold, and whether a table contradicts its own seconds."""

from __future__ import annotations

import json
import math
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FLOORS = Path(__file__).with_name("floors.json")


@dataclass(frozen=True)
class Verdict:
    """One floor of one case."""

    floor: str
    measured: str
    held: bool


@dataclass(frozen=True)
class Line:
    """One case as the summary shows it."""

    case: str
    ours: float
    """Median seconds of a call of sojourn."""
    peer: str
    ratio: float | None
    """Fastest peer / sojourn; above 1, sojourn is faster."""
    scaling: float | None
    """One thread / all threads."""
    verdicts: tuple[Verdict, ...]


def floors() -> dict[str, dict[str, Any]]:
    """The one table of floors."""
    found: dict[str, dict[str, Any]] = json.loads(FLOORS.read_text("utf-8"))["cases"]
    return found


def contradictions(result: dict[str, Any]) -> list[str]:
    """Where the numbers of a case do not follow from its seconds: recomputed here, by other code than made them."""
    found = []
    rows = result.get("contestants", {})
    base = rows.get(result.get("ratio_to", ""), None)
    if rows and base is None:
        return [f"{result['case']}: ratios are to {result.get('ratio_to')}, which was not timed"]
    for name, row in rows.items():
        median = statistics.median(row["seconds"])
        if not math.isclose(median, row["median_s"], rel_tol=1e-9):
            found.append(f"{result['case']}, {name}: the median is {row['median_s']} s, its rounds say {median} s")
        if not math.isclose(row["ratio"] * statistics.median(base["seconds"]), median, rel_tol=1e-9):
            found.append(f"{result['case']}, {name}: a ratio of {row['ratio']} is not its median over that of the base")
    return found


def fastest_peer(result: dict[str, Any]) -> tuple[str, float] | None:
    """Name and median of the fastest contestant that is not sojourn."""
    peers = [(row["median_s"], name) for name, row in result.get("contestants", {}).items() if not row["ours"]]
    return (min(peers)[1], min(peers)[0]) if peers else None


def line(result: dict[str, Any], run: dict[str, Any]) -> Line | None:
    """The summary of a case that was measured with sojourn."""
    ours = result.get("contestants", {}).get("sojourn")
    if ours is None:
        return None
    peer = fastest_peer(result)
    single = result["contestants"].get("sojourn (1 thread)")
    return Line(
        result["case"],
        ours["median_s"],
        peer[0] if peer else "",
        peer[1] / ours["median_s"] if peer else None,
        single["median_s"] / ours["median_s"] if single else None,
        tuple(verdicts(result, run)),
    )


def verdicts(result: dict[str, Any], run: dict[str, Any]) -> list[Verdict]:
    """Each floor of the case that this run can tell about."""
    floor = floors().get(result["case"], {})
    ours = result["contestants"]["sojourn"]
    found = []
    peer = fastest_peer(result)
    if "ratio" in floor and peer:
        ratio = peer[1] / ours["median_s"]
        found.append(Verdict(f"{floor['ratio']:g}x", f"{ratio:.2f}x", ratio >= floor["ratio"]))
    bandwidth = run.get("read_bandwidth", {}).get(f"threads:{result['threads']}")
    if "bandwidth" in floor and bandwidth:
        share = result["bytes"] / (ours["median_s"] * result["calls"]) / bandwidth
        found.append(Verdict(f"{floor['bandwidth']:.0%} of the bandwidth", f"{share:.0%}", share >= floor["bandwidth"]))
    if "call_us" in floor:
        took = ours["median_s"] * 1e6
        found.append(Verdict(f"{floor['call_us']:g} us a call", f"{took:.2f} us", took <= floor["call_us"]))
    if "per_row_of" in floor:
        other = floor["per_row_of"]
        against = next((one for one in run["cases"] if one["case"] == other["case"]), {})
        if "sojourn" in against.get("contestants", {}):
            per_row = against["contestants"]["sojourn"]["median_s"] / against["rows"]
            times = ours["median_s"] / result["rows"] / per_row
            text = f"{other['times']:g} times `{other['case']}` per row"
            found.append(Verdict(text, f"{times:.2f} times", times <= other["times"]))
    return found


def problems(run: dict[str, Any]) -> list[str]:
    """Why a run must not be trusted: wrong answers, failures, contradictions. Empty: none. Missed floors are none."""
    found = []
    for result in run["cases"]:
        if result["status"] in ("answers differ", "answers blind"):
            found.append(f"{result['case']}: {result['status']}: {result['reason']}")
        found += [f"{result['case']}, {name}: {reason}" for name, reason in result.get("failed", {}).items()]
        found += contradictions(result)
    return found


def table(run: dict[str, Any]) -> str:
    """The summary for a terminal."""
    lines = [line(result, run) for result in run["cases"]]
    shown = [one for one in lines if one is not None]
    head = f"{'case':<20} {'sojourn':>12} {'fastest peer':<24} {'ratio':>8}  floors"
    return "\n".join([head, *(table_row(one) for one in shown)])


def table_row(one: Line) -> str:
    """One case of the table."""
    floors_said = "; ".join(f"{v.floor}: {'reached' if v.held else 'MISSED'} ({v.measured})" for v in one.verdicts)
    ratio = "-" if one.ratio is None else f"{one.ratio:.2f}x"
    return f"{one.case:<20} {seconds_text(one.ours):>12} {one.peer or '-':<24} {ratio:>8}  {floors_said or '-'}"


def seconds_text(seconds: float) -> str:
    """A time as people read it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size or unit == "us":
            return f"{seconds / size:.3g} {unit}"
    raise AssertionError
