"""The ranking of targets: what a statement may be about."""

from __future__ import annotations

import pytest

from annotator.speakers import ArticleSpeakers, KnownSpeaker
from annotator.speakers.kinds import guess_kind
from annotator.speakers.phrases import initial_phrases, phrases
from annotator.speakers.target_index import TargetIndex
from annotator.speakers.targets import CodedTarget, TargetSuggestion, Unit, rank_targets

TEXT = "Norway backed the fuel tax. Minister Ada Stone said that Denmark’s harbour fees hurt the poor."
KNOWN = ("fuel tax", "harbour fee", "Norway", "Denmark", "fishing rights")


def rank(
    evidence: str = TEXT,
    *earlier: CodedTarget,
    known: tuple[str, ...] = KNOWN,
    speakers: tuple[str, ...] = (),
    stance: str | None = None,
    claim: str | None = None,
    limit: int = 9,
    issues: tuple[str, ...] = (),
    definitions: dict[str, str] | None = None,
) -> list[TargetSuggestion]:
    at = TEXT.index(evidence)
    unit = Unit(0, (at, at + len(evidence)), speakers, stance, claim)
    index = TargetIndex([KnownSpeaker(name) for name in known], issues, definitions)
    return rank_targets(ArticleSpeakers([TEXT]), unit, earlier, index, limit)


def names(found: list[TargetSuggestion]) -> list[str]:
    return [one.name for one in found]


def coded(target: str, *speakers: str, stance: str = "for", claim: str = "fact", paragraph: int = -1) -> CodedTarget:
    return CodedTarget(target, speakers, stance, claim, paragraph)


def test_what_the_evidence_names_comes_before_what_the_paragraph_names() -> None:
    assert set(names(rank("Norway backed the fuel tax."))[:2]) == {"Norway", "fuel tax"}
    assert set(names(rank("Denmark’s harbour fees hurt the poor."))[:2]) == {"Denmark", "harbour fee"}


def test_an_issue_named_in_full_comes_before_the_one_of_the_last_statements() -> None:
    earlier = [coded("harbour fee", "Bo", claim="demand")] * 4

    found = rank(
        "Norway backed the fuel tax.", *earlier, stance="for", claim="demand", issues=("fuel tax", "harbour fee")
    )

    assert names(found)[0] == "fuel tax"
    assert names(rank("said that", *earlier, stance="for", claim="demand", issues=("fuel tax",)))[0] == "harbour fee"


def test_a_word_that_only_one_issue_has_nearly_names_it() -> None:
    issues = ("harbour fee", "cuts of fuel tax", "grain tax")
    habit = coded("harbour fee", "Bo", stance="against")

    def best(evidence: str, *earlier: CodedTarget, definitions: dict[str, str] | None = None) -> str:
        return rank(evidence, *earlier, known=issues, stance="for", issues=issues, definitions=definitions)[0].name

    assert best("Norway backed the fuel tax.", habit) == "cuts of fuel tax"
    assert best("hurt the poor") == "harbour fee"
    assert best("hurt the poor", definitions={"grain tax": "bread for the poor"}) == "grain tax"
    both = {"grain tax": "bread for the poor", "harbour fee": "what the poor pay"}
    assert best("hurt the poor", definitions=both) == "harbour fee"


def test_where_the_evidence_names_an_issue_no_other_is_guessed_by_habit() -> None:
    issues = ("harbour fee", "cuts of fuel tax")
    habit = [coded("harbour fee", "Ada Stone")] * 9

    def chance(evidence: str) -> float:
        found = rank(evidence, *habit, known=issues, speakers=("Ada Stone",), stance="for", claim="fact", issues=issues)
        return next(one.chance for one in found if one.name == "harbour fee")

    assert chance("Norway backed the fuel tax.") == 0.0
    assert chance("said that") > 0.4


def test_the_speaker_is_hardly_ever_the_target() -> None:
    found = rank("Norway backed the fuel tax.", speakers=("Norway",))

    assert names(found)[0] == "fuel tax"
    assert found[-1] == TargetSuggestion("Norway", "the speaker")
    assert names(rank("said that", coded("Norway"), speakers=("Norway",)))[0] == "Norway", "it was a target before"


def test_what_the_speaker_spoke_of_before_counts_and_more_so_as_the_same_kind_of_claim() -> None:
    earlier = (coded("fishing rights", "Bo"), coded("harbour fee", "Ada Stone", claim="demand"), coded("Norway", "Bo"))

    found = rank("said that", *earlier, speakers=("Ada Stone",), stance="for", claim="demand")
    assert names(found)[0] == "harbour fee"
    assert found[0].reason == "of this speaker before"


def test_the_last_target_counts_most_in_its_own_paragraph() -> None:
    here = rank("said that", coded("fishing rights", paragraph=0), coded("harbour fee"))
    elsewhere = rank("said that", coded("fishing rights"), coded("harbour fee"))

    assert (names(here)[0], names(elsewhere)[0]) == ("fishing rights", "fishing rights")
    assert here[0].reason == "the last target"


def test_an_entry_made_of_two_others_is_meant_where_both_are_named_and_neither_speaks() -> None:
    known = ("Norway", "Denmark", "Norway-Denmark ties", "Norway-Iceland ties")
    earlier = (coded("fuel tax", "Bo"), coded("Norway-Denmark ties", "Bo"), coded("Norway-Iceland ties", "Bo"))

    def ranked(words: str, *speakers: str) -> list[str]:
        return names(rank(words, *earlier, known=known, speakers=speakers, issues=known[2:]))

    assert ranked(TEXT)[0] == "Norway-Denmark ties"
    assert ranked("Norway backed the fuel tax.")[0] == "Norway"
    assert ranked(TEXT, "Norway")[0] == "Denmark"


def test_the_parts_of_such_an_entry_need_not_be_entries() -> None:
    known = ("fuel tax", "Norway-Denmark ties", "Norway-Iceland ties")

    assert names(rank(known=known))[:2] == ["fuel tax", "Norway-Denmark ties"]


def test_the_tenth_statement_about_something_counts_less_than_the_second() -> None:
    often = tuple(coded("fishing rights", "Bo", claim="demand") for _ in range(30))
    alike = coded("fuel tax", "Ada Stone", claim="demand")

    found = rank("said that", coded("Norway"), *often, alike, speakers=("Ada Stone",), stance="for", claim="demand")

    assert names(found)[:2] == ["fishing rights", "fuel tax"]
    few = rank("said that", coded("Norway"), *often[:2], alike, speakers=("Ada Stone",), stance="for", claim="demand")
    assert names(few)[0] == "fuel tax"


def test_names_that_are_no_entries_are_offered_behind_entries() -> None:
    found = rank(known=("fuel tax",))

    assert [(one.name, one.is_new) for one in found][:2] == [("fuel tax", False), ("Norway", True)]
    assert {"Ada Stone", "Denmark"} <= set(names(found))


def test_entries_without_any_sign_fill_the_rest_and_have_no_chance() -> None:
    found = rank("Norway backed the fuel tax.")

    assert set(names(found)) >= set(KNOWN)
    assert next(one for one in found if one.name == "fishing rights").chance == 0


def test_no_more_are_offered_than_asked_for() -> None:
    assert len(rank(known=tuple(f"issue {i}" for i in range(30)))) == 9
    assert len(rank(limit=2)) == 2


def test_a_name_is_found_as_whole_words_with_endings_and_by_its_aliases() -> None:
    index = TargetIndex([KnownSpeaker("tax", ("levy",)), KnownSpeaker("[tax]"), KnownSpeaker("ta"), KnownSpeaker("")])

    assert index.found("the taxes, the tax's end, the levy and syntax") == {"tax": [15, 30]}


@pytest.mark.parametrize(
    ("begin", "found"),
    [
        ("har", ["harbour", "harbour fees", "harbour fees hurt"]),
        ("fuel t", ["fuel tax"]),
        ("fees", ["fees", "fees hurt", "fees hurt the poor"]),
        ("the", []),
        ("hurt t", ["hurt the poor"]),
        ("xyz", []),
    ],
)
def test_a_phrase_is_up_to_three_words_with_small_ones_only_between_them(begin: str, found: list[str]) -> None:
    assert phrases(TEXT, begin) == found


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Ada Stone", "actor"),
        ("the Netherlands", "actor"),
        ("European Union", "actor"),
        ("fishing union", "actor"),
        ("fuel tax", "issue"),
        ("the Bergen treaty", "issue"),
        ("sanctions", "issue"),
        ("Sanctions on Norway", "issue"),
        ("Invasion of Norway", "issue"),
        ("Office for Trade", "actor"),
        ("Bank of Halden", "actor"),
        ("", "issue"),
    ],
)
def test_a_new_entry_is_an_actor_where_the_words_are_somebodys_name(words: str, kind: str) -> None:
    assert guess_kind(words) == kind


def test_a_phrase_ends_before_a_verb() -> None:
    assert phrases("The port fees would only rise, as fees of the port have done.", "f") == ["fees", "fees of the port"]


def test_who_has_just_spoken_here_is_likely_what_the_next_speaker_is_about() -> None:
    said = coded("fuel tax", "Denmark", stance="against", paragraph=0)

    assert names(rank("hurt the poor", said, speakers=("Bo",)))[:3] == ["fuel tax", "Denmark", "Norway"]
    assert rank("hurt the poor", said, speakers=("Bo",))[1].reason == "spoke before here"
    assert names(rank("hurt the poor", said, speakers=("Denmark",)))[:2] == ["fuel tax", "Norway"]
    assert names(rank("hurt the poor", said._replace(paragraph=-1), speakers=("Bo",)))[:2] == ["fuel tax", "Norway"]


def test_a_speaker_who_takes_another_stance_speaks_of_something_else() -> None:
    earlier = (coded("fishing rights", "Cy"), coded("fuel tax", "Ada Stone"))

    same = names(rank("said that", *earlier, speakers=("Ada Stone",), stance="for"))
    other = names(rank("said that", *earlier, speakers=("Ada Stone",), stance="against"))
    assert same[0] == "fuel tax"
    assert other.index("fuel tax") > other.index("Norway")


def test_a_lone_sign_makes_no_great_chance_and_names_that_are_not_entries_have_none() -> None:
    (only,) = (one for one in rank("said that", known=("Norway",)) if not one.is_new)
    assert 0.1 < only.chance < 0.4

    found = rank("Norway backed the fuel tax.", known=("fuel tax", "Norway"), issues=("fuel tax",))
    assert 0.5 < found[0].chance < sum(one.chance for one in found) < 1
    assert [one.chance for one in found if one.is_new] == [0] * sum(one.is_new for one in found)


def test_first_letters_of_words_find_a_phrase() -> None:
    assert initial_phrases(TEXT, "ft") == ["fuel tax"]
    assert initial_phrases(TEXT, "hf") == ["harbour fees"]
    assert initial_phrases(TEXT, "fb") == []
