"""Validates a REFI-QDA export against the standard's schema and loads it with the importer of `qualitative-coding`.

Run by `apart.py` in that package's environment: `python check_refi.py EXPORTS`, where EXPORTS also holds the JSONL
export of the same project.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any
from zipfile import ZipFile

PROJECT = "{urn:QDA-XML:project:1.0}"


def main(exports: Path) -> None:
    """Check schema, offsets and importer."""
    from lxml import etree  # type: ignore[import-not-found,import-untyped,unused-ignore] # in that environment alone

    schema_file = resources.files("qualitative_coding") / "refi_qda" / "schema.xsd"
    schema = etree.XMLSchema(etree.parse(str(schema_file)))
    path = exports / "project.qdpx"
    with ZipFile(path) as archive:
        project = etree.parse(io.BytesIO(archive.read("project.qde")))
        schema.assertValid(project)
        n_codings = _check_offsets(project, archive, exports)
    people = (exports / "coders.jsonl").read_text("utf-8").splitlines()
    n_loaded = _load(path, len(people))
    # The importer keeps a code once a line and coder, so two statements on one line can share one.
    assert 0 < n_loaded <= n_codings, f"{n_loaded} of {n_codings} codings were loaded"
    print(f"REFI-QDA: valid, {n_codings} codings, every selection where its words are, {n_loaded} coded lines loaded")


def _check_offsets(project: Any, archive: ZipFile, exports: Path) -> int:
    """Every statement's selection covers its evidence."""
    lines = (exports / "statements.jsonl").read_text("utf-8").splitlines()
    statements = {row["statement_id"]: row for row in map(json.loads, lines)}
    seen = set()
    names = [code.get("name") for code in project.iter(f"{PROJECT}Code")]
    assert len(names) == len(set(names)), "two codes have one name"
    for source in project.iter(f"{PROJECT}TextSource"):
        text = archive.read(f"sources/{source.get('guid')}.txt").decode()
        for selection in source.iter(f"{PROJECT}PlainTextSelection"):
            said = json.loads(selection.findtext(f"{PROJECT}Description"))
            words = text[int(selection.get("startPosition")) : int(selection.get("endPosition"))]
            assert selection.get("creationDateTime")
            if "statement_id" in said:
                row = statements[said["statement_id"]]
                seen.add(row["statement_id"])
                evidence = (row["evidence"] or words).replace("\r\n", " \n").replace("\r", "\n")
                assert words == evidence
    assert seen == set(statements), "a statement is missing"
    return sum(1 for _ in project.iter(f"{PROJECT}Coding"))


def _load(path: Path, n_coders: int) -> int:
    """Import it as a user would; the package ships a stray breakpoint, which the environment switches off."""
    qc = Path(sys.executable).parent / "qc"
    with tempfile.TemporaryDirectory() as folder:
        command = [str(qc), "init", "--import", str(path.absolute())]
        environment = {**os.environ, "PYTHONBREAKPOINT": "0"}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        connection = sqlite3.connect(Path(folder) / "qualitative_coding.sqlite3")
        (n,) = connection.execute("select count(*) from coded_line").fetchone()
        (coders,) = connection.execute("select count(*) from coder").fetchone()
        connection.close()
        assert coders == n_coders, f"{coders} of {n_coders} coders were loaded"
        return int(n)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
