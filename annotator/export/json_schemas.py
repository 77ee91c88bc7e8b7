"""JSON Schemas of the JSONL files: `python -m annotator.export.json_schemas schemas` writes them from the models."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from annotator.jsonl_lines import WRITTEN, json_schema


def documents() -> dict[str, str]:
    """The text of every schema file by its name."""
    return {
        f"{name}.schema.json": json.dumps(json_schema(name), indent=2, ensure_ascii=False) + "\n" for name in WRITTEN
    }


def main(folder: str) -> None:
    """Write every schema into a folder."""
    for name, text in documents().items():
        Path(folder, name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
