"""What reports that compare coders say beside the coders' work: who is left out, phases, doubts, labels of articles."""

from __future__ import annotations

from collections.abc import Iterator

from annotator.codebook.model import Codebook
from annotator.model import PHASES
from annotator.records import LabelRecord
from annotator.store.read.chosen import Chosen
from annotator.store.read.queries import article_label_rows
from annotator.store.tables.coders import CODES
from annotator.store.tables.incomplete import incomplete
from annotator.store.tables.json_values import loaded
from annotator.store.tables.removed_articles import is_present
from annotator.store.tables.reviews import PASSED


def coders_left_out(chosen: Chosen) -> tuple[str, ...]:
    """Models, and second codings of rechecks, that nobody asked for."""
    if chosen.selection.coders:
        return ()
    rows = chosen.connection.all(f"select id, name from coders k where name <> 'annotator' and {CODES} order by name")
    return tuple(name for row, name in rows if row not in chosen.coders)


def n_paragraphs(chosen: Chosen) -> int:
    """How many paragraphs the selection leaves in, seen or not; corrected roles do not count here."""
    roles = chosen.selection.roles
    where = f" where p.role in ({','.join('?' * len(roles))})" if roles else ""
    row = chosen.connection.one(
        f"select count(*) from temp.chosen_articles o cross join paragraphs p on p.article = o.article{where}", roles
    )
    return int(row[0]) if row else 0


def n_in_doubt(chosen: Chosen) -> int:
    """How many of the chosen labels a change of the codebook put in doubt."""
    row = chosen.connection.one(
        "select count(*) from doubts d join temp.chosen_coders n on n.coder = d.coder join paragraphs p"
        " on p.id = d.paragraph join temp.chosen_articles o on o.article = p.article left join reviews r"
        f" on r.coder = d.coder and r.paragraph = p.id where d.settled_at is null{chosen.condition}"
    )
    return int(row[0]) if row else 0


def n_incomplete(chosen: Chosen, codebook: Codebook) -> int:
    """How many paragraphs the chosen coders have finished without a required label."""
    c = chosen.connection
    places = "paragraphs p join temp.chosen_articles o on o.article = p.article where p.id = ?"
    return sum(
        coder in chosen.coders and c.one(f"select 1 from {places}", (paragraph,)) is not None
        for coder, paragraph in incomplete(c, codebook)
    )


def accepted_speakers(chosen: Chosen) -> dict[str, tuple[int, int]]:
    """For each chosen coder with predicted speakers, how many are left as they were, and of how many speakers."""
    rows = chosen.connection.all(
        "select n.name, sum(t.origin is not null), count(*) from temp.chosen_coders n"
        " join statements s on s.coder = n.coder join statement_speakers t on t.statement = s.id"
        f" where s.deleted = 0 and {is_present('s.paragraph')} group by n.name order by n.name"
    )
    return {name: (accepted, n) for name, accepted, n in rows if accepted}


def passed_paragraphs(chosen: Chosen) -> dict[str, tuple[int, int]]:
    """For each chosen coder, how many paragraphs were passed, if any, and in how many another has a statement."""
    rows = chosen.connection.all(
        "select n.name, count(*), sum(exists (select 1 from statements s join temp.chosen_coders o on o.coder = s.coder"
        " where s.paragraph = reviews.paragraph and s.coder <> reviews.coder and s.deleted = 0))"
        f" from temp.chosen_coders n join reviews on reviews.coder = n.coder where {PASSED}"
        f" and {is_present('reviews.paragraph')} group by n.name order by n.name"
    )
    return {name: (n, n_coded) for name, n, n_coded in rows}


def passed_places(chosen: Chosen) -> frozenset[tuple[int, str]]:
    """The paragraphs that were passed for a chosen coder: the paragraph's row and the coder's name."""
    rows = chosen.connection.all(
        f"select paragraph, n.name from temp.chosen_coders n join reviews on reviews.coder = n.coder where {PASSED}"
    )
    return frozenset((int(paragraph), str(name)) for paragraph, name in rows)


def phases(chosen: Chosen) -> tuple[str, ...]:
    """The phases in which the chosen coders were given something to code, and which the selection leaves in."""
    rows = chosen.connection.all(
        "select distinct phase from assignments where recorder in (select coder from temp.chosen_coders)"
    )
    given = {row[0] for row in rows}
    selection = chosen.selection
    wanted = selection.phases or tuple(phase for phase in PHASES if phase not in selection.without)
    return tuple(phase for phase in PHASES if phase in given and phase in wanted)


def merged_names(chosen: Chosen) -> dict[str, str]:
    """What the names of merged registry entries stand for now."""
    return dict(chosen.connection.all("select k.name, m.name from speakers k join speakers m on m.id = k.merged_into"))


def _articles_given(chosen: Chosen, wanted: tuple[str, ...]) -> frozenset[tuple[int, str]]:
    """Article row and coder's name of the articles given to a coder, in these phases if there are any."""
    where = f" where x.phase in ({','.join('?' * len(wanted))})" if wanted else ""
    rows = chosen.connection.all(
        "select distinct p.article, n.name from assignments x join coders n on n.id = x.recorder"
        f" join paragraphs p on p.id between x.first and x.last{where}",
        wanted,
    )
    return frozenset((int(article), str(name)) for article, name in rows)


def article_labels(chosen: Chosen, variable: str) -> Iterator[tuple[str, str, LabelRecord]]:
    """The labels of a variable of whole articles, each with the article's id and the coder.

    Articles and coders come in the order of their arrival. Where phases are chosen, only articles count of which the
    coder was given a paragraph in one of them; where work outside the assignment is not, only of which they were given
    one at all.
    """
    selection = chosen.selection
    given = _articles_given(chosen, selection.phases) if selection.phases or not selection.outside else frozenset()
    aside = _articles_given(chosen, selection.without) if selection.without else frozenset()
    bound = {name for _, name in given}
    for article, article_id, coder, name, value, origin, codebook, made in article_label_rows(chosen, "n.coder"):
        is_free = not selection.phases and coder not in bound
        if name == variable and (is_free or (article, coder) in given) and (article, coder) not in aside:
            label = LabelRecord(loaded(value), origin, chosen.versions[codebook].codebook_id, loaded(made))
            yield article_id, coder, label
