"""Consumers that cannot share an environment with this program or each other: each gets one of its own.

    python tests/export/consumers/apart.py [--environments DIR]

It exports a project as doccano and REFI-QDA, makes an environment for doccano and one for qualitative-coding with `uv`
(or uses those that stand in DIR), and lets each load its export. Any failure ends it with exit code 1.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
CONSUMERS = {
    # doccano 1.8.4 is from 2023: what it needs has since changed under it.
    "check_doccano.py": ("doccano==1.8.4", "marshmallow<3.20", "environs<10", "setuptools<70", "numpy<2"),
    "check_refi.py": ("qualitative-coding==1.7.8", "lxml>=5,<7"),
}


def main() -> int:
    """Export, install, check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--environments", type=Path, help="Where the environments are, or are to be kept.")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        exports = Path(folder) / "exports"
        _export(Path(folder) / "project.db", exports)
        environments = chosen.environments or Path(folder) / "environments"
        failed = [check for check, packages in CONSUMERS.items() if not _check(check, packages, environments, exports)]
    return 1 if failed else 0


def _export(project: Path, exports: Path) -> None:
    sys.path.insert(0, str(HERE.parents[2]))
    from annotator.cli import run
    from annotator.store import Store
    from tests.export.conftest import CODEBOOK, OTHER, TEXT, article, code

    with Store.create(project, CODEBOOK, [article("harbour", TEXT), article("port", OTHER)]) as store:
        code(store, "ada")
        code(store, "ben")
    for name in ("jsonl", "doccano", "qdpx"):
        if run(["--project", str(project), "export", name, "--out", str(exports)]):
            raise SystemExit(f"export {name} failed")


def _check(check: str, packages: tuple[str, ...], environments: Path, exports: Path) -> bool:
    environment = environments / check.removesuffix(".py")
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        uv = shutil.which("uv") or "uv"
        subprocess.run([uv, "venv", "-q", "--python", "3.11", str(environment)], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), *packages], check=True)
    done = subprocess.run([str(python), str(HERE / check), str(exports)], check=False)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
