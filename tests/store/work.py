"""Coders' work made up: one step for each tuple of numbers, whatever the project holds."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from annotator.codebook.model import Category, Codebook, Variable
from annotator.errors import StoreError
from annotator.model import Speaker, State
from annotator.records import AggregatedLabel, AggregatedUnit
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph, GoldStatement, gold_of
from annotator.store.changes.aggregation import Aggregations, Run
from annotator.store.changes.remove_articles import Removal
from annotator.store.history.canonical_rows import QUERIES, rows

CODEBOOK = Codebook(
    name="small",
    variables=(
        Variable(name="speaker", level="entity", key="q", multiple=True),
        Variable(name="stance", key="v", categories=tuple(Category(name=n) for n in ("pro", "contra", "open"))),
        Variable(name="themes", level="set", key="y", categories=tuple(Category(name=n) for n in "abc")),
        Variable(name="words", level="text", key="u"),
        Variable(name="about", level="entity", key="a"),
        Variable(name="weight", level="interval", key="n"),
        Variable(name="frame", scope="paragraph", key="f", categories=(Category(name="war"), Category(name="trade"))),
        Variable(name="tone", scope="article", key="t", categories=(Category(name="up"), Category(name="down"))),
    ),
)
SECOND = CODEBOOK.model_copy(update={"version": "1.1"})
THIRD = CODEBOOK.model_copy(
    update={
        "version": "1.2",
        "variables": tuple(
            v.model_copy(update={"level": "entity"}) if v.name == "words" else v for v in CODEBOOK.variables
        ),
    }
)
TEXTS = ("One says this.\nTwo says that.\nThree is silent.", "Four.\nFive.", "Six alone speaks at length.")

ABOUT = ("Wang Yi", "the tax", "some analysts", "[tax]", "alias 3")
NAMES = ("Wang Yi", "Ursula", "the ministry", "journalist", "some analysts")
STATES: tuple[State, ...] = ("coded", "no claim", "furniture", "duplicate", "open")
VALUES: tuple[Any, ...] = ("pro", "contra", ["a", "b"], '["a"]', "[sic]", '"quoted"', 3, 2.5, "", '"[\\"a\\"]"')

Act = tuple[str, int, int]

WORK = (
    "statement statement speaker speaker speakers label label unlabel evidence note flag delete review review"
    " paragraph article settle aggregate about about undo undo redo"
).split()
SHARED = ["merge names", "rename", "alias", "split", "codebook"]
REMOVE = "remove"
"""Removes an article, after which nothing can be coded in it, or puts it back."""


def acts(*kinds: str, max_size: int = 25) -> st.SearchStrategy[list[Act]]:
    """Lists of acts for one coder."""
    numbers = st.integers(0, 9)
    return st.lists(st.tuples(st.sampled_from(kinds or [*WORK, *SHARED, REMOVE]), numbers, numbers), max_size=max_size)


def act(store: Store, coder: str, what: Act) -> None:
    """Do one thing as a coder; what cannot be done here is not done."""
    kind, i, j = what
    coding = store.coding(coder)
    if kind in ("undo", "redo"):
        coding.undo() if kind == "undo" else coding.redo()
        return
    if kind in SHARED:
        try:
            _shared(store, coder, what)
        except StoreError as error:
            assert "UNIQUE" in str(error), error  # noqa: PT017 (a name that another entry has)
        return
    if kind == REMOVE:
        _remove(store, i, coder)
        return
    paragraphs = [p.id for a in store.articles.all() for p in store.articles.paragraphs(a.id)]
    if not paragraphs:
        return
    paragraph = paragraphs[i % len(paragraphs)]
    held = [s.statement_id for s in coding.statements(paragraph)]
    apart = {"settle": lambda: _settle(store, coder, paragraph, j), "aggregate": lambda: _aggregate(store, coder, j)}
    if kind in apart:
        apart[kind]()
        return
    with coding.step(kind, paragraph) as step:
        if kind == "statement":
            step.label(step.add_statement((j, j + 2) if j % 2 else None), "stance", "pro", "default")
        elif kind == "review":
            step.review(state=STATES[j % 5])
        elif kind == "paragraph":
            step.label_paragraph("frame", ("war", "trade", None)[j % 3])
        elif kind == "article":
            step.label_article("tone", ("up", "down", None)[j % 3])
        elif held:
            _change(step, held[j % len(held)], kind, j)


def _settle(store: Store, coder: str, paragraph: int, j: int) -> None:
    judge = Adjudication(store, coder)
    if j == 0 and gold_of(store, paragraph) is not None:
        judge.reopen(paragraph)
    elif j % 2:
        statement = GoldStatement((j, j + 2), (NAMES[j % 5],), {"stance": ("pro", "contra")[j % 4 // 2]}, ("x",))
        judge.adjudicate(
            paragraph, GoldParagraph("coded", (statement,) * (1 + j % 3), reason=f"reason {j}" if j % 3 else None)
        )
    else:
        judge.adjudicate(paragraph, GoldParagraph("no claim", labels={"frame": "war"} if j > 4 else {}))


def _remove(store: Store, i: int, coder: str) -> None:
    """Remove an article, or put it back, whichever it needs."""
    ids = [article_id for (article_id,) in store.connection.all("select article_id from articles order by id")]
    removal = Removal(store)
    found = removal.find([ids[i % len(ids)]])
    (removal.remove if found[0].removed_at is None else removal.put_back)(found, coder)


def _aggregate(store: Store, coder: str, j: int) -> None:
    layers = Aggregations(store)
    if j == 0:
        layers.undo()
        return
    label = AggregatedLabel("pro", {"pro": j / 10}, (coder,))
    unit = AggregatedUnit(0, None, AggregatedLabel("coded", {"coded": 1.0}, (coder,)), {"stance": label})
    about = {"method": ("majority", "mace")[j % 2], "codebook": store.codebooks.current_id()}
    layers.put(Run(about, {article.article_id: [unit] for article in store.articles.all()[: j % 3]}), coder)


def _change(step: Any, statement: str, kind: str, j: int) -> None:
    match kind:
        case "speaker":
            step.set_speakers(statement, [(NAMES[j % 5], None)])
        case "speakers":
            step.set_speakers(statement, [(NAMES[j % 5], 1), (NAMES[(j + 1) % 5], None)])
        case "label":
            variable = ("stance", "themes", "words", "weight")[j % 4]
            step.label(statement, variable, VALUES[j])
        case "choose":
            step.label(
                statement, *(("stance", ("pro", "contra", "open")[j % 3]), ("themes", ["a", "b"][: j % 3]))[j % 2]
            )
        case "about":
            step.label(statement, "about", ABOUT[j % 5] if j < 8 else None)
        case "unlabel":
            step.label(statement, ("stance", "themes")[j % 2], None)
        case "evidence":
            step.change_statement(statement, evidence=(j, j + 3))
        case "note":
            step.change_statement(statement, note=f"note {j}" if j else None)
        case "flag":
            step.change_statement(statement, flag=bool(j % 2))
        case "delete":
            step.change_statement(statement, deleted=True)


def _shared(store: Store, coder: str, what: Act) -> None:
    kind, i, j = what
    row = store.coder(coder).id
    entries = [store.registry.get(e.speaker_id) for e in store.registry.entries()]
    if kind == "codebook":
        with store.history.step(row, "codebook") as step:
            step.put("codebook", [], store.codebooks.add((SECOND, THIRD)[j % 2]))
        return
    if not entries:
        return
    one, other = entries[i % len(entries)], entries[j % len(entries)]
    assert one is not None
    assert other is not None
    with store.history.step(row, kind) as step:
        changes: dict[str, Any] = {}
        if kind == "merge names" and one != other:
            changes = {"merged_into": other.speaker_id}
            for entry in store.connection.all(
                "select s.speaker_id from speakers s join speakers m on m.id = s.merged_into where m.speaker_id = ?",
                (one.speaker_id,),
            ):
                into = store.registry.get(entry[0])
                assert into is not None
                store.registry.put(step, into.model_copy(update=changes))
        elif kind == "rename":
            changes = {"name": f"{NAMES[j % 5]} {i % 3}"}
        elif kind == "alias":
            changes = {"aliases": tuple(sorted({*one.aliases, f"alias {j}"}))}
        elif kind == "split":
            changes = {"country": f"country {j}", "type": "person"}
        store.registry.put(step, Speaker(**{**one.model_dump(), **changes}))


def state(store: Store, *left_out: str) -> dict[str, list[tuple[Any, ...]]]:
    """All of a project's work, in terms that every file shares."""
    return {table: list(rows(store.connection, table)) for table in QUERIES if table not in left_out}
