"""The mode that is guessed from the evidence and the claim type."""

from __future__ import annotations

import pytest

from annotator.text.evidence import sentences
from annotator.text.mode import guess_mode, is_english


def guessed(text: str, claim: str | None = None, **more: bool) -> str:
    return guess_mode(text, (0, len(text)), claim=claim, **more)


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("“We will never agree,” the minister said.", "direct"),
        ("The minister said: “We will never agree.”", "direct"),
        ("“Never!” she shouted.", "direct"),
        ("“Who would pay for it?” Orm asked, looking at the crowd.", "direct"),
        ("“We will never agree. “We said so.", "direct"),
        ("“Nobody came and said, ‘We are sorry,’” said Orm.", "direct"),
        ("The minister said the plan was “an affront to reason” and must go.", "mixed"),
        ("She said it was late. “We will never agree,” she added.", "mixed"),
        ("The minister said the plan must go.", "indirect"),
        ("According to the readout, both sides were content.", "indirect"),
        ("The minister said the plan was “bold” and must go.", "indirect"),
    ],
)
def test_the_mode_is_guessed_from_marks_and_cues(text: str, mode: str) -> None:
    assert guessed(text) == mode


@pytest.mark.parametrize(
    ("text", "claim", "mode"),
    [
        # 1: verbs of acts and stands
        ("Sweden refused to pay for the second pier.", "commitment", "position"),
        ("Sweden abstained in the vote on the pier.", "commitment", "position"),
        ("The union strongly opposed the levy.", "commitment", "position"),
        ("The union strongly opposed the levy.", None, "position"),
        ("A spokesman dodged the question.", "commitment", "position"),
        ("The council has backed the plan since June.", "commitment", "position"),
        ("The port declined to name the owner.", "commitment", "position"),
        ("Norway has never accepted that account.", "denial", "position"),
        ("Sweden refused to pay, Orm said.", "interpretation", "indirect"),
        ("The union opposed the levy because it feared for its members.", "interpretation", "indirect"),
        ("Orm said that Sweden refused to pay.", "commitment", "indirect"),
        ("Orm said that Sweden refused to pay.", None, "indirect"),
        ("Norway denied that it had opened the gate.", "denial", "indirect"),
        ("Norway accused Sweden of a breach.", "accusation", "indirect"),
        ("Orm views the harbour as a family matter.", "interpretation", "indirect"),
        # 2: nouns of stands
        ("The two ministers declared their opposition to any new levy.", "commitment", "position"),
        ("Orm repeated his support for the pier.", "commitment", "position"),
        ("Orm told the union of her support for the pier.", "commitment", "indirect"),
        ("Orm voiced her support for the pier.", "evaluation", "indirect"),
        # 3: conduct without a cue
        ("Canada has flown two patrols over the strait.", "commitment", "position"),
        ("Canada has flown two patrols over the strait.", None, "position"),
        ("Canada has flown two patrols over the strait.", "accusation", "indirect"),
        ("The office points to the vote as proof.", "interpretation", "indirect"),
        # 4: titles
        ("“Harbours and Their Masters” praises the old council.", "evaluation", "indirect"),
        ("“Harbours and Their Masters” praises the old council.", None, "indirect"),
        # 5: fragments of a named speaker, with and without a listed cue
        ("The two mayors touted the “common future” of their ports.", "evaluation", "mixed"),
        ("Orm said the pier was “a hole in the water.”", "accusation", "mixed"),
        ("The town is a “masterpiece of timing” to Lund.", None, "mixed"),
        ("Having “fiercely” opposed the levy, Norway gave in.", "commitment", "position"),
        ("In the paper, Norway says it supports “a settlement of all open bills.”", "commitment", "mixed"),
        ("Norway voted against the levy, calling it “an act of spite.”", "commitment", "mixed"),
    ],
)
def test_acts_and_stands_are_positions_where_the_claim_type_allows_it(text: str, claim: str | None, mode: str) -> None:
    assert guessed(text, claim) == mode


def test_the_journalist_has_only_an_own_voice() -> None:
    assert guessed("Orm said the plan was “bold and late”.", is_journalist=True) == "own voice"


def test_a_cue_inside_the_quotation_is_not_the_reporters() -> None:
    assert guessed("“They say we claimed” ran the banner over the gate.", "interpretation") == "mixed"


def test_only_the_evidence_decides_the_mode() -> None:
    text = "The plan fell apart. “We will never agree,” she said."
    first, second = sentences(text)

    assert guess_mode(text, first) == "position"
    assert guess_mode(text, second) == "direct"


@pytest.mark.parametrize(
    "text",
    [
        "The minister said on Monday that the pier would be closed for the winter, and that nobody had been told.",
        "Orm denied it.",
        "CITY — “We are not for sale,” read the sign at the door of the shop, which has been shut since May.",
    ],
)
def test_english_is_known_by_its_function_words(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Der Minister sagte am Montag in Bremen, dass die Brücke im Winter so lange gesperrt war wie nie zuvor.",
        "Le ministre a déclaré lundi que le pont serait fermé tout l’hiver, et que personne n’avait été prévenu.",
        "De minister zei maandag in Rotterdam dat de brug in de winter dicht was, of open als het niet vriest.",
        "Le autorità hanno detto che il ponte non sarà aperto prima di maggio, come aveva chiesto il sindaco.",
        "Ministern sa på måndagen att bron skulle vara stängd hela vintern, och att ingen hade fått veta det.",
        "Министр сообщил в понедельник, что мост будет закрыт всю зиму.",
        "部长周一表示，这座桥整个冬天都将关闭。",
        "قال الوزير يوم الاثنين إن الجسر سيغلق طوال الشتاء.",
        "12 500 – 3,4 %",
        "",
    ],
)
def test_other_languages_are_not_english(text: str) -> None:
    assert not is_english(text)
