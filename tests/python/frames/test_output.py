"""Files out: the old file or the whole new one, whatever happens on the way."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from sojourn._frames import output

LEDGER = sj.Ledger(
    {"account": ["a"], "start": ["2024-01-01"], "end": [None], "mrr_minor": [100]}, mrr="mrr_minor", as_of="2024-07-01"
)
WRITERS: dict[str, Callable[[Any], object]] = {
    "csv": lambda path: LEDGER.movements("2024-01", "2024-06").to_csv(path),
    "report": lambda path: sj.report(ledger=LEDGER, out=path),
}


@pytest.fixture(params=list(WRITERS))
def write(request: pytest.FixtureRequest) -> Callable[[Any], object]:
    if request.param == "report":
        pytest.importorskip("jinja2")
        pytest.importorskip("vl_convert")
    return WRITERS[request.param]


def test_a_file_is_written_whole(write: Callable[[Any], object], tmp_path: Path) -> None:
    path = tmp_path / "out"
    mask = os.umask(0o027)
    try:
        write(path)
    finally:
        os.umask(mask)
    assert path.stat().st_size > 100 and stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["out"]
    write(str(path))
    assert os.listdir(tmp_path) == ["out"]


def test_a_file_keeps_its_permissions_and_a_link_its_target(write: Callable[[Any], object], tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder" / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o604)
    link.symlink_to(target)
    write(link)
    assert link.is_symlink() and target.read_text() != "old" and stat.S_IMODE(target.stat().st_mode) == 0o604
    assert os.listdir(tmp_path / "folder") == ["target"]
    ahead = tmp_path / "ahead"
    ahead.symlink_to(tmp_path / "folder" / "new")
    write(ahead)
    assert ahead.is_symlink() and (tmp_path / "folder" / "new").stat().st_size > 100


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_fails_leaves_the_old_file_and_nothing_beside_it(
    write: Callable[[Any], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    path = tmp_path / "out"
    path.write_text("old")

    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(output.os, step, fail)
    with pytest.raises(type(error)):
        write(path)
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["out"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    path = tmp_path / "out"
    path.write_text("old")
    many = sj.Ledger(
        {"account": range(5000), "start": ["2024-01-01"] * 5000, "end": [None] * 5000, "mrr_minor": [1] * 5000},
        mrr="mrr_minor",
        as_of="2024-07-01",
    ).accounts_table()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(OSError):
            many.to_csv(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["out"]


WRITE_ON = """
import sys
from sojourn._frames.output import write_text
while True:
    for sign in "ab":
        write_text(sys.argv[1], sign * 300_000)
        print(sign, flush=True)
"""


def test_a_killed_process_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "out"
    environment = {**os.environ, "PYTHONPATH": str(Path(sj.__file__).parents[1])}
    for turn in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", WRITE_ON, str(path)], stdout=subprocess.PIPE, env=environment
        ) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.003 * turn)
            writer.send_signal(signal.SIGKILL)
        text = path.read_text()
        assert len(text) == 300_000 and len(set(text)) == 1


def test_what_is_no_regular_file_is_written_to(write: Callable[[Any], object], tmp_path: Path) -> None:
    with pytest.raises(OSError):
        write(tmp_path)
    assert os.listdir(tmp_path) == []
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:  # a page is more than a pipe holds, so somebody reads meanwhile
        received = pool.submit(pipe.read_bytes)
        write(pipe)
        assert len(received.result()) > 100
    assert stat.S_ISFIFO(os.stat(pipe).st_mode)


def test_a_read_only_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    monkeypatch.setattr(output.os, "access", lambda *_: False)  # root may write everything
    with pytest.raises(PermissionError, match="read-only"):
        output.write_text(path, "new")
    assert path.read_text() == "old"


def test_half_a_character_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    with pytest.raises(sj.SchemaError, match=r"'\\udcff' at character 3"):
        output.write_text(path, "caf\udcff")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["out"]
