"""The SQL of `v_statements`, the one view whose columns depend on the codebook in force."""

from __future__ import annotations

import json
from collections.abc import Iterable

NAME = "v_statements"

_SPEAKERS = """
    coalesce((select json_group_array(coalesce(into_.name, k.name)) from
      (select * from statement_speakers m where m.statement = s.id order by m.position) m
      join speakers k on k.id = m.speaker left join speakers into_ on into_.id = k.merged_into), '[]')
"""


def view_sql(variables: Iterable[str]) -> str:
    """The statement that makes the view, as SQLite keeps it: one row a statement, one column a variable.

    Args:
        variables: The names of the codebook's variables of statements, without the speaker.
    """
    columns = "".join(
        f", (select value from labels l where l.statement = s.id and l.variable = {_text(name)}) as {_name(name)}"
        for name in variables
    )
    return (
        f"CREATE VIEW {NAME} as select s.statement_id, a.article_id, a.name as article, p.position as paragraph,"
        f" coalesce(r.role, p.role) as role, n.name as coder, {_SPEAKERS} as speakers{columns},"
        " substr(a.raw_text, s.evidence_start + 1, s.evidence_end - s.evidence_start) as evidence,"
        " s.evidence_start, s.evidence_end, s.note, s.flag, s.created_at, s.updated_at"
        " from statements s join paragraphs p on p.id = s.paragraph join articles a on a.id = p.article"
        " join coders n on n.id = s.coder left join reviews r on r.coder = s.coder and r.paragraph = s.paragraph"
        " where s.deleted = 0 and a.id not in (select article from removed)"
    )


def columns_of(document: str) -> list[str] | None:
    """The variables that are columns under a stored codebook, without building it; None if it cannot be read."""
    try:
        return [one["name"] for one in json.loads(document)["variables"] if _is_column(one)]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _is_column(variable: dict[str, object]) -> bool:
    is_speaker = variable["name"] == "speaker" and variable.get("level") == "entity" and variable.get("enabled", True)
    return variable.get("scope", "statement") == "statement" and not is_speaker


def _text(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
