"""Small full volumes: real file systems in a file, with blocks of any size, filled up to the last byte.

They are mounted in a mount namespace of the test's own, so that none stays mounted when the test is killed.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from annotator.codebook.file import default_codebook
from annotator.store import Store
from tests.conftest import ROOT, article

COMMANDS = (
    ("status",),
    ("log",),
    ("doctor",),
    ("agreement",),
    ("keys",),
    ("codebook", "show"),
    ("speakers", "list"),
    ("suggest", "one.txt"),
    ("export", "jsonl", "--out", "out"),
    ("label", "--plain", "--coder", "anna"),
    ("undo", "--coder", "anna", "--yes"),
    ("add", "one.txt"),
    ("add", "large.txt"),
    ("backup",),
    ("pack", "--coder", "anna"),
    ("doctor", "--repair", "--out", "repaired.db"),
    ("restore", "latest", "--yes"),
    ("merge", "other.db"),
    ("assign", "draw", "--coder", "anna", "--yes"),
    ("speakers", "export", "--out", "speakers.jsonl"),
)
"""Every kind of command; files that are not of the project lie on another disk."""


class Full(NamedTuple):
    """What came of it: how many commands did their work, how many said a sentence, and all that did neither."""

    done: int
    refused: int
    wrong: list[str]


def can_mount() -> bool:
    """Whether volumes can be made and mounted here, which only the system's administrator may."""
    return os.name == "posix" and os.geteuid() == 0 and bool(shutil.which("mkfs.ext4")) and bool(shutil.which("mount"))


_NEW_MOUNTS = 0x00020000
"""CLONE_NEWNS of unshare(2), which Python knows from 3.12 on."""


@cache
def _own_mounts() -> None:
    """Give this process and its children mounts that no other process sees; they go when the last of them ends."""
    if ctypes.CDLL(None, use_errno=True).unshare(_NEW_MOUNTS):
        raise OSError(ctypes.get_errno(), "a mount namespace is refused here")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)  # noqa: S607


@contextmanager
def volume(folder: Path, block: int, megabytes: int = 3, kind: str = "ext4") -> Iterator[Path]:
    """A new file system in a file, mounted for the length of the block.

    Raises:
        OSError: It cannot be mounted here.
    """
    _own_mounts()
    image, mount = folder / "image", folder / "mount"
    mount.mkdir()
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    make = {
        "ext4": ["mkfs.ext4", "-q", "-F", "-b", str(block), str(image)],
        "ext2": ["mkfs.ext2", "-q", "-F", "-b", str(block), str(image)],
        "btrfs": ["mkfs.btrfs", "-q", "--mixed", str(image)],
    }[kind]
    for command in (make, ["mount", "-o", "loop", str(image), str(mount)]):
        if not shutil.which(command[0]) or subprocess.run(command, capture_output=True, check=False).returncode:
            mount.rmdir()
            raise OSError(f"{command[0]} is refused here")
    try:
        yield mount
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=True)  # noqa: S607
        mount.rmdir()


def fill(mount: Path, left: int = 0) -> None:
    """Fill a volume, but for so many bytes."""
    path = mount / "fill"
    with path.open("ab", buffering=0) as file:
        for size in (65_536, 1024):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    if left:
        os.truncate(path, max(0, path.stat().st_size - left))
    os.sync()


def killed_project(mount: Path) -> Path:
    """A project on a volume whose session was killed, so that its journal lies beside it."""
    path = mount / "annotations.db"
    Store.create(path, default_codebook(), [article("\n".join(f"Line {i}." for i in range(30)))]).close()
    child = os.fork()
    if child == 0:
        store = Store(path)
        press(store, 3)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    return path


def press(store: Store, n: int) -> None:
    """Code so many paragraphs."""
    store.connection.before_first_write = None
    for i in range(n):
        with store.coding("anna").step("key", 1 + i) as step:
            step.review(state="no claim", note=f"{i}")


def try_commands(folder: Path, block: int, lefts: tuple[int, ...], kind: str = "ext4") -> Full:
    """Run every command on a killed project on a full volume; a new volume for each, and for each rest of room."""
    said: Counter[str] = Counter()
    wrong = []
    for left in lefts:
        for words in COMMANDS:
            here = folder / f"{left}-{len(os.listdir(folder))}"  # noqa: PTH208
            here.mkdir()
            lay_out(here)
            with volume(here, block, 3 if kind != "btrfs" else 20, kind) as mount:
                project = killed_project(mount)
                fill(mount, left)
                done = run(here, project, words)
                fault = _fault(done)
                said["done" if done.returncode == 0 else "refused"] += 1
                if fault:
                    wrong.append(f"{' '.join(words)} with {left} bytes left: {fault}")
            shutil.rmtree(here)
    return Full(said["done"], said["refused"], wrong)


def lay_out(folder: Path) -> None:
    """Files for the commands, on another disk than the volume."""
    (folder / "one.txt").write_text("One more line.")
    (folder / "large.txt").write_text("\n".join(f"Line {i} of a very long article." for i in range(30_000)))
    Store.create(folder / "other.db", default_codebook(), [article("Two.\nThree.")]).close()


def run(folder: Path, project: Path, words: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run the real program."""
    return subprocess.run(
        [sys.executable, "-m", "annotator", "--project", str(project), *words],
        cwd=folder,
        input="x\n",
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def _fault(done: subprocess.CompletedProcess[str]) -> str | None:
    if done.returncode < 0:
        return f"signal {-done.returncode}"
    if "should not" in done.stderr or "Traceback" in done.stderr:
        return done.stderr.strip()[-200:]
    if done.returncode and "Error: " not in done.stderr:
        return f"exit code {done.returncode} without a sentence"
    return None
