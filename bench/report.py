#!/usr/bin/env python3
"""Writes docs/benchmarks.md and its picture from the results in bench/results; measures nothing.

python bench/report.py
python bench/report.py --check      fails when the page is not what the results say
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import picture
import summary

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
PAGE, PICTURE = ROOT / "docs" / "benchmarks.md", ROOT / "docs" / "benchmarks.svg"
BUSY = 0.5
"""Load per processor before a run from which its times are those of a machine that does something else too."""

INTRODUCTION = """# Benchmarks

<!-- Written by bench/report.py from bench/results; edits are lost. `make bench` measures again and writes it. -->

How long sojourn takes for usual questions, and how long others take for the same: called from Python, with columns that
each holds in memory in its own best form, answers proven equal before any time is taken, all in one process in interleaved
rounds. **Ratio** is the median of the fastest peer over the median of sojourn: above 1, sojourn is faster. Polars answers
with both of its engines. How it is measured, and how to repeat it: [bench/README.md](../bench/README.md).
"""
UNTOLD = """## What this does not tell

- Ratios are of one machine and one day. Scans are bound by memory, so that slower memory makes their ratios smaller.
- Loading files and building frames is not counted, on any side; `stream` is the exception and reads Parquet.
- Somebody who knows a peer better may find a faster query. Each stands in `bench/`, and a faster one is welcome.
"""


def machine_text(run: dict[str, Any]) -> str:
    """Where the run took place."""
    facts, speed = run["machine"], run.get("read_bandwidth", {})
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items() if version != "not installed")
    read = ", ".join(f"{name.replace('threads:', '')}: {value / 1e9:.1f} GB/s" for name, value in speed.items())
    text = (
        f"Measured {facts['date']}: {facts['processor']}, {facts['cpus']} processors, {facts['threads']} threads, "
        f"Python {facts['python']}. Read bandwidth by threads: {read or 'not measured'}. {versions}."
    )
    if facts["load_average"][0] > BUSY * facts["cpus"]:
        text += (
            f"\n\n**The machine was busy with other work** (load {facts['load_average'][0]} before the run, "
            f"{run.get('load_after', ['?'])[0]} after it): its ratios are no result; repeat the run on a quiet one."
        )
    if "interrupted" in run:
        text += f"\n\nThe run was interrupted {run['interrupted']}: what follows is the part that was done."
    return text


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """A table."""
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows])


def overview(run: dict[str, Any]) -> str:
    """One row per case with its floors."""
    rows = []
    for result in run["cases"]:
        one = summary.line(result, run)
        if one is None:
            rows.append([f"`{result['case']}`", f"{result['rows']:,}", "", "", "", f"{result['status']}", ""])
            continue
        said = "; ".join(f"{v.floor}: {'reached' if v.held else f'**missed** ({v.measured})'}" for v in one.verdicts)
        peer = next(row for name, row in result["contestants"].items() if name == one.peer) if one.peer else None
        rows.append(
            [
                f"`{one.case}`: {result['question']}",
                f"{result['rows']:,}",
                summary.seconds_text(one.ours),
                f"{one.peer} {summary.seconds_text(peer['median_s'])}" if peer else "",
                "" if one.ratio is None else f"**{one.ratio:.2f}x**",
                said,
                "" if one.scaling is None else f"{one.scaling:.2f}x",
            ]
        )
    return markdown(["question", "rows", "sojourn", "fastest peer", "ratio", "floor", "all threads against one"], rows)


def all_times(run: dict[str, Any]) -> str:
    """Every contestant: median, spread, bytes a second, memory at the peak over that before the call."""
    rows = []
    for result in run["cases"]:
        for name, row in result.get("contestants", {}).items():
            peak = row.get("peak_bytes")
            large = result["bytes"] > 20e6 and peak is not None
            rows.append(
                [
                    f"`{result['case']}`",
                    name,
                    summary.seconds_text(row["median_s"]),
                    f"{row['ratio']:.2f}",
                    f"{row['spread']:.0%}",
                    str(len(row["seconds"])),
                    f"{row['gigabytes_per_s']:.2f}" if result["bytes"] > 1e6 else "",
                    f"{max(peak, 0) / result['bytes']:.2f}x" if large else "",
                ]
            )
        for name, reason in (result.get("absent", {}) | result.get("failed", {})).items():
            rows.append([f"`{result['case']}`", name, reason.replace("|", "/").split("\n")[0][:120], "", "", "", "", ""])
    head = ["case", "contestant", "median", "/ sojourn", "spread", "rounds", "GB/s", "peak memory / input"]
    return markdown(head, rows)


def gaps(run: dict[str, Any]) -> str:
    """Why floors are missed, where the table of floors says it."""
    lines = [one for one in (summary.line(result, run) for result in run["cases"]) if one is not None]
    missed = [one.case for one in lines if not all(verdict.held for verdict in one.verdicts)]
    reasons = {name: summary.floors()[name].get("gap") for name in missed}
    found = [f"- `{name}`: {reason}" for name, reason in reasons.items() if reason]
    open_ones = [f"`{name}`" for name, reason in reasons.items() if not reason]
    return "\n".join([*found, *([f"- not explained yet: {', '.join(open_ones)}"] if open_ones else [])])


def growth(run: dict[str, Any]) -> str:
    """Nanoseconds per row over sizes."""
    rows = []
    for result in run.get("growth", []):
        times = result.get("contestants", {})
        cells = [
            f"{times[name]['median_s'] / result['rows'] * 1e9:.2f}" if name in times else ""
            for name in ("sojourn (1 thread)", "sojourn")
        ]
        peak = times.get("sojourn", {}).get("peak_bytes")
        rows.append(
            [f"`{result['case']}`", f"{result['rows']:,}", *cells, "" if peak is None else f"{peak / result['bytes']:.2f}x"]
        )
    return markdown(["case", "rows", "ns per row, 1 thread", "ns per row, all threads", "peak memory / input"], rows)


def bars(run: dict[str, Any]) -> list[picture.Bar]:
    """What the picture shows."""
    found = []
    for one in (summary.line(result, run) for result in run["cases"]):
        if one is not None and one.ratio is not None:
            held = all(verdict.held for verdict in one.verdicts) if one.verdicts else None
            found.append(picture.Bar(one.case, one.ratio, summary.floors().get(one.case, {}).get("ratio"), held))
    return found


def page(runs: dict[str, dict[str, Any]]) -> str:
    """The whole document; `runs` by mode."""
    parts = [INTRODUCTION]
    for mode, run in runs.items():
        title = "## `make bench`" if mode == "bench" else "## `make bench-full`"
        parts += [title, machine_text(run)]
        if mode == "bench":
            parts.append("![Fastest peer over sojourn, per case](benchmarks.svg)")
        parts.append(overview(run))
        explained = gaps(run)
        if explained:
            parts += ["**Floors that are missed**", explained]
        if run.get("growth"):
            parts += ["### Growth", growth(run)]
        parts += ["### All contestants", all_times(run)]
    return "\n\n".join([*parts, UNTOLD])


def documents(results: Path) -> dict[Path, str]:
    """The generated files by path."""
    found = {mode: results / f"{mode}.json" for mode in ("bench", "full")}
    runs = {mode: json.loads(path.read_text("utf-8")) for mode, path in found.items() if path.exists()}
    if not runs:
        raise SystemExit(f"no results in {results}: run `make bench`, which measures and writes them")
    shown = runs.get("bench") or runs["full"]
    return {PAGE: page(runs), PICTURE: picture.draw(bars(shown), "Fastest peer / sojourn")}


def write() -> None:
    """Makes the page and its picture of the results."""
    for path, text in documents(RESULTS).items():
        path.write_text(text, "utf-8")
        print(f"written: {path.relative_to(ROOT)}")


def main() -> int:
    """1 when --check finds a page that the results do not give."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    if not chosen.check:
        write()
        return 0
    found = documents(RESULTS).items()
    stale = [path for path, text in found if not path.exists() or path.read_text("utf-8") != text]
    print(
        *(f"{path.relative_to(ROOT)} is not what bench/results say: run python bench/report.py" for path in stale), sep="\n"
    )
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
