"""Each change goes to the hub with the audience of its kind of record."""

from __future__ import annotations

from annotator.batch import ALL, Line, StepItem
from annotator.sync.postgresql.audiences import rows_of


def test_the_removal_of_an_article_reaches_those_who_have_it() -> None:
    line = Line(0, "article", '["0123456789abcdef"]', None, '{"removed":true}', None, None, 0)
    step = StepItem(
        audience=ALL, step_id="s", coder="annotator", at="2031-01-01", what="remove article a1", did="do", of=None,
        spot=None, seen=0, changes=(line,),
    )  # fmt: skip

    [row] = rows_of(step, {}, "lead", is_lead=True)

    assert row.audience == "about:0123456789abcdef"
