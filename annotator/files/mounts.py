"""Which file system a path lies on, as the kernel names it."""

from __future__ import annotations

from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")


def file_system(path: Path) -> str | None:
    """The type of the file system that a path lies on, as the kernel names it; None where it does not say."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    where = str(path.resolve())
    best, kind = -1, None
    for line in lines:
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        mount = fields[4].replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        inside = where == mount or where.startswith(mount.rstrip("/") + "/")
        # The last of several mounts on one point is the one that is seen.
        if inside and len(mount) >= best:
            best, kind = len(mount), right.split(" ")[0]
    return kind
