"""Hugging Face: a dataset folder with a card, categories as ClassLabel, and splits that keep articles whole."""

from __future__ import annotations

import json
from typing import Any

from annotator.codebook.model import Variable
from annotator.export import flat_rows as flat
from annotator.export.folder import Folder
from annotator.records import Columns, Source

SPLITS = (("train", 80), ("validation", 10), ("test", 10))
"""The splits and their shares of the articles, in percent."""


def write(source: Source, folder: Folder) -> None:
    """Write hf/README.md (the card) and hf/data/<split>.jsonl."""
    columns, variables = flat.statement_columns(source), Columns.of(source.codebook).statement
    known = {v.name: frozenset(v.names) for v in variables if _is_class(v)}
    n = dict.fromkeys((name for name, _ in SPLITS), 0)
    with (
        folder.open("hf/data/train.jsonl") as train,
        folder.open("hf/data/validation.jsonl") as validation,
        folder.open("hf/data/test.jsonl") as test,
    ):
        streams = {"train": train, "validation": validation, "test": test}
        for article in source.articles():
            split = split_of(article.article_id)
            for paragraph, one in article.statements():
                row = dict(zip(columns, flat.statement_row(article, paragraph, one, variables), strict=True))
                for name, names in known.items():
                    if row[name] is not None and row[name] not in names:
                        row[name] = None
                        folder.lose(f"values of {name} that the codebook in force does not know (null)")
                row["text"] = article.text(paragraph)
                streams[split].row(json.dumps(row, ensure_ascii=False))
                n[split] += 1
    folder.write_text("hf/README.md", _card(source, [*columns, "text"], variables, n))
    folder.lose("paragraphs without a statement (jsonl has them), and the articles around a paragraph")
    folder.lose("the words chosen for a speaker, the registry, label origins and gold (jsonl)")
    folder.write_manifest("hf.manifest.json", "hf", source, splits=n)


def split_of(article_id: str) -> str:
    """The split of an article, by its id alone: it never changes, whatever else is added."""
    at = int(article_id[:8], 16) * 100 >> 32
    for name, share in SPLITS:
        if at < share:
            return name
        at -= share
    raise AssertionError("the shares add up to 100")


def _is_class(variable: Variable) -> bool:
    return bool(variable.categories) and variable.level != "set"


def _feature(name: str, variable: Variable | None) -> dict[str, Any]:
    if name == "speakers" or (variable is not None and (variable.level == "set" or variable.multiple)):
        return {"name": name, "list": "string"}
    if variable is not None and _is_class(variable):
        names = {str(i): each for i, each in enumerate(variable.names)}
        return {"name": name, "dtype": {"class_label": {"names": names}}}
    if variable is not None and variable.is_numeric:
        return {"name": name, "dtype": "float64"}
    if name in ("paragraph", "paragraph_start", "paragraph_end", "evidence_start", "evidence_end"):
        return {"name": name, "dtype": "int64"}
    return {"name": name, "dtype": "bool" if name == "flag" else "string"}


def _card(source: Source, columns: list[str], variables: tuple[Variable, ...], n: dict[str, int]) -> str:
    """The card. Its head is JSON, which YAML readers read, so that no name of a category can break it."""
    by_name = {variable.name: variable for variable in variables}
    codebook = source.codebook
    head = {
        "pretty_name": codebook.title or codebook.name,
        **({"language": [codebook.language]} if codebook.language else {}),
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": split, "path": f"data/{split}.jsonl"} for split in n if n[split]],
            }
        ],
        "dataset_info": {"features": [_feature(name, by_name.get(name)) for name in columns]},
    }
    front = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items())
    rows = "\n".join(f"| {split} | {n[split]} |" for split in n)
    about = "\n".join(f"- **{v.name}** ({v.level}): {v.definition or v.title}" for v in variables)
    coders = ", ".join(coder.name for coder in source.coders)
    return (
        f"---\n{front}\n---\n\n# {codebook.title or codebook.name}\n\n{codebook.description or ''}\n\n"
        f"Statements in news articles, one row a statement and coder, coded under the codebook {codebook.name}"
        f" {codebook.version}. Coders: {coders}. Each article is in one split, which its id decides.\n\n"
        f"| split | statements |\n|---|---|\n{rows}\n\n## Variables\n\n{about}\n"
    )
