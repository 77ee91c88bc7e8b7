"""Coding line by line: every answer a sentence, and the same records as by keys on the screen."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.codebook.model import Codebook
from annotator.session import Session
from annotator.session.keys.custom_keys import Keymap
from annotator.session.line_mode.lines import HELP, Lines, Quit
from annotator.store import Store
from tests.conftest import MakeProject
from tests.session.conftest import DOUBTFUL

TEXT = (
    "“We will not sign,” said Ása Brandt, the mayor. She walked out.\n"
    "The port was built in 1904.\n"
    "The union called the vote unfair.\n"
)


@pytest.fixture
def store(make_project: MakeProject) -> Store:
    return make_project(TEXT, "Another article altogether.\n")


@pytest.fixture
def lines(store: Store) -> Lines:
    return Lines(Session(store, "ada"))


def type_(lines: Lines, *typed: str) -> list[str]:
    return [sentence for line in typed for sentence in lines.answer(line)]


def labels(store: Store, paragraph: int = 1) -> list[dict[str, Any]]:
    return [
        {"speakers": [m.words for m in s.speakers], **{n: one.value for n, one in s.labels.items()}}
        for s in store.coding("ada").statements(paragraph)
    ]


def test_it_begins_with_the_paragraph_its_suggestions_and_what_is_asked(lines: Lines) -> None:
    told = list(lines.greet())

    assert told[0] == "Coder ada; 0 paragraphs done, 4 left; type help for a list."
    assert told[1].startswith("Article 1 article-1")
    assert told[2] == "Text: “We will not sign,” said Ása Brandt, the mayor. She walked out."
    assert told[3].startswith("Suggested speakers: 1 Ása Brandt")
    assert told[4] == "Asked: speaker, stance, claim type."


def test_keys_and_an_empty_line_code_as_on_the_screen(store: Store, lines: Lines) -> None:
    told = type_(lines, "1 o d", "")

    assert labels(store)[0]["speakers"] == ["Ása Brandt"]
    assert (labels(store)[0]["stance"], labels(store)[0]["claim_type"]) == ("oppose", "demand")
    assert told[0].startswith("Statement 1 of 1: speaker Ása Brandt, stance oppose, claim type demand")
    assert told[1] == "The digits name the target now: 1 Ása Brandt."
    assert told[2].startswith("Article 1 article-1")
    assert "paragraph 2 of 3" in told[2]
    assert store.coding("ada").review(1).state == "coded"


def test_words_code_the_same(store: Store, lines: Lines) -> None:
    type_(lines, "speaker Ása Brandt", "stance oppose", "claim type dem", "also Harbour Union", "next")

    assert labels(store)[0]["speakers"] == ["Ása Brandt", "Harbour Union"]
    assert (labels(store)[0]["stance"], labels(store)[0]["claim_type"]) == ("oppose", "demand")
    assert lines.session.cursor.index == 1
    assert not lines.refused


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("zzz", "'zzz' is not a known key or word; type help for a list"),
        ("1 o q", "q does nothing here; type help for a list"),
        ("o ?", "? works only on the screen; type help for a list"),
        ("o y 9", "y opens mode; type one of its keys after it: "),
        ("stance purple", "'purple' is not a category; stance is o oppose"),
        ("claim type e x", "'e x' is not a category; claim type is "),
        ("stance n support", "'n support' is not a category"),
        ("evidence not there", "evidence must be words of the paragraph"),
        ("evidence 9", "the paragraph has 2 sentences"),
        ("role mayor", "a role is one of body, headline"),
        ("undo all", "undo must be alone on its line"),
        ("also x", "there is no speaker yet; use speaker NAME"),
        ("statement 2", "this paragraph has 0 statements"),
        ("define nothing", "the codebook has no category 'nothing'"),
        ("go 99", "that article has 3 paragraphs"),
        ("undo", "there is nothing to undo"),
        ("", "nothing is coded here"),
        ("\x1b[2J", "is not a known key or word"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_records_nothing(
    store: Store, lines: Lines, line: str, said: str
) -> None:
    told = type_(lines, line)

    assert len(told) == 1
    assert told[0].startswith("Not done: ")
    assert said in told[0]
    assert "\x1b" not in told[0]
    assert labels(store) == []
    assert len(lines.refused) == 1


def test_a_digit_names_the_target_after_the_stance_and_after_t(store: Store, lines: Lines) -> None:
    type_(lines, "1 o d", "t harbour fee", "")
    told = type_(lines, "1 o d", "2")
    assert told[1] == "The digits name the target now: 1 Ása Brandt, 2 harbour fee."
    assert labels(store, 2)[0]["target"] == "harbour fee"
    assert type_(lines, "target") == ["target is a name: 1 Ása Brandt, 2 harbour fee, or any other."]

    type_(lines, "t the strike", "target 1")
    assert labels(store, 2)[0]["target"] != "1"
    assert type_(lines, "t 9")[0] == "Not done: there is no target under 9; t finds others."


def test_a_line_that_is_refused_in_its_middle_tells_what_stands(store: Store, lines: Lines) -> None:
    told = type_(lines, "o 9 d")

    assert told[0] == "Not done: there is no speaker under 9; / finds others."
    assert told[1].startswith("Statement 1 of 1: stance oppose")
    assert [one["stance"] for one in labels(store)] == ["oppose"]


def test_undo_and_redo_say_what_they_did(store: Store, lines: Lines) -> None:
    told = type_(lines, "1 o", "undo", "redo")

    assert told[2] == "Undone: stance: oppose."
    assert told[3].endswith("still missing: stance, claim type.")
    assert told[4] == "Done again: stance: oppose."
    assert "stance oppose" in told[5]
    assert labels(store)[0]["stance"] == "oppose"


def test_evidence_is_words_a_sentence_or_all(store: Store, lines: Lines) -> None:
    type_(lines, "1 o", "evidence 2")
    assert lines.session.cursor.evidence == (48, 63)
    told = type_(lines, "evidence We will not sign")
    assert told == ["Evidence: “We will not sign”."]
    type_(lines, "evidence all")
    assert lines.session.cursor.evidence == (0, len(TEXT.splitlines()[0]))


def test_several_statements_notes_flags_and_roles(store: Store, lines: Lines) -> None:
    type_(lines, "1 o d", "another", "stance support", "note two of them", "flag", "statement 1", "role caption")

    review = store.coding("ada").review(1)
    assert [one["stance"] for one in labels(store)] == ["oppose", "support"]
    assert [s.note for s in store.coding("ada").statements(1)] == [None, "two of them"]
    assert (review.flag, review.role) == (True, "caption")
    assert lines.session.cursor.current == 0
    told = type_(lines, "remove", "statements", "stance none")
    assert [one.get("stance") for one in labels(store)] == [None]
    assert "speaker the journalist (predicted: attributed to nobody), stance support" in told[1]


def test_moving_finding_and_defining(lines: Lines) -> None:
    assert "paragraph 2 of 3" in type_(lines, "forward")[0]
    assert "paragraph 1 of 3" in type_(lines, "back")[0]
    assert type_(lines, "go 2/1")[0].startswith("Article 2 article-2")
    assert type_(lines, "find port") == ["1/2, text: The port was built in 1904.", "1 found; go PLACE goes there."]
    assert type_(lines, "find zeppelin") == ["Nothing found."]
    assert type_(lines, "define oppose")[0].startswith("oppose (stance): ")
    assert type_(lines, "status") == ["0 paragraphs done, 4 left."]


def test_the_keys_that_take_the_rest_of_the_line(store: Store, lines: Lines) -> None:
    type_(lines, "/Ása B.", "w it was loud", "/ Leif Moe")

    assert labels(store)[0]["speakers"] == ["Leif Moe"]
    assert store.coding("ada").statements(1)[0].note == "it was loud"


def test_every_line_of_the_help_can_be_told_and_leaving_is_said(lines: Lines) -> None:
    assert len(type_(lines, "help")) == len(HELP)
    assert type_(lines, "keys")[0].startswith("stance. o: oppose. n: neutral.")
    with pytest.raises(Quit):
        type_(lines, "quit")


BOOK = Codebook.model_validate(
    {
        "name": "other",
        "variables": [
            {"name": "frames", "scope": "paragraph", "level": "set", "key": "f", "categories": [
                {"name": "war", "key": "w"}, {"name": "trade", "key": "t"}, {"name": "law", "key": "l"}]},
            {"name": "grade", "scope": "paragraph", "level": "interval", "key": "v", "minimum": 0, "maximum": 10},
            {"name": "why", "scope": "paragraph", "level": "text", "key": "y"},
        ],
    }
)  # fmt: skip


def test_sets_numbers_and_texts_of_a_codebook_without_statements(make_project: MakeProject) -> None:
    store = make_project(TEXT, codebook=BOOK)
    lines = Lines(Session(store, "ada"))

    told = type_(lines, "f w t", "frames law", "frames trade", "v 3.5", "v 11", "y said so", "grade none")

    held = store.coding("ada").review(1).labels
    assert {name: one.value for name, one in held.items()} == {"frames": ["war", "law"], "why": "said so"}
    assert told[0] == "frames war and trade."
    assert told[4] == "Not done: grade: at most 10."
    assert "Suggested" not in "".join(lines.greet())


def test_several_categories_of_a_set_come_in_one_line_and_a_wrong_one_takes_none(make_project: MakeProject) -> None:
    store = make_project(TEXT, codebook=BOOK)
    lines = Lines(Session(store, "ada"))

    told = type_(lines, "frames war | law", "frames trade|peace", "frames")

    assert store.coding("ada").review(1).labels["frames"].value == ["war", "law"]
    assert told[0] == "frames war and law."
    assert told[1].startswith("Not done: 'peace' is not a category; frames is any of w war, t trade, l law")
    assert told[2].endswith("; | stands between several, and the same again takes one out.")


def test_moved_keys_hold_here_too(store: Store) -> None:
    keymap = Keymap({"no_claim": ("X",)}, {"stance/oppose": ("v",)})
    lines = Lines(Session(store, "ada", keymap=keymap))

    type_(lines, "v", "remove", "X")

    assert store.coding("ada").review(1).state == "no claim"
    assert type_(lines, "o")[0] == "Not done: o does nothing here; type help for a list."
    assert type_(lines, "stance")[0].startswith("stance is v oppose, ")


def test_the_unit_of_the_evidence_is_told_with_its_place(session: Session) -> None:
    lines = Lines(session)

    assert "rebuilt.”, sentence 1 of 3;" in " ".join(lines.answer("1 s"))
    assert "minister,”, clauses 1–2 of 6;" in " ".join(lines.answer("left"))


def test_a_name_much_like_an_entry_is_asked_about_once(store: Store, lines: Lines) -> None:
    type_(lines, "speaker Leif Krüger", "stance oppose", "target fuel tax", "another")

    assert type_(lines, "/ Leif Kruegr")[0] == (
        "Not done: Leif Kruegr is much like Leif Krüger; name that, or type the same line again."
    )
    assert "much like fuel tax" in type_(lines, "t fuel taxx")[0]
    type_(lines, "speaker Leif Kruegr", "speaker Leif Kruegr")
    assert labels(store)[1]["speakers"] == ["Leif Kruegr"]


@pytest.mark.parametrize("typed", ["leif krüger", "LEIF KRUGER", "Leif Kruger"])
def test_another_spelling_of_an_entry_is_that_entry(store: Store, lines: Lines, typed: str) -> None:
    type_(lines, "speaker Leif Krüger", "stance oppose", "another", f"speaker {typed}")

    assert labels(store)[1]["speakers"] == ["Leif Krüger"]
    assert not lines.refused


def test_an_uncertain_role_is_told_until_the_coder_has_settled_it(make_project: MakeProject) -> None:
    lines = Lines(Session(make_project(DOUBTFUL), "ada"))

    assert " paragraph 4 of 6, body (uncertain), open." in "\n".join(type_(lines, "go 4"))
    assert " paragraph 4 of 6, caption, open." in "\n".join(type_(lines, "role caption", "go 1", "go 4"))
    assert "(uncertain)" not in "\n".join(type_(lines, "go 1"))


def test_the_history_of_a_statement_is_told_with_the_newest_step_first(lines: Lines) -> None:
    assert type_(lines, "history") == ["Not done: there is no statement here, so there is no history."]

    told = type_(lines, "1 o d", "note look again", "history")[3:]

    assert [line.split(" ada, ")[1] for line in told[:3]] == [
        "note: statement: nothing becomes note look again.",
        "claim type: demand: claim type: nothing becomes demand.",
        "stance: oppose: stance: nothing becomes oppose.",
    ]
    assert "speakers: nothing becomes Ása Brandt." in told[-1]
    assert type_(lines, "H") == type_(lines, "history")


def test_a_key_of_a_box_alone_tells_what_is_there_and_takes_nothing_away(store: Store, lines: Lines) -> None:
    type_(lines, "1 o d", "t harbour fee", "note look again")

    assert type_(lines, "w", "note") == ["Note: look again"] * 2
    assert type_(lines, "t")[0].startswith("target is a name: 1 ")
    assert type_(lines, "1 t")[0].startswith("Not done: t takes the rest of the line")
    assert labels(store)[0]["target"] == "harbour fee"

    assert type_(lines, "t none", "w none")[1] == "Note removed."
    assert "target" not in labels(store)[0]
    assert type_(lines, "w") == ["No note yet; note TEXT writes one."]


def test_the_evidence_and_the_words_that_no_statement_rests_on_are_told(lines: Lines) -> None:
    told = type_(lines, "1 o d", "evidence We will not sign", "evidence")[-2:]
    assert told == [
        "Evidence: “We will not sign”, words 1–4 of 12.",
        "No statement rests on: “said Ása Brandt, the mayor.”; “She walked out.”.",
    ]

    assert type_(lines, "another", "evidence all")[-1].startswith("Evidence: ")
    assert type_(lines, "read")[3].endswith("evidence: the whole paragraph, in part as statement 1.")
    assert type_(lines, "statements")[-1] == "Statements rest on every word of the paragraph."


def test_a_key_of_the_screen_answers_as_its_word(lines: Lines) -> None:
    assert type_(lines, "A") == ["Article 1 article-1: 0 of 3 done.", "Article 2 article-2: 0 of 1 done."]
    assert type_(lines, "articles nowhere") == ["No article is called so."]
    assert type_(lines, "F port") == type_(lines, "find port")
    assert type_(lines, "? denial") == type_(lines, "define denial")
    assert type_(lines, "x", "find state:open")[-1] == "1 found; go PLACE goes there."


def test_an_entry_of_the_registry_is_told_changed_and_changed_back(store: Store, lines: Lines) -> None:
    type_(lines, "1 o d", "t harbour fee")
    assert type_(lines, "registry harbour fee")[0] == "harbour fee: issue."

    told = type_(lines, "registry rename harbour fee = port fee")
    assert told == [
        "harbour fee becomes port fee; harbour fee stays as an alias.",
        "Statements that read differently: 1; undo takes it back.",
    ]
    assert labels(store)[0]["target"] == "port fee"
    type_(lines, "registry definition port fee = What ships pay.", "registry alias port fee = quay fee")
    assert type_(lines, "registry quay fee")[:2] == [
        "port fee: issue; also harbour fee, quay fee.",
        "Definition: What ships pay.",
    ]

    type_(lines, "undo", "undo", "undo")
    assert labels(store)[0]["target"] == "harbour fee"


def test_entries_are_merged_split_and_retired(store: Store, lines: Lines) -> None:
    type_(
        lines, "speaker Ása Brandt", "t harbour fee", "another", "t port dues", "registry merge port dues = harbour fee"
    )
    assert [one["target"] for one in labels(store)] == ["harbour fee", "harbour fee"]
    assert "Merged into it: port dues." in type_(lines, "registry harbour fee")

    type_(lines, "registry split harbour fee = port dues")
    assert [one["target"] for one in labels(store)] == ["harbour fee", "port dues"]
    assert type_(lines, "registry retire port dues")[0].startswith("port dues is no longer offered")


def test_rules_and_examples_go_into_the_codebook(store: Store, lines: Lines) -> None:
    type_(lines, "1 o d", "evidence 2")
    told = type_(
        lines, "rule demand use When somebody must act.", "rule Stance avoid For questions.", "rule demand example"
    )

    assert told[-1] == "The codebook is now political-claims 1.0.3."
    demand = store.codebooks.current().variable("claim_type").category("demand")  # type: ignore[union-attr]
    assert demand is not None
    assert str(demand.use).endswith("When somebody must act.")
    assert demand.examples[-1].text == "She walked out."
    stance = store.codebooks.current().variable("stance")
    assert "For questions." in str(stance)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("registry", "add a name: registry NAME"),
        ("registry nobody", "no speaker is called 'nobody'"),
        ("registry rename x", "say the entry, then the rest behind a sign: registry rename NAME = TEXT"),
        ("registry kind Ása Brandt = planet", "the kind is actor or issue, not 'planet'"),
        ("rule", "begin with a category or a variable"),
        ("rule nothing use x", "begin with a category or a variable"),
        ("rule demand", "say which kind of rule it is"),
        ("rule demand use", "add the text: rule CATEGORY use TEXT"),
    ],
)
def test_what_is_shared_is_not_changed_by_half_a_line(store: Store, lines: Lines, line: str, said: str) -> None:
    type_(lines, "speaker Ása Brandt")
    before = store.codebooks.current_id(), store.registry.version()

    (told,) = type_(lines, line)

    assert told.startswith("Not done: ")
    assert said in told
    assert (store.codebooks.current_id(), store.registry.version()) == before


def test_a_variable_with_the_name_of_such_a_word_keeps_its_name(make_project: MakeProject) -> None:
    codebook = Codebook.model_validate(
        {
            "name": "odd",
            "variables": [{"name": "history", "level": "nominal", "categories": [{"name": "old", "key": "o"}]}],
        }
    )
    lines = Lines(Session(make_project(TEXT, codebook=codebook), "ada"))

    told = type_(lines, "history old")

    assert told[0].startswith("Statement 1 of 1: ")
    assert "history old" in told[0]


def test_a_slip_in_a_name_of_the_article_is_asked_about(store: Store, lines: Lines) -> None:
    told = type_(lines, "speaker Asa Brant")
    assert told == ["Not done: Asa Brant is much like Ása Brandt; name that, or type the same line again."]
    assert labels(store) == []

    assert "Brandt is much like Ása Brandt" in type_(lines, "speaker Brandt")[0]
    type_(lines, "speaker Brandt", "also Ása Brandt")
    assert labels(store)[0]["speakers"] == ["Brandt", "Ása Brandt"]
