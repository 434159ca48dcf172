"""The README and the documents are true: their Python runs as printed, their C++ is a program that ctest runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text("utf-8"), re.S | re.M)


def relative(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if blocks(d, "python")], ids=relative)
def test_python_blocks_run_as_printed(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of one page share their names, as in a notebook; a trailing `# value` comment is checked."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    names: dict[str, object] = {}
    for block in blocks(document, "python"):
        exec(compile(block, relative(document), "exec"), names)
        for expression, shown in re.findall(r"^(\S.*?)\s+# -> (.*)$", block, re.M):
            value = eval(expression, names)
            assert shown.strip() in (repr(value), str(value)), f"{expression} gives {value!r}"


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if blocks(d, "cpp")], ids=relative)
def test_cpp_blocks_stand_in_an_example_that_is_run(document: Path) -> None:
    """Every C++ block of a page stands word for word in a program of examples/."""
    programs = [program.read_text("utf-8") for program in sorted((ROOT / "examples").rglob("*.cpp"))]
    squeezed = [re.sub(r"\s+", " ", program) for program in programs]
    for block in blocks(document, "cpp"):
        wanted = re.sub(r"\s+", " ", block).strip()
        assert any(wanted in program for program in squeezed), f"no example contains:\n{block}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", document.read_text("utf-8"), flags=re.S | re.M)
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", prose):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{relative(document)} links to {target}"
