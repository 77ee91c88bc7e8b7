"""A project in which everything stands that exports have been known to break on; all of it is invented."""

from __future__ import annotations

from pathlib import Path

from annotator.codebook.diff import Decision
from annotator.codebook.model import Codebook
from annotator.model import Article, Paragraph
from annotator.store import Store
from annotator.store.changes.adjudication import Adjudication, GoldParagraph, GoldStatement
from annotator.store.changes.codebook_changes import CodebookChanges

WINDOWS = "🐟🐟 Harbour\r\n\r\n🎣 “We sign,” said Ása 🐟 and Bo.\r\nLone\rcarriage. Nobody signs it.\r\n"
HEBREW = "𐤀 המועצה החליטה\nאמר ראש העיר: \u200f“לא נחתום” 🐟.\n"
ASTRAL = (
    "𝒜 𝒷 𝒸 said 👩\u200d👩\u200d👧\u200d👦 and e\u0301.\n"
    '\tTabbed \\ line with "quotes" & <b>markup</b> ]]> {json} [sic] %s \' ; | #\n'
    "\x01\x1b[31mred\x7f\n"
)
BARE = "Nothing is said here.\n"

SPEAKERS = (
    "=cmd|' /C calc'!A0",
    "a,b;c\td",
    'Ása "the <b>Fish</b>" & Co. ]]>',
    "O'Brien; Bo | Reed \\",
    "ראש העיר",
    "👩‍👩‍👧‍👦 family",
    "@here",
    "x" * 300,
)
"""Names of speakers that are formulas, markup, separators, written from the right, astral, or very long."""

CODEBOOK = Codebook.model_validate(
    {
        "name": "hostile",
        "version": "1.0",
        "variables": [
            {"name": "speaker", "level": "entity", "multiple": True},
            {
                "name": "stance",
                "level": "ordinal",
                "categories": [
                    {"name": "oppose", "key": "o"},
                    {"name": "neutral", "key": "n"},
                    {"name": "support", "key": "s"},
                    {"name": "unclear", "key": "u", "outside_scale": True},
                ],
            },
            {
                "name": "claim_type",
                "categories": [
                    {"name": "fact", "key": "f"},
                    {"name": "de mand/é", "key": "d"},
                    {"name": "old", "key": "v"},
                ],
            },
            {
                "name": "target",
                "key": "t",
                "categories": [{"name": "=1+1"}, {"name": "tax; toll, <fee>"}, {"name": "the harbour"}],
            },
            {"name": "issues", "level": "set", "key": "i", "categories": [{"name": "jobs"}, {"name": "sea|fi\\sh"}]},
            {"name": "strength", "level": "interval", "key": "y"},
            {"name": "frame", "level": "text", "key": "q"},
            {"name": "tone", "scope": "paragraph", "categories": [{"name": "calm", "key": "c"}]},
            {"name": "remark", "scope": "paragraph", "level": "text", "key": "r"},
            {"name": "topics", "scope": "article", "level": "set", "key": "p", "categories": [{"name": "ports"}]},
        ],
    }
)


def article(name: str, text: str) -> Article:
    """An article whose non-blank lines are its paragraphs, whatever ends them."""
    paragraphs: list[Paragraph] = []
    at = 0
    for line in text.split("\n"):
        bare = line.rstrip("\r")
        if bare.strip():
            paragraphs.append(Paragraph(position=len(paragraphs), start=at, end=at + len(bare)))
        at += len(line) + 1
    return Article(
        name=name, raw_text=text, paragraphs=tuple(paragraphs), title=f"=Title <of> {name}", source="The “Post”; A&B",
        date="2031-04-02", url="https://example.org/a?b=1&c=<2>", metadata={"k\u2028": ["=1", None, {"x": "🐟"}]},
    )  # fmt: skip


ARTICLES = (
    article("../up/CON: <1>?", WINDOWS),
    article("same name", HEBREW),
    article("same name", ASTRAL),
    article("nobody was here", BARE),
)


def make(path: Path) -> Path:
    """Make the project: three coders, a model, suggestions, a recheck, two codebook versions, and what was settled."""
    with Store.create(path, CODEBOOK, ARTICLES) as store:
        store.coder("gpt", "model")
        store.coder("hints", "pre-annotation")
        for coder in ("ada", "Bo/../*?", "gpt", "hints"):
            _code(store, coder)
        store.coder("ada (2)")
        store.connection.execute(
            "update coders set recheck_of = (select id from coders where name = 'ada') where name = 'ada (2)'"
        )
        _code(store, "ada (2)")
        _change_codebook(store)
        _code_later(store)
        _settle(store)
        _assign(store)
    return path


def _code(store: Store, coder: str) -> None:
    coding = store.coding(coder)
    is_seen = coder != "hints"
    for stored in store.articles.all():
        for number, paragraph in enumerate(store.articles.paragraphs(stored.id)):
            if stored.name == "nobody was here" or (coder == "gpt" and number > 1):
                continue
            place = (paragraph.start, paragraph.end)
            with coding.step("everything", paragraph.id) as step:
                if number == 0:
                    if is_seen:
                        step.review(state="no claim", note="")
                    step.label_paragraph("remark", "[1]")
                    continue
                for n, speaker in enumerate(SPEAKERS):
                    one = step.add_statement(place if n % 3 else (paragraph.start + 1, paragraph.end - 1))
                    step.set_speakers(one, [(speaker, n)])
                    step.label(one, "stance", ("oppose", "neutral", "support", "unclear")[n % 4])
                    step.label(one, "claim_type", ("fact", "de mand/é", "old")[n % 3])
                    step.label(one, "target", ("=1+1", "tax; toll, <fee>", "the harbour")[n % 3])
                    step.label(one, "strength", (1e22, -0.1, 5e-324, 7)[n % 4])
                for _ in range(2):
                    twin = step.add_statement(place)
                    step.set_speakers(twin, [(SPEAKERS[0], None), ("journalist", None)])
                    step.label(twin, "stance", "support")
                    step.label(twin, "issues", ["jobs", "sea|fi\\sh"])
                    step.label(twin, "frame", '["=1"]\n\ttwo lines')
                    step.change_statement(twin, note="", flag=True)
                bare = step.add_statement(None)
                step.label(bare, "issues", [])
                step.label(bare, "frame", "")
                gone = step.add_statement(place)
                step.label(gone, "stance", "oppose")
                step.change_statement(gone, deleted=True)
                if is_seen:
                    step.review(state="coded", flag=True, note="=1+1\r\n<i>")
                    step.review(role="caption" if number == 1 and coder == "ada" else None)
                step.label_paragraph("tone", "calm")
                step.label_article("topics", ["ports"])


def _change_codebook(store: Store) -> None:
    new = CODEBOOK.model_dump(mode="json")
    new["version"] = "2.0"
    new["variables"][1]["categories"][0]["name"] = "against"
    new["variables"][2]["categories"][2]["retired"] = True
    new["variables"][6]["enabled"] = False
    decision = Decision("rename", "stance", ("oppose",), ("against",))
    CodebookChanges(store).apply(
        CodebookChanges(store).preview(Codebook.model_validate(new), [decision]), store.program()
    )


def _code_later(store: Store) -> None:
    with store.coding("ada").step("later", 2) as step:
        one = step.add_statement(None)
        step.set_speakers(one, [("journalist", None)])
        step.label(one, "stance", "against")
        step.label(one, "target", "the harbour")


def _settle(store: Store) -> None:
    judge = Adjudication(store, "ada")
    (first,) = [p for p in store.articles.paragraphs(1) if p.position == 1]
    statement = GoldStatement(
        (first.start + 1, first.end), (SPEAKERS[2],), {"stance": "against", "target": "=1+1"}, ("x",)
    )
    judge.adjudicate(first.id, GoldParagraph("coded", (statement,), {"tone": "calm"}, "why: =1\n<b>"))
    judge.adjudicate(first.id - 1, GoldParagraph("no claim", reason="nothing"))


def _assign(store: Store) -> None:
    """Give ada the first article in a pilot and the next in the main phase; the pilot is closed."""
    for phase, first, last in (("pilot", 1, 3), ("main", 4, 5)):
        store.connection.execute(
            "insert into assignments (coder, recorder, first, last, phase, batch, position, n_left)"
            " select id, id, ?, ?, ?, 'b', ?, 0 from coders where name = 'ada'",
            (first, last, phase, first),
        )
