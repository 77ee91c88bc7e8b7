"""Lines of JSON made by SQL: templates in which an expression stands where its value goes."""

from __future__ import annotations

import re

from annotator.store.file.connection import Connection


def filled(template: str) -> str:
    """The SQL of a text in which `⟨expression⟩` is replaced by the expression's value, which must not be null."""
    pieces = re.split("[⟨⟩]", template)
    return " || ".join(
        f"({piece})" if i % 2 else "'" + piece.replace("'", "''") + "'" for i, piece in enumerate(pieces) if piece
    )


def exact(c: Connection, column: str) -> str:
    """A value for `json_group_array`, in which 17 digits say exactly which number it is; older SQLite writes 15."""
    if c.one("select json_quote(0.1 + 0.2)") == (repr(0.1 + 0.2),):
        return column
    return f"case typeof({column}) when 'real' then json(printf('%!.17g', {column})) else {column} end"
