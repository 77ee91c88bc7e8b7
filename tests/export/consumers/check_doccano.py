"""Loads a doccano export with doccano's own import classes into its own database.

Run by `apart.py` in doccano's environment: `python check_doccano.py EXPORTS`, where EXPORTS also holds the JSONL export
of the same project.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any


def main(exports: Path) -> None:
    """Import every file into a project of its own and compare what doccano holds with what was coded."""
    import backend  # type: ignore[import-not-found] # installed in doccano's environment alone

    sys.path.insert(0, str(Path(backend.__path__[0])))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/doccano.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.development"
        import django  # type: ignore[import-not-found,import-untyped,unused-ignore]
        from django.core.management import call_command  # type: ignore[import-not-found,import-untyped,unused-ignore]

        django.setup()
        call_command("migrate", verbosity=0)
        files = sorted((exports / "doccano").glob("*/*.jsonl"))
        assert files, "there is no doccano export"
        n_spans = sum(_load(path) for path in files)
    statements = [json.loads(line) for line in (exports / "statements.jsonl").read_text("utf-8").splitlines()]
    names = {path.stem for path in files}
    expected = len(
        {
            (s["coder"], name, s["article_id"], s["paragraph"], *_place(s), each)
            for s in statements
            for name in names
            for each in (s[name] if isinstance(s[name], list) else [s[name]])
            if each is not None
        }
    )
    assert n_spans == expected, f"doccano holds {n_spans} spans, {expected} were coded"
    print(f"doccano: {len(files)} files, {n_spans} spans, no error")


def _place(statement: dict[str, Any]) -> tuple[int, int]:
    """Where its span stands; without evidence on the whole paragraph."""
    if statement["evidence_start"] is None:
        return statement["paragraph_start"], statement["paragraph_end"]
    return statement["evidence_start"], statement["evidence_end"]


def _load(path: Path) -> int:
    from data_import.datasets import SequenceLabelingDataset  # type: ignore[import-not-found]
    from data_import.pipeline.parsers import JSONLParser  # type: ignore[import-not-found]
    from data_import.pipeline.readers import FileName, Reader  # type: ignore[import-not-found]
    from django.contrib.auth.models import User  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from labels.models import Span  # type: ignore[import-not-found]
    from projects.models import ProjectType, SequenceLabelingProject  # type: ignore[import-not-found]

    user, _ = User.objects.get_or_create(username="someone")
    project = SequenceLabelingProject.objects.create(
        name=str(path), project_type=ProjectType.SEQUENCE_LABELING, allow_overlapping=True, created_by=user
    )
    reader = Reader([FileName(str(path), path.name, path.name)], JSONLParser(encoding="utf_8"))
    dataset = SequenceLabelingDataset(reader, project, column_data="text", column_label="label")
    dataset.save(user)
    assert not dataset.errors, dataset.errors
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert project.examples.count() == len(rows)
    spans: int = Span.objects.filter(example__project=project).count()
    for span in Span.objects.filter(example__project=project):
        assert 0 <= span.start_offset < span.end_offset <= len(span.example.text)
    return spans


if __name__ == "__main__":
    main(Path(sys.argv[1]))
