"""Files that were damaged at random: an answer or one line that says what is wrong, never a traceback."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from command_line import Run
from sojourn.cli._parser import main

pytest.importorskip("duckdb")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")
pytestmark = pytest.mark.filterwarnings("ignore")

FILES = {
    "subscriptions.csv": b"account_id,start,end,mrr_minor,plan\na,2024-01-01,,1000,x\nb,2024-01-15,2024-03-10,500,y\n",
    "subscriptions.json": b'[{"account_id":"a","start":"2024-01-01","end":null,"mrr_minor":1000},'
    b'{"account_id":"b","start":"2024-02-01","end":"2024-03-01","mrr_minor":1100}]',
    "responses.csv": b"score,team,sent_on,answered_on,weight\n9,a,2024-01-01,2024-01-02,1.5\n3,b,2024-01-01,,1\n",
    "customers.csv": b"account,tenure,churned,monthly_minor\na,3,no,500\nb,0,yes,70\n",
    "usage.csv": b"account_id,start,end,amount_minor,kind\na,2024-01-01,2024-03-01,2000,prepaid\n",
}
PIECES = [
    *(b'"', b",", b";", b"\t", b"\n", b"\r", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"{", b"]", b"null", b""),
    *(b"2024-02-30", b"0000-01-01", b"9999-12-31", b"1e999", b"11e999000", b"-1", b"NaN", b"9" * 5000, b"1.234,56", b"=1+1"),
]


def damaged(data: bytes, numbers: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(numbers.randrange(1, 5)):
        at, kind = numbers.randrange(len(found) + 1), numbers.randrange(4)
        if kind == 0:
            found[at:at] = numbers.choice(PIECES)
        elif kind == 1:
            found[at : at + numbers.randrange(1, 12)] = numbers.choice(PIECES)
        elif kind == 2 and at < len(found):
            found[at] = numbers.randrange(256)
        else:
            found[at:at] = found[: numbers.randrange(len(found) + 1)]
    return bytes(found)


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_no_traceback(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    numbers = random.Random(11)
    path = tmp_path / name
    kind = name.partition(".")[0]
    day = ("--as-of", "2024-06-01") if kind in ("subscriptions", "usage") else ()
    given = ("metrics", f"--{kind}", str(path), *day, "--format", "json")
    path.write_bytes(FILES[name])
    assert main(given) == 0
    codes = set()
    for _ in range(150):
        path.write_bytes(damaged(FILES[name], numbers))
        codes.add(main(given))
        said = capsys.readouterr().err
        assert "Traceback" not in said
    assert codes <= {0, 1, 2} and 1 in codes


def test_a_number_of_a_million_digits_is_one_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "subs.json"
    path.write_bytes(FILES["subscriptions.json"].replace(b"1100", b"11e999000"))
    done = run("metrics", "--subscriptions", str(path), "--as-of", "2024-06-01", code=1)
    assert "does not fit 64 signed bits" in done.stderr and done.stderr.count("\n") == 1
