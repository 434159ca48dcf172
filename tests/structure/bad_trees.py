"""A small tree that keeps every rule, and for each rule changes that break it."""

from __future__ import annotations

from typing import NamedTuple

from rules.tree import Tree

INCLUDE, SRC, CORE, PACKAGE = "include/sojourn/", "src/", "bindings/python/core/", "bindings/python/sojourn/"

LOADER = "from importlib import import_module\ndef load(name):\n    import_module(name)\n"


def header(layer: int, *includes: str, text: str = "", needs: str = "links sojourn") -> str:
    return "\n".join([f"// Layer: {layer}. Needs: {needs}.", *(f'#include "{name}"' for name in includes), text, ""])


GOOD = {
    INCLUDE + "sojourn.hpp": header(4, "sojourn/surveys.hpp", "sojourn/revenue.hpp", "sojourn/health/card/spec.hpp"),
    INCLUDE + "surveys.hpp": header(3, "sojourn/surveys/nps.hpp"),
    INCLUDE + "revenue.hpp": header(3, "sojourn/revenue/rates.hpp", "sojourn/revenue/sources/price.hpp"),
    INCLUDE + "domain/money.hpp": header(
        1,
        text="namespace sojourn {\ninline namespace v0_1 SOJOURN_EXPORT { inline int minor() { return 1; } }}",
        needs="std only",
    ),
    INCLUDE + "stats/ratio.hpp": header(1, text="#include <vector>", needs="std only"),
    INCLUDE + "surveys/nps.hpp": header(
        3,
        "sojourn/stats/ratio.hpp",
        text="namespace sojourn {\ninline namespace v0_1 SOJOURN_EXPORT { int nps(int n = {}); }}",
    ),
    INCLUDE + "revenue/rates.hpp": header(3, "sojourn/revenue/ledger/ledger.hpp"),
    INCLUDE + "revenue/ledger/ledger.hpp": header(3, "sojourn/domain/money.hpp"),
    INCLUDE + "revenue/sources/price.hpp": header(3, "sojourn/revenue/rates.hpp"),
    INCLUDE + "health/card/spec.hpp": header(3),
    INCLUDE + "arrow/abi.hpp": header(4),
    SRC + "surveys/nps.cpp": '#include "sojourn/surveys/nps.hpp"\nint sojourn::nps(int n) { return n; }\n',
    SRC + "surveys/nps_interval.cpp": '#include "sojourn/surveys/nps.hpp"\n',
    SRC + "detail/fnv1a.hpp": "constexpr auto prime = 0x100000001b3u;\n",
    "tests/CMakeLists.txt": "sojourn_test(surveys/nps)\nsojourn_test(surveys/nps_edge)\nsojourn_test(laws)\n",
    "tests/surveys/nps_test.cpp": "",
    "tests/surveys/nps_edge_test.cpp": "",
    "tests/laws_test.cpp": "",
    "tests/python/cli/test_parser_words.py": "",
    "tests/python/surveys/test_nps.py": "",
    "bench/nps_bench.cpp": "",
    "docs/definitions/nps.md": "",
    CORE + "frames/table.hpp": "",
    CORE + "surveys/bind_nps.cpp": '#include "frames/table.hpp"\n#include "sojourn/surveys/nps.hpp"\n',
    CORE + "module.cpp": "",
    PACKAGE + "__init__.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from sojourn.surveys import nps\n",
    PACKAGE + "surveys.py": "from sojourn._frames.table import Table\ndef nps():\n    import numpy\n",
    PACKAGE + "_frames/__init__.py": "",
    PACKAGE + "_frames/table.py": "class Table:\n    def __init__(self):\n        self._rows = 1\n",
    PACKAGE + "revenue/__init__.py": LOADER,
    PACKAGE + "revenue/_ledger.py": "from sojourn.revenue._rates import rate\n",
    PACKAGE + "revenue/_rates.py": "from sojourn.errors import DataError\n",
    PACKAGE + "errors.py": "",
    PACKAGE + "cli/__init__.py": "from sojourn.cli._parser import main\n",
    PACKAGE + "cli/_parser.py": LOADER,
}


class BadTree(NamedTuple):
    changes: dict[str, str]
    refused_with: str


def bad(changes: dict[str, str], refused_with: str) -> BadTree:
    return BadTree(changes, refused_with)


BAD = [
    # rooms and layers
    bad({INCLUDE + "moon.hpp": header(3)}, "moon.hpp: lies in no room"),
    bad({SRC + "mrr/build.cpp": ""}, "mrr/build.cpp: lies in no room"),
    bad({INCLUDE + "json/value.hpp": header(1)}, "json/value.hpp: lies in no room"),
    bad({CORE.replace("core/", "") + "bind_nps.cpp": ""}, "bind_nps.cpp: lies in no room"),
    bad({INCLUDE + "domain/money.hpp": header(1, "sojourn/surveys/nps.hpp")}, "surveys/nps.hpp of a room above its own"),
    bad({INCLUDE + "domain/money.hpp": header(1, "sojourn/stats/ratio.hpp")}, "stats/ratio.hpp of a room above its own"),
    bad({INCLUDE + "stats/ratio.hpp": header(1, "sojourn/domain/money.hpp")}, "stats/ does not know it"),
    bad({INCLUDE + "surveys/nps.hpp": header(3, "sojourn/revenue/rates.hpp")}, "revenue/rates.hpp of another family"),
    bad({SRC + "surveys/nps.cpp": '#include "sojourn/health/card/spec.hpp"'}, "health/card/spec.hpp of another family"),
    bad({INCLUDE + "surveys/nps.hpp": header(3, "sojourn/surveys.hpp")}, "surveys.hpp: a file of the family includes what"),
    bad({INCLUDE + "revenue/ledger/ledger.hpp": header(3, "sojourn/revenue/rates.hpp")}, "revenue/ledger stands below"),
    bad({INCLUDE + "revenue/rates.hpp": header(3, "sojourn/revenue/sources/price.hpp")}, "revenue/itself stands below"),
    bad(
        {
            INCLUDE + "health/score/score.hpp": header(3),
            SRC + "health/card/spec.cpp": '#include "sojourn/health/score/score.hpp"',
        },
        "health/card stands below or beside health/score",
    ),
    bad({INCLUDE + "surveys/nps.hpp": header(3, "detail/fnv1a.hpp")}, "a public header needs no file behind src/"),
    bad(
        {
            INCLUDE + "revenue/ledger/ledger.hpp": header(3, "sojourn/revenue/ledger/rows.hpp"),
            INCLUDE + "revenue/ledger/rows.hpp": header(3, "sojourn/revenue/ledger/ledger.hpp"),
        },
        "2 files: include",
    ),
    # what a public header shows
    bad({INCLUDE + "surveys/nps.hpp": header(2)}, "must say `Layer: 3.`"),
    bad({INCLUDE + "surveys/csat.hpp": header(3)}, "csat.hpp: neither sojourn.hpp nor models.hpp reaches it"),
    bad(
        {INCLUDE + "stats/ratio.hpp": header(1, text="int bytes_kind = 7; int bytes_kind = 7;")}, "bytes_kind 7 is taken by"
    ),
    bad({INCLUDE + "stats/ratio.hpp": header(1, text="#include <boost/crc.hpp>")}, "<boost/crc.hpp> is not of the standard"),
    bad({INCLUDE + "stats/ratio.hpp": header(1, text="#  include <iostream>")}, "<iostream> does not belong"),
    bad({INCLUDE + "stats/ratio.hpp": header(1, text="#include <chrono>")}, "<chrono> is too heavy"),
    bad(
        {
            INCLUDE + "stats/ratio.hpp": header(1, text="int ratio(int n);", needs="std only"),
            SRC + "stats/ratio.cpp": "int ratio(int n) { return n; }",
        },
        "ratio.hpp: says `Needs: std only.`, but include/sojourn/stats/ratio.hpp links",
    ),
    bad(
        {INCLUDE + "revenue/rates.hpp": header(3, "sojourn/surveys/nps.hpp", needs="std only")},
        "rates.hpp: says `Needs: std only.`, but include/sojourn/surveys/nps.hpp links",
    ),
    bad({INCLUDE + "domain/mrr.hpp": header(1, "money.hpp")}, "money.hpp is not written"),
    bad({INCLUDE + "stats/ratio.hpp": header(1, "sojourn/moon.hpp")}, "sojourn/moon.hpp does not exist"),
    bad({INCLUDE + "headers.hpp": header(4, text="#include <sojourn/bodies/moon.cpp>")}, "bodies/moon.cpp does not exist"),
    # the versioned namespace
    bad({INCLUDE + "stats/ratio.hpp": header(1, text="namespace sojourn { }")}, "opens `sojourn`"),
    bad({SRC + "surveys/nps.cpp": "namespace sojourn::detail { }"}, "opens `sojourn::detail`"),
    bad({INCLUDE + "version.hpp": "#define SOJOURN_VERSION_MAJOR 1\n#define SOJOURN_VERSION_MINOR 2\n"}, "inline v1_2"),
    bad({INCLUDE + "stats/ratio.hpp": header(1, text="namespace sojourn::inline v0_1 { }")}, "hides what it declares"),
    bad(
        {
            INCLUDE + "stats/ratio.hpp": header(
                1, text="struct cell {\n friend bool operator==(const cell& a, cell b);\n};"
            ),
            SRC + "stats/ratio.cpp": "bool operator==(const cell& a, cell b) { return true; }",
        },
        "ratio.hpp: hides operator==, whose body is in src/",
    ),
    # bodies
    bad({SRC + "surveys/promoters.cpp": ""}, "surveys/promoters.cpp: bears the name of no header"),
    bad(
        {INCLUDE + "stats/ratio.hpp": header(1, text="struct cell { int sum(int a = f({})) const; };")},
        "the body of sum is not in src/stats/ratio.cpp",
    ),
    bad({SRC + "surveys/nps.cpp": ""}, "the body of nps is not in src/surveys/nps.cpp"),
    # names
    bad({"tests/surveys/score_test.cpp": ""}, "tests/surveys/score_test.cpp: bears the name of no header"),
    bad({"tests/nps_test.cpp": ""}, "tests/nps_test.cpp: bears the name of no header"),
    bad({"tests/CMakeLists.txt": ""}, "tests/surveys/nps_test.cpp: is not built"),
    bad({"tests/python/cli/test_moon.py": ""}, "tests/python/cli/test_moon.py: bears the name of no module"),
    bad({"bench/moon_bench.cpp": ""}, "bench/moon_bench.cpp: bears the name of no header"),
    bad({"docs/definitions/moon.md": ""}, "docs/definitions/moon.md: bears the name of no header"),
    bad({CORE + "surveys/bind_direct.cpp": ""}, "bind_direct.cpp: binds no header of surveys/"),
    bad({CORE + "surveys/rows.cpp": ""}, "rows.cpp: is neither bind_<header>.cpp"),
    # bindings
    bad({CORE + "surveys/bind_nps.cpp": '#include "sojourn/revenue/rates.hpp"'}, "revenue/rates.hpp of another family"),
    bad({CORE + "frames/table.hpp": '#include "sojourn/surveys/nps.hpp"'}, "frames know no family"),
    bad({CORE + "surveys/bind_nps.cpp": '#include "detail/fnv1a.hpp"'}, "bindings have the public headers"),
    bad({CORE + "surveys/bind_nps.cpp": 3 * 'x["day"] = any_column::of(days);'}, "has 3 columns by hand"),
    bad(
        {CORE + "surveys/bind_nps.cpp": '{{"wald", method::wald}, {"exact", method::exact}}'},
        "has 2 rows of a table of words",
    ),
    bad(
        {CORE + "surveys/bind_nps.cpp": 'auto x = word == "exact" ? kind::exact : kind::other;'}, "has 1 words read by hand"
    ),
    bad(
        {CORE + "frames/table.hpp": '#include "frames/words.hpp"', CORE + "frames/words.hpp": '#include "frames/table.hpp"'},
        "a circle of 2 files",
    ),
    # one place
    bad({SRC + "domain/keys.hpp": "auto prime = 1'099'511'628'211;"}, "FNV-1a stands in 2 files"),
    bad(
        {SRC + "domain/a.hpp": "madvise(a)", SRC + "domain/b.hpp": "madvise(b)"}, "asking for large pages stands in 2 files"
    ),
    bad({"tests/laws_test.cpp": "/" * 126}, "1 lines are longer than 125 columns: 1"),
    # the Python package
    bad({PACKAGE + "_economics.py": ""}, "_economics.py: lies in no room"),
    bad({PACKAGE + "surveys/__init__.py": ""}, "surveys.py: is hidden by the package of the same name"),
    bad({PACKAGE + "surveys.py": "from sojourn.revenue import _ledger"}, "revenue._ledger of a room above or beside"),
    bad({PACKAGE + "_frames/table.py": "from ..surveys import nps"}, "imports sojourn.surveys of a room above or beside"),
    bad(
        {PACKAGE + "lifetime/_decay.py": "from sojourn.surveys import nps"},
        "imports sojourn.surveys of a room above or beside",
    ),
    bad({PACKAGE + "surveys.py": "def nps():\n    from sojourn._frames import table\n"}, "_frames.table inside a function"),
    bad({PACKAGE + "surveys.py": "def nps():\n    import json\n"}, "imports json inside a function"),
    bad({PACKAGE + "surveys.py": "import sojourn as sj"}, "imports the face `sojourn`"),
    bad({PACKAGE + "surveys.py": "from sojourn._frames.table import _quoted"}, "imports _quoted, which is private"),
    bad({PACKAGE + "surveys.py": LOADER}, "loads modules by name"),
    bad({PACKAGE + "cli/_doctor.py": LOADER}, "loads modules by name"),
    bad({PACKAGE + "revenue/_rates.py": "from sojourn.revenue._ledger import Ledger"}, "2 modules: sojourn.revenue._ledger"),
    bad({PACKAGE + "surveys.py": "def nps(table):\n    return table._rows"}, "reads table._rows, which is private"),
    bad(
        {
            PACKAGE + "revenue/_rates.py": "class Rates:\n    def __init__(self):\n        self._x = 1\n",
            PACKAGE + "revenue/_ledger.py": "def change(rates):\n    rates._x = 2",
        },
        "sets rates._x, which is private",
    ),
    bad(
        {PACKAGE + "surveys.py": 'class A:\n    def core(self):\n        """Of B."""\n        raise NotImplementedError\n'},
        "is half a class",
    ),
]


def changed(bad: BadTree) -> Tree:
    return Tree({**GOOD, **bad.changes})
