"""Published numbers, typed in with their sources."""

from __future__ import annotations

from sojourn._frames.table import Table

REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173)
HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394)
SFO_2017_NPS = (17, 6, 8, 19, 18, 144, 130, 291, 677, 564, 872)


def fader_hardie() -> Table:
    """Customers of 1000 still there after t years, two segments of one company."""
    source = "Fader & Hardie (2007), How to project customer retention, Table 1; data of Berry & Linoff (2004)"
    columns = {"t": list(range(len(REGULAR))), "regular": list(REGULAR), "high_end": list(HIGH_END)}
    return Table(columns, options={"source": source}, title="Survivors of 1000 customers")


def sfo_2017_nps() -> Table:
    """How many passengers gave each answer from 0 to 10 to "would you recommend": 2,746 of 2,831 answered; NPS 39.84."""
    source = "San Francisco International Airport, 2017 customer survey, question NETPRO; DataSF, public domain (PDDL)"
    columns = {"score": list(range(len(SFO_2017_NPS))), "answers": list(SFO_2017_NPS)}
    options = {"source": source, "blank": 84, "empty": 1, "weights": "none"}
    return Table(columns, options=options, title="SFO 2017: likelihood to recommend")
