"""The parts of the report: plain facts of one family in, headlines, sections and run facts out."""

from __future__ import annotations
