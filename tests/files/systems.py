"""The rules of systems other than the one the tests run on, laid over this one: what they refuse is refused here."""

from __future__ import annotations

import builtins
import errno
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from annotator.files import names

_OPEN = Path("/proc/self/fd")


@contextmanager
def windows() -> Iterator[None]:
    """What Windows refuses: to sync what was opened for reading, to rename or remove what is open, some names."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(names, "is_windows", lambda: True))
        stack.enter_context(patch.object(os, "fsync", _fsync_for_writers_only(os.fsync)))
        stack.enter_context(patch.object(os, "open", _open_files_only(os.open)))
        for name in ("rename", "replace", "unlink", "remove", "rmdir"):
            stack.enter_context(patch.object(os, name, _refuse_open(getattr(os, name), is_rename=name == "rename")))
        stack.enter_context(patch.object(shutil, "rmtree", _refuse_open(shutil.rmtree)))
        stack.enter_context(without_posix())
        yield


@contextmanager
def without_posix() -> Iterator[None]:
    """Without the modules, functions and signals that only Unix has, for what asks for them from now on."""
    with ExitStack() as stack:
        for module in ("fcntl", "resource", "pwd", "grp", "termios"):
            stack.enter_context(_without_module(module))
        for name in ("getuid", "geteuid", "fork", "sched_getaffinity", "O_NOFOLLOW", "O_DIRECTORY"):
            stack.enter_context(_without(os, name))
        for name in ("SIGHUP", "SIGTSTP", "SIGCONT", "SIGQUIT", "SIGUSR1"):
            stack.enter_context(_without(signal, name))
        yield


@contextmanager
def _without_module(name: str) -> Iterator[None]:
    """Nobody can import it. Modules that others import meanwhile stay: pandas must not be loaded twice."""
    found = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment] # what Python takes for a module that is not there
    try:
        yield
    finally:
        if found is None:
            del sys.modules[name]
        else:
            sys.modules[name] = found


@contextmanager
def one_name_a_file() -> Iterator[None]:
    """FAT and exFAT: no file has a second name."""

    def link(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    with patch.object(os, "link", link):
        yield


@contextmanager
def capitals_do_not_count() -> Iterator[None]:
    """NTFS and APFS: a new file or folder whose name differs from another's only in its capitals is that other."""
    real_open, real_mkdir = os.open, os.mkdir

    def opened(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & os.O_CREAT:
            path = _as_it_stands(path)
        return real_open(path, flags, *more, **named)

    def mkdir(path: Any, *more: Any, **named: Any) -> None:
        real_mkdir(_as_it_stands(path), *more, **named)

    with patch.object(os, "open", opened), patch.object(os, "mkdir", mkdir):
        yield


@contextmanager
def short_paths(most: int = 259) -> Iterator[None]:
    """Windows without long paths: a longer one is not found."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(names, "is_windows", lambda: True))
        for place, name in ((os, "open"), (os, "mkdir"), (os, "stat"), (builtins, "open")):
            stack.enter_context(patch.object(place, name, _refuse_long(getattr(place, name), most)))
        yield


def _fsync_for_writers_only(real: Callable[[int], None]) -> Callable[[int], None]:
    import fcntl

    def fsync(handle: int) -> None:
        if fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        real(handle)

    return fsync


def _open_files_only(real: Callable[..., int]) -> Callable[..., int]:
    def opened(path: Any, *more: Any, **named: Any) -> int:
        if Path(os.fsdecode(path)).is_dir() and "dir_fd" not in named:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path, *more, **named)

    return opened


def _refuse_open(real: Callable[..., Any], *, is_rename: bool = False) -> Callable[..., Any]:
    def refuse(path: Any, *more: Any, **named: Any) -> Any:
        if named.get("dir_fd") is None and named.get("src_dir_fd") is None:
            for name in (path, *(one for one in more[:1] if isinstance(one, str | Path))):
                if _is_open(Path(os.fsdecode(name))):
                    raise PermissionError(errno.EACCES, "The process cannot access the file", str(name))
            if is_rename and Path(os.fsdecode(more[0])).exists():
                raise FileExistsError(errno.EEXIST, "File exists", str(more[0]))
        return real(path, *more, **named)

    return refuse


def _is_open(path: Path) -> bool:
    """Whether this process has a file open, or one in a folder."""
    where = os.path.abspath(path)  # noqa: PTH100 (a link is not followed)
    for handle in os.listdir(_OPEN):  # noqa: PTH208
        try:
            there = os.readlink(_OPEN / handle)  # noqa: PTH115
        except OSError:
            continue
        if there == where or there.startswith(where + "/"):
            return True
    return False


def _as_it_stands(path: Any) -> str:
    """A path with every part as it is written in the folder, whatever capitals it is asked for with."""
    asked = Path(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100
    found = Path(asked.anchor)
    for part in asked.parts[1:]:
        there = os.listdir(found) if found.is_dir() and not (found / part).exists() else []  # noqa: PTH208
        found /= next((name for name in there if name.casefold() == part.casefold()), part)
    return str(found)


def _refuse_long(real: Callable[..., Any], most: int) -> Callable[..., Any]:
    def refuse(path: Any, *more: Any, **named: Any) -> Any:
        if isinstance(path, str | Path) and len(os.path.abspath(path)) > most:  # noqa: PTH100
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))
        return real(path, *more, **named)

    return refuse


@contextmanager
def _without(module: object, name: str) -> Iterator[None]:
    if not hasattr(module, name):
        yield
        return
    kept = getattr(module, name)
    delattr(module, name)
    try:
        yield
    finally:
        setattr(module, name, kept)
