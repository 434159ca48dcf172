"""The hand-written types of `sojourn._core` say what the compiled module has: mypy's stubtest compares them with it."""

import re
import subprocess
import sys

# What stubtest reports of every pybind11 module and a stub cannot say: the metaclass of its classes, the constructor that a
# class without one inherits, and the buffer that Python 3.11 does not show as a method.
OF_PYBIND11 = (
    re.compile(r"^sojourn\._core[.\w]* is inconsistent, metaclass differs$"),
    re.compile(r'^sojourn\._core[.\w]*\.__init__ is inconsistent, stub does not have \*args parameter "args"$'),
    re.compile(r"^sojourn\._core[.\w]*\.__buffer__ is not present at runtime$"),
)


def test_stubs_say_what_the_compiled_module_has() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy.stubtest", "--concise", "sojourn._core"], capture_output=True, text=True, check=False
    )
    lines = done.stdout.splitlines()
    assert any("metaclass differs" in line for line in lines), done.stdout + done.stderr  # it has compared
    assert [line for line in lines if not any(known.match(line) for known in OF_PYBIND11)] == []
