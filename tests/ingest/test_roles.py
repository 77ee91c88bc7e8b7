"""Roles of paragraphs: on whole articles, and the rules one by one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.ingest.roles import calls_to_action as appeals
from annotator.ingest.roles import captions, furniture
from annotator.ingest.roles.calls_to_action import is_appeal
from annotator.ingest.roles.furniture import is_date
from annotator.ingest.roles.guess import guess, guess_with_doubts
from annotator.ingest.roles.navigation_words import is_of_page_words
from annotator.ingest.roles.sentence_shape import beginnings, may_begin
from annotator.model import ROLES, Role
from tests.timing import processor_seconds

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "roles"
NAMES = ("before", "after", "third", "fourth")
BODY = "The first boat in a month left the harbour on Saturday, and half of the town had come to see it off."
MORE = "“It is only a boat,” said the captain, who had not slept. He was to say so again many times that day."


def pairs(name: str) -> list[tuple[str, str, str]]:
    """True role, guessed role and text of every paragraph of a fixture."""
    found: list[tuple[str, str, str]] = []
    for line in (FIXTURES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        paragraphs = json.loads(line)["paragraphs"]
        guessed = guess([text for _, text in paragraphs])
        found += [(role, guessed_role, text) for (role, text), guessed_role in zip(paragraphs, guessed, strict=True)]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_whole_articles_reach_the_figures_that_the_documentation_gives(name: str) -> None:
    found = pairs(name)
    furniture = [(role == "furniture", guess == "furniture") for role, guess, _ in found]
    n_both = sum(role and guess for role, guess in furniture)

    assert sum(role == guess for role, guess, _ in found) >= (0.90 if name == "fourth" else 0.93) * len(found)
    assert n_both >= 0.95 * sum(guess for _, guess in furniture)
    assert n_both >= 0.80 * sum(role for role, _ in furniture)


@pytest.mark.parametrize("name", NAMES)
def test_hardly_any_body_text_is_lost_to_furniture(name: str) -> None:
    guesses = [guess for role, guess, _ in pairs(name) if role == "body"]

    assert guesses.count("furniture") <= max(1, 0.005 * len(guesses))


@pytest.mark.parametrize(
    "line",
    [
        *(
            "Skip to main content",
            "Related Posts",
            "READ MORE SUN STORIES",
            "Read More",
            "Topics",
            "1",
            "3/12",
            "* * *",
        ),
        *(
            "Open this photo in gallery:",
            "Placeholder while article actions load",
            "Advertisement",
            "Share this article",
        ),
        *("Sign up to our newsletter", "© 2022 The Harbour Times", "All rights reserved.", "12 comments", "4 min read"),
        *("We use cookies to store information on your device.", "Follow us on Twitter", "Tags: Norway, ferries"),
        *("This article was originally published in The Lamp.", "ADVERTISEMENT", "Related: Boats and what they cost"),
        *("https://example.org/a", "Most read in News", "Lesen Sie auch", "You may also like", "\u200b"),
    ],
)
def test_a_line_of_furniture_is_known_by_its_wording(line: str) -> None:
    assert guess([BODY, line, MORE, BODY])[1] == "furniture"


@pytest.mark.parametrize(
    "text",
    [
        "He paused.",
        "“No,” he said.",
        "Read the law again, she told the court, and you will find that it says nothing of the kind.",
        "Subscribers to the ferry line were told to wait for a letter.",
        "Published in 1998, the book was the first to say so.",
        "Advertising is not a crime, the judge said.",
        "More on this was to come a week later, when the minutes were found.",
        "By Friday the shelves were empty.",
        "Follow the money, the prosecutor told the jury.",
        "Get the boats out, he shouted, and nobody moved.",
        "Related to the king by marriage, he had never been to court.",
        "This report was published on Monday by the ministry, which had kept it for a year.",
        "The newsletter of the union had warned of it in March.",
        "The views expressed at the meeting were not those of the town, its mayor said.",
        "About 40 of them came back",
        "•  a subsidy of $12m a year",
        "Who, he asked, had given the order",
        "the rest of the sentence stands on a line of its own",
    ],
)
def test_body_text_that_sounds_like_furniture_is_body(text: str) -> None:
    assert guess([BODY, text, MORE, BODY])[1] == "body"
    assert guess([BODY, MORE, BODY, text])[3] in ("body", "byline")


@pytest.mark.parametrize(
    "text",
    [
        "The harbour on Monday. Photo: Ole Berg/AFP via Getty Images",
        "The harbour in 2022Credit: Reuters",
        "Ministers meet in Oslo on Feb. 22.FJORD/Reuters",
        "The two are seen here in January. (Ole Berg/AP)",
        "FILE PHOTO: A ferry leaves the port, March 2, 2022. REUTERS/Ole Berg",
        "Image source, Getty Images",
        "Crews hold a meeting [File: Ola Nygaard/AFP]",
        "The harbour that everybody spoke of. (Video: Ida Solberg/The Lamp)",
        "Brita Aune (pictured with her dog) had seen nothing like it",
    ],
)
def test_a_caption_is_known_by_its_credit(text: str) -> None:
    assert guess([BODY, text, MORE, BODY])[1] == "caption"


@pytest.mark.parametrize(
    "text",
    [
        "By Hanna Oduya and Piers Abara in Skarvik",
        "With files from Reuters",
        "Ida Solberg and Jon Eide contributed to this report",
        "(Reporting by Anders Holt; Editing by Tom Castle)",
        "fb/sms (AFP, Reuters, dpa)",
    ],
)
def test_a_byline_is_known_by_its_names(text: str) -> None:
    assert guess([BODY, MORE, BODY, text])[3] == "byline"


def test_the_top_of_an_article_is_told_from_its_place() -> None:
    top = ["ALL AT SEA", "Inside the ferry chaos as families sleep in cars", "Hanna Oduya", "Share", BODY, MORE]

    assert guess(top) == ["kicker", "headline", "byline", "furniture", "body", "body"]


def test_a_sentence_that_a_byline_parts_from_the_article_is_its_dek() -> None:
    top = [
        "Ferry strike ends after a month",
        "Both sides say that they can live with it.",
        "By Ida Solberg",
        BODY,
        MORE,
    ]

    assert guess(top) == ["headline", "dek", "byline", "body", "body"]


def test_an_article_without_a_headline_has_none() -> None:
    assert guess(["OSLO — " + BODY, MORE, BODY]) == ["body", "body", "body"]


def test_the_known_title_is_the_headline() -> None:
    assert guess(["A boat.", BODY, MORE], title="A boat")[0] == "headline"


def test_questions_and_numbered_lines_head_a_part() -> None:
    texts = ["Ferry strike: what we know", BODY, "What does the company say?", MORE, "2. Who is winning?", BODY, MORE]

    assert guess(texts)[2] == guess(texts)[4] == "subhead"


def test_a_quotation_that_the_article_repeats_is_a_pull_quote() -> None:
    quote = "‘There were four meetings, and there are minutes’"
    texts = [BODY, quote, "“There were four meetings, and there are minutes,” a spokeswoman said on Monday.", MORE]

    assert guess(texts)[1] == "pull-quote"


def test_a_caption_that_is_repeated_with_its_credit_is_one_both_times() -> None:
    texts = [BODY, "A ferry in the harbour of Skarvik", "1", "A ferry in the harbour of SkarvikCredit: Ole Berg", MORE]

    assert guess(texts) == ["body", "caption", "furniture", "caption", "body"]


def test_the_lines_below_a_header_of_links_belong_to_it() -> None:
    texts = [BODY, "Related articles", "Oslo urged to act", "Is the herring coming back?", MORE, BODY]

    assert guess(texts) == ["body", "furniture", "furniture", "furniture", "body", "body"]


def test_what_the_file_itself_says_is_believed_unless_the_wording_says_furniture() -> None:
    hints: list[Role | None] = [None, "byline", "caption", None]

    assert guess([BODY, "the staff of the paper.", "Advertisement", MORE], hints=hints)[1:3] == ["byline", "furniture"]


def test_a_language_without_full_stops_is_left_alone() -> None:
    texts = ["รัฐบาลประกาศว่าจะไม่ยอมรับข้อเสนอของสหภาพแรงงาน" * 2] * 8

    assert set(guess(texts)) == {"body"}


@pytest.mark.parametrize(
    "line",
    [
        "Install the Lamp app",
        "More local news",
        "Comments are closed.",
        "View the comment thread",
        "Share this video",
        "Alle Artikel teilen",
        "Get the Lamp newsletter",
    ],
)
def test_a_line_of_a_pages_own_words_is_furniture_whatever_their_order(line: str) -> None:
    assert is_of_page_words(line)
    assert guess([BODY, line, MORE, BODY])[1] == "furniture"


@pytest.mark.parametrize(
    "line",
    ["This is the story.", "That was Larry.", "Close to home", "The watch on the Rhine", "No news of Anna Petrova"],
)
def test_a_line_with_other_words_is_not_of_the_page(line: str) -> None:
    assert not is_of_page_words(line)


@pytest.mark.parametrize(
    "text",
    [
        "Follow the Lamp on Facebook and Twitter for more of our reporting.",
        "If you have a question about this story, you can send our editors an e-mail.",
        "Some of the links on this page are affiliate links, and we may earn something if you click on them.",
        "Your support makes our journalism possible. Please consider a donation.",
        "Ida Solberg can be reached at ida@lamp.example.",
    ],
)
def test_a_sentence_that_asks_its_reader_for_what_a_page_asks_is_furniture(text: str) -> None:
    assert is_appeal(text.lower())
    assert guess([BODY, text, MORE, BODY])[1] == "furniture"


@pytest.mark.parametrize(
    "text",
    [
        "“Follow us on Facebook,” the union told its members in an e-mail.",
        "Facebook and Twitter said that they had removed the accounts.",
        "You could walk across the mouth of the river, and many people did.",
        "She gets two hundred e-mails a day, and reads them.",
        "Our correspondent saw soldiers at the gate of the newspaper.",
        "Share prices fell on Monday after the minister declined to comment.",
    ],
)
def test_a_sentence_that_tells_of_pages_is_body(text: str) -> None:
    assert guess([BODY, text, MORE, BODY])[1] == "body"


def test_the_headline_is_the_line_that_speaks_of_the_article() -> None:
    top = ["Ten beaches for the summer", "Why cats sleep so much", "First boat in a month leaves Skarvik harbour"]

    assert guess([*top, "By Ida Solberg", BODY, MORE, BODY])[:4] == ["furniture", "furniture", "headline", "byline"]


@pytest.mark.parametrize("line", ["Published 3 March 2023", "March 3, 20234:12 PM GMT", "Sat 4 Mar 2023 06.00 GMT"])
def test_the_date_above_an_article_stands_with_its_byline(line: str) -> None:
    assert guess(["First boat leaves Skarvik harbour", "By Ida Solberg", line, BODY, MORE])[2] == "byline"


def test_a_headline_that_begins_like_a_date_is_one() -> None:
    assert guess(["Updated rules for boats and ferries begin on June 12", BODY, MORE])[0] == "headline"


def test_points_above_an_article_are_its_dek_and_in_it_they_are_body() -> None:
    points = ["Key points", "The first boat has left", "Crews still want more sleep"]

    assert guess(["First boat leaves Skarvik", *points, BODY, MORE])[1:4] == ["furniture", "dek", "dek"]
    assert guess(["First boat leaves Skarvik", BODY, MORE, *points, BODY])[3:6].count("furniture") == 0


def test_questions_of_an_interview_are_body() -> None:
    asked = ["When did you know?", "What would you do now?", "Is there anything you regret?"]
    texts = [BODY, asked[0], MORE, asked[1], BODY, asked[2], MORE]

    assert guess(texts) == ["body"] * 7


def test_what_a_colon_announces_below_the_last_sentence_is_the_articles() -> None:
    listed = ["The winners of the day:", "Anna Holt of Skarvik", "Two sisters from Hornoy", "A dog"]

    assert guess([BODY, MORE, BODY, *listed])[3:] == ["body"] * 4


def test_a_long_line_heads_a_part_if_the_part_speaks_of_it_and_is_a_link_if_not() -> None:
    head = "Captain of the first boat in a month speaks of many times"
    link = "Herring tonight: ten recipes that even your children will eat"
    doubtful = "Nobody on the quay seems to want the herring any more"

    assert guess([BODY, head, MORE, BODY])[1] == "subhead"
    assert guess([BODY, link, MORE, BODY])[1] == "furniture"
    assert guess([BODY, doubtful, MORE, BODY])[1] == "body"


def test_a_last_word_of_the_page_is_furniture_where_it_has_nothing_to_do_with_the_article() -> None:
    texts = [
        BODY,
        MORE,
        BODY + " So it was.",
        MORE + " Twice.",
        "Share",
        "Print",
        "Please be kind in what you post below.",
    ]

    assert guess(texts)[-1] == "furniture"
    assert guess([*texts[:-1], "Please, the captain asked, let the boats of Skarvik go."])[-1] == "body"


def test_a_sentence_of_a_day_in_the_present_tense_is_a_caption() -> None:
    text = "Foreign Minister Ilse Marn speaks during a news conference in Belgar on March 3, 2023."

    assert guess([BODY, text, MORE, BODY])[1] == "caption"
    assert guess([BODY, text.replace("speaks", "spoke"), MORE, BODY])[1] == "body"


@given(st.lists(st.text(max_size=200).filter(str.strip), max_size=12), st.none() | st.text(max_size=40))
def test_every_paragraph_gets_one_known_role(texts: list[str], title: str | None) -> None:
    roles = guess([text.strip() for text in texts], title=title)

    assert len(roles) == len(texts)
    assert set(roles) <= set(ROLES)


def test_the_look_at_the_first_letters_never_hides_a_pattern() -> None:
    texts = [text for name in NAMES for _, _, text in pairs(name)]
    openings = [text.lower() for text in texts]

    assert all(
        may_begin(small, appeals.BEGINNINGS) for small in openings if appeals._ASKS.match(small) and small[0].isalpha()
    )
    assert all(any(sign in small for sign in appeals._SIGNS) for small in openings if appeals._OWN.search(small))
    for module in (furniture, captions):
        pattern = module._START
        assert all(
            may_begin(small, module.BEGINNINGS)
            for small, text in zip(openings, texts, strict=True)
            if pattern.match(small if module is furniture else text)
        )


@pytest.mark.parametrize(
    ("pattern", "heads"),
    [
        ("abcdefg|ef", {"abcde", "ef"}),
        ("(?:the |a )?view", {"the v", "a vie", "view"}),
        ("don[’']t", {"don"}),
        ("e-?mail", {"e"}),
        (r"\(?x", {""}),
        (r"\(this\)", {"(this"}),
        ("(?:a|(?:b|c)d)ef", {"aef", "bdef", "cdef"}),
        (".{2}x", {""}),
    ],
)
def test_beginnings_are_read_off_a_pattern(pattern: str, heads: set[str]) -> None:
    assert beginnings(pattern) == heads


@pytest.mark.parametrize("text", ["ab, " * 22, "(" * 400, "a / " * 100, "Photo by " * 40, "www." * 100, "A-B. " * 80])
def test_no_line_takes_a_pattern_long(text: str) -> None:
    assert processor_seconds(lambda: guess([BODY, text.strip(), MORE, BODY] * 20)) < 1


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Wheat is loaded at a siding near the harbour. Anya Kovtun for NPR", "caption"),
        ("Residents at a blockade in the old town. Photo: Norrland Wire/Nils Grubb.", "caption"),
        ("byChinedu Okafor", "byline"),
        ("Additional reporting Mícheál Garrity, Louise Dunnock", "byline"),
        ("Isaac Fontaine contributed research.", "byline"),
        ("Here at The Pier, we’re committed to covering the harbour.", "furniture"),
        ("MORE: What is a dredger and could it sink?", "furniture"),
        ("On July 6, 2015, Sanders made the following comment:", "body"),
        ("The question of dredgers has not come up", "body"),
        ("More than one in three told us no.", "body"),
    ],
)
def test_what_outlets_write_and_what_only_looks_like_it(text: str, role: str) -> None:
    before = ["The harbour stays shut this winter, the council said on Monday after a long debate."] * 3
    after = ["The ferry will not run before April, and nobody knows who is going to pay for the ice."] * 3

    assert guess([*before, text, *after])[3] == role


def test_a_poll_between_furniture_is_furniture_and_a_short_sentence_there_is_body() -> None:
    poll = ["Should the night boat be saved?", "Yes, at any price", "Not sure", "Vote now"]
    texts = [BODY, MORE, "Advertisement", *poll, "Advertisement", "She had never been to sea.", "Advertisement", BODY]

    assert guess(texts) == ["body", "body", *["furniture"] * 6, "body", "furniture", "body"]


def test_a_biography_is_furniture_if_the_author_is_known() -> None:
    texts = ["First boat leaves Skarvik harbour", "By Ida Solberg", BODY, MORE, BODY, "Ida Solberg is a sailor."]

    assert guess(texts)[-1] == "furniture"
    assert guess([*texts[:-1], "Ole Berg was a sailor."])[-1] == "body"


def test_few_roles_are_doubtful_and_they_are_wrong_more_often_than_others() -> None:
    n_doubtful = n_wrong = n_wrong_doubtful = n = 0
    for name in NAMES:
        for line in (FIXTURES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            paragraphs = json.loads(line)["paragraphs"]
            guessed, doubtful, _ = guess_with_doubts([text for _, text in paragraphs])
            wrong = {at for at, (role, _) in enumerate(paragraphs) if role != guessed[at]}
            n, n_doubtful, n_wrong = n + len(paragraphs), n_doubtful + len(doubtful), n_wrong + len(wrong)
            n_wrong_doubtful += len(wrong.intersection(doubtful))

    assert 0 < n_doubtful < 0.05 * n
    assert n_wrong_doubtful / n_doubtful > 3 * n_wrong / n


@pytest.mark.parametrize(
    ("lines", "roles"),
    [
        (
            [
                "新码头在宁波引发争议",
                "市议会将于六月表决",
                "记者 李娜",
                "2026年3月9日",
                "宁波市长陈国强周一表示，工程将于夏季开工，费用由市政府承担。",
                "没有人问过渔民。",
            ],
            ["headline", "dek", "byline", "byline", "body", "body"],
        ),
        (
            [
                "नए घाट पर विवाद",
                "परिषद जून में मतदान करेगी",
                "महापौर राजेश शर्मा ने सोमवार को कहा कि काम गर्मियों में शुरू होगा और नगर खर्च उठाएगा।",
                "किसी ने मछुआरों से नहीं पूछा। यह निर्णय अंतिम है।",
            ],
            ["headline", "dek", "body", "body"],
        ),
        (
            [
                "רציף חדש מפלג את העיר",
                "המועצה תצביע ביוני",
                "מאת נועה ברק",
                "9 במרץ 2026",
                "ראש העיר דוד כהן אמר ביום שני כי העבודות יתחילו בקיץ, וכי העירייה תשלם.",
                "איש לא שאל את הדייגים.",
            ],
            ["headline", "dek", "byline", "byline", "body", "body"],
        ),
    ],
    ids=["zh", "hi", "he"],
)
def test_the_top_of_an_article_is_told_in_scripts_without_capitals(lines: list[str], roles: list[str]) -> None:
    assert guess(lines) == roles


def test_a_day_as_hungarian_writes_it_is_a_date() -> None:
    assert is_date("2026. március 9.")
    assert not is_date("2026. március 9-én nyílt meg a híd.")


def test_what_is_passed_unread_is_hardly_ever_a_part_of_the_text() -> None:
    certain = [
        role
        for name in NAMES
        for line in (FIXTURES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        for role in _passed(json.loads(line)["paragraphs"])
    ]

    of_text = [role for role in certain if role not in ("furniture", "byline", "kicker")]
    assert "body" not in of_text
    assert len(of_text) <= 0.01 * len(certain)


def _passed(paragraphs: list[tuple[str, str]]) -> list[str]:
    """The roles that paragraphs have which are guessed to be furniture or a byline, and leave no doubt."""
    found = guess_with_doubts([text for _, text in paragraphs])
    passed = (i for i, role in enumerate(found.roles) if role in ("furniture", "byline") and i not in found.uncertain)
    return [paragraphs[i][0] for i in passed]
