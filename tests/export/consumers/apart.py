"""Consumers that cannot share an environment with this program or each other: each gets one of its own.

    python tests/export/consumers/apart.py [--environments DIR]

It exports two projects, a plain one and one of everything that exports break on, as doccano, REFI-QDA and matrices,
makes an environment for doccano and one for qualitative-coding with `uv` (or uses those that stand in DIR), and lets
each load its exports. R, where it is installed, must give the alpha that the matrices' manifest has. Any
failure ends it with exit code 1.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PROJECTS = ("plain", "hostile")
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
        _make_projects(Path(folder))
        for name in PROJECTS:
            _export(Path(folder) / f"{name}.db", exports / name)
        environments = chosen.environments or Path(folder) / "environments"
        done = [_check(check, packages, environments, exports) for check, packages in CONSUMERS.items()]
        done.append(_check_in_r(exports))
    return 0 if all(done) else 1


def _make_projects(folder: Path) -> None:
    sys.path.insert(0, str(HERE.parents[2]))
    from annotator.store import Store
    from tests.export import hostile
    from tests.export.conftest import CODEBOOK, OTHER, TEXT, article, code
    from tests.export.consumers.test_tables import extra_codings

    articles = [article("harbour", TEXT), article("port", OTHER)]
    with Store.create(folder / "plain.db", CODEBOOK, articles) as store:
        code(store, "ada")
        code(store, "ben")
        extra_codings(store)
    hostile.make(folder / "hostile.db")


def _export(project: Path, exports: Path) -> None:
    from annotator.cli import run

    for name in ("jsonl", "doccano", "qdpx", "matrix"):
        if run(["--project", str(project), "export", name, "--out", str(exports)]):
            raise SystemExit(f"export {name} failed")


def _check_in_r(exports: Path) -> bool:
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("R is not installed: it does not check the matrices", file=sys.stderr)
        return True
    table = exports / "alphas.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "level", "alpha"))
        for name in PROJECTS:
            manifest = json.loads((exports / name / "matrix.manifest.json").read_text(encoding="utf-8"))
            for title, one in manifest["matrices"].items():
                if one["level"] != "set" and one["krippendorff_alpha"] is not None:
                    path = exports / name / "matrix" / f"{title}.recal.csv"
                    writer.writerow((path, one["level"], repr(one["krippendorff_alpha"])))
    return subprocess.run([rscript, str(HERE / "check_alpha.R"), str(table)], check=False).returncode == 0


def _check(check: str, packages: tuple[str, ...], environments: Path, exports: Path) -> bool:
    environment = environments / check.removesuffix(".py")
    python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
    if not python.exists():
        uv = shutil.which("uv") or "uv"
        subprocess.run([uv, "venv", "-q", "--python", "3.11", str(environment)], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", str(python), *packages], check=True)
    commands = [[str(python), str(HERE / check), str(exports / name)] for name in PROJECTS]
    return all(subprocess.run(command, check=False).returncode == 0 for command in commands)


if __name__ == "__main__":
    sys.exit(main())
