"""The page: what reaches it stays text, it fetches and runs nothing."""

from __future__ import annotations

import base64
import functools
import hashlib
import html.parser
import json
import re
from pathlib import Path

import pytest

from report_samples import EVIL, evil_page
from sojourn._report.page import Fact, Page, Part, data_block, render

pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


class Reader(html.parser.HTMLParser):
    """What a browser would make of the page, as far as danger goes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._script = False

    def handle_data(self, data: str) -> None:
        (self.scripts if self._script else self.texts).append(data)


@functools.cache
def read_evil() -> tuple[str, Reader]:
    return read(evil_page())


def read(page: Page) -> tuple[str, Reader]:
    text = render(page)
    reader = Reader()
    reader.feed(text)
    reader.close()
    return text, reader


def test_untrusted_names_stay_text_everywhere() -> None:
    text, reader = read_evil()
    assert "<img" not in text and "img" not in reader.tags
    assert not [a for a in reader.attributes if a[1].startswith("on")]
    assert len([one for one in reader.scripts if one.strip()]) == 3  # the data, the words of the script, the script
    assert "{{7*7}}" in text and "49</h1>" not in text
    assert sum(EVIL in t for t in reader.texts) > 10


def test_data_block_is_json_and_carries_the_names_unharmed() -> None:
    _, reader = read_evil()
    data = json.loads(reader.scripts[0])
    assert data[EVIL] == EVIL
    assert data["nps"]["segments"][0]["segment"] == EVIL
    assert data["revenue"]["churn"] == [10_00, 10_00]
    assert data["revenue"]["estimates"]["logo_churn"]["value"] is None


def test_data_block_cannot_end_its_element() -> None:
    block = data_block({"a": "</script><!--&\u2028", "b": float("nan"), "c": [float("inf")]})
    assert not set("<>&\u2028") & set(block)
    assert json.loads(block) == {"a": "</script><!--&\u2028", "b": None, "c": [None]}


def test_page_forbids_everything_and_fetches_nothing() -> None:
    text, reader = read_evil()
    policies = [
        value for tag, name, value in reader.attributes if tag == "meta" and name == "content" and "default-src" in value
    ]
    digest = base64.b64encode(hashlib.sha256(reader.scripts[-1].encode()).digest()).decode()
    assert policies == [f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:"]
    assert ("script", "type", "application/json") in reader.attributes
    assert not {"link", "iframe", "object", "embed", "img", "base", "form", "image", "use"} & reader.tags
    assert not [a for a in reader.attributes if a[1] in ("src", "xlink:href", "action", "srcset")]
    assert all(value.startswith("#") for _, name, value in reader.attributes if name == "href")
    without_namespace = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.findall(r"https?://|url\((?!#)|@import", without_namespace)


def test_page_is_small_and_ids_are_unique() -> None:
    text, reader = read_evil()
    assert len(text.encode()) < 2_000_000
    ids = [value for _, name, value in reader.attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_page_knows_dark_mode_and_print() -> None:
    text, _ = read_evil()
    assert "prefers-color-scheme: dark" in text and "@media print" in text


def test_every_section_says_what_it_does_not_tell() -> None:
    page = evil_page()
    for section in page.sections:
        if section.anchor not in ("at-risk", "retention"):
            assert section.definition and section.not_told, section.anchor


def test_parts_add_up(tmp_path: Path) -> None:
    page = Page(title="t")
    Part(facts=[Fact(label="a", value="b")], data={"x": 1}).add_to(page)
    assert page.facts == [Fact(label="a", value="b")] and page.data == {"x": 1}
    (tmp_path / "page.html").write_text(render(page), encoding="utf-8")
