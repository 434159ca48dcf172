"""Files out: the old file or the whole new one, never half of either."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile

from sojourn.errors import SchemaValueError


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Writes `text` as UTF-8, as `write_bytes` does."""
    _require_name(path)
    write_bytes(path, utf8(text))


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Writes `data` beside `path` and then takes its name in one step, so that a full disk or a killed process
    leaves what was there before. A link stays a link to the file that it names; a file keeps its permissions. What is no
    regular file (a pipe, /dev/stdout) is written to directly.
    """
    _require_name(path)
    target = os.path.realpath(path)
    try:
        before: os.stat_result | None = os.stat(target)
    except FileNotFoundError:
        before = None
    if before is not None and not stat.S_ISREG(before.st_mode):
        with open(path, "wb") as file:  # a folder is refused here, in the words of the system
            file.write(data)
        return
    if before is not None and not os.access(target, os.W_OK):
        raise PermissionError(13, "the file is read-only", os.fspath(path))
    _replace(target, data, before)


def _require_name(path: str | os.PathLike[str]) -> None:
    try:
        name = os.fsencode(path)
    except UnicodeEncodeError:
        name = b""
    if name == b"" or b"\0" in name:
        raise SchemaValueError(f"{path!a} is no name of a file")


def utf8(text: str) -> bytes:
    """The bytes of a text. Half a surrogate pair, as in a name that the system could not decode, has none."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as wrong:
        raise SchemaValueError(
            f"the text holds {ascii(text[wrong.start])} at character {wrong.start}, which is half a character and cannot be "
            "written; correct the name that it comes from"
        ) from None


def _replace(target: str, data: bytes, before: os.stat_result | None) -> None:
    folder, name = os.path.split(target)
    handle, part = tempfile.mkstemp(dir=folder, prefix=f".{name[:100]}.", suffix=".part")
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(part, _usual_mode() if before is None else stat.S_IMODE(before.st_mode))
        if before is not None and hasattr(os, "chown"):
            with contextlib.suppress(PermissionError):  # only root gives files away
                os.chown(part, before.st_uid, before.st_gid)
        os.replace(part, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part)
        raise
    _sync_folder(folder)


def _usual_mode() -> int:
    """What `open` gives a new file; the mask can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: str) -> None:
    """The new name survives a power cut as well, where the system can promise that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
