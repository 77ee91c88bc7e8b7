"""Which paragraphs of a page are taken for its article, with trafilatura and without."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

SENTENCES = (
    "The council of Skarvik met on Thursday evening to decide what should become of the old ferry and of her crew.",
    "Three members spoke against the sale, which they called hasty, and two asked for a second opinion on the hull.",
    "“Nobody has shown us a number that I would sign,” said the treasurer, who has kept the books for twenty years.",
    "The shipyard on the other side of the fjord has offered to tow her away for nothing if it may keep the engine.",
    "A decision is expected before the summer, when the licence of the present operator comes to an end.",
    "Until then she will lie where she has lain since the autumn, with a lamp on her bow that nobody turns off.",
)


@pytest.fixture(params=["with trafilatura", "without"], autouse=True)
def extra(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "trafilatura", None)
    else:
        pytest.importorskip("trafilatura")
    return str(request.param)


def page(body: str) -> str:
    return f"<!DOCTYPE html><html lang='en'><head><title>The ferry</title></head><body>{body}</body></html>"


def paragraphs(texts: tuple[str, ...] = SENTENCES) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def of_role(reading_file: Any, html: str, role: str) -> list[str]:
    (article,) = reading_file("a.html", html).articles
    return [article.text(paragraph) for paragraph in article.paragraphs if paragraph.role == role]


@pytest.mark.parametrize("name", ["comments", "sf_comment_list", "kommentare-liste", "ReaderComments", "disqus_thread"])
def test_what_readers_say_below_an_article_is_furniture(reading_file: Any, name: str) -> None:
    said = (
        "<p>I have crossed with her for thirty years and never once was she late, whatever the council may think.</p>"
    )
    html = page(f"<h1>The ferry</h1><article><div>{paragraphs()}</div><div id='{name}'>{said * 8}</div></article>")

    assert of_role(reading_file, html, "body") == list(SENTENCES)


def test_a_box_far_from_the_article_is_furniture_whatever_it_is_called(reading_file: Any) -> None:
    teaser = "<p>Another story of the day, told in a sentence that is long enough to be one.</p>"
    teaser = f"<div><div><div>{teaser}</div></div></div>"
    html = page(f"<div><div><h1>The ferry</h1>{paragraphs()}</div></div><div class='xk3'><div>{teaser * 3}</div></div>")

    assert of_role(reading_file, html, "body") == list(SENTENCES)


def test_an_article_that_advertisements_part_is_one_article(reading_file: Any) -> None:
    chunks = (SENTENCES[:3], SENTENCES[3:5], SENTENCES[5:])
    parts = "<div class='ad-slot'>Advertisement</div>".join(
        f"<div class='chunk'><div class='inner'><div>{paragraphs(chunk)}</div></div></div>" for chunk in chunks
    )

    assert of_role(reading_file, page(f"<h1>The ferry</h1><main>{parts}</main>"), "body") == list(SENTENCES)


def test_an_article_without_paragraph_elements_is_found(reading_file: Any) -> None:
    menu = "<table><tr><td><a href='/'>Home</a></td><td><a href='/w'>World</a></td></tr></table>"
    html = page(f"{menu}<table><tr><td><h1>The ferry</h1>{'<br><br>'.join(SENTENCES)}</td></tr></table>")

    assert of_role(reading_file, html, "body") == list(SENTENCES)


def test_captions_in_boxes_for_pictures_are_no_body(reading_file: Any) -> None:
    caption = "The ferry on her last day in service, seen from the roof of the harbour office at noon."
    box = f"<div class='inline-photo'><div>{caption}</div></div>"
    html = page(f"<h1>The ferry</h1><div>{paragraphs(SENTENCES[:3])}{box}{paragraphs(SENTENCES[3:])}</div>")

    assert caption not in of_role(reading_file, html, "furniture")
    assert [text for text in of_role(reading_file, html, "body") if text != caption] == list(SENTENCES)


def test_a_wide_paragraph_in_a_script_without_blanks_is_body(reading_file: Any) -> None:
    texts = (
        "市議会は木曜日の夜、古い連絡船とその乗組員の将来について話し合い、売却には三人の議員が反対の立場を示した。",
        "対岸の造船所は、機関を譲り受けることを条件に、費用を取らずに船を引き取ると申し出ている。(c)AFP",
        "決定は夏までに下される見通しで、現在の運航会社の免許はその頃に期限を迎えることになっている。",
    )

    assert of_role(reading_file, page(f"<h1>連絡船</h1><article>{paragraphs(texts)}</article>"), "body") == list(texts)


def test_teasers_in_the_middle_of_an_article_are_furniture(reading_file: Any) -> None:
    teaser = "<p>What else happened on the river this week, told in one sentence that ends as sentences do.</p>"
    card = f"<div class='item'><a href='/x'><h4>Another story</h4></a><div>{teaser}</div></div>"
    html = page(
        f"<h1>The ferry</h1><div>{paragraphs(SENTENCES[:3])}<div>{card * 3}</div>{paragraphs(SENTENCES[3:])}</div>"
    )

    assert of_role(reading_file, html, "body") == list(SENTENCES)


def test_the_items_of_a_list_in_an_article_are_body(reading_file: Any) -> None:
    items = [f"Lock number {n}: closed" for n in range(4)]
    listed = "".join(f"<li>{item}</li>" for item in items)
    html = page(f"<h1>The ferry</h1><div>{paragraphs(SENTENCES[:3])}<ul>{listed}</ul>{paragraphs(SENTENCES[3:])}</div>")

    assert of_role(reading_file, html, "body") == [*SENTENCES[:3], *items, *SENTENCES[3:]]


def test_a_head_that_is_closed_by_another_tag_does_not_swallow_the_article(reading_file: Any) -> None:
    html = page(f"<div><h1>The ferry</h2>{paragraphs()}</div>")

    assert of_role(reading_file, html, "headline") == ["The ferry"]
    assert of_role(reading_file, html, "body") == list(SENTENCES)


def test_a_line_belongs_to_the_element_that_holds_all_of_it(reading_file: Any) -> None:
    html = page(
        f"<h1>The ferry</h1><div><b>Skarvik</b> {SENTENCES[0]}<br><span>{SENTENCES[1]}</span><br></div>{paragraphs()}"
    )
    (article,) = reading_file("a.html", html).articles

    assert article.raw_text.count("Skarvik The council") == 1
    assert {p.role for p in article.paragraphs} == {"headline", "body"}


def test_links_in_a_row_are_words_of_their_own(reading_file: Any) -> None:
    (article,) = reading_file(
        "a.html", page(f"<p><a href='/a'>Sea</a><a href='/b'>Land</a></p>{paragraphs()}")
    ).articles

    assert article.raw_text.startswith("Sea Land\n")


def test_many_nested_elements_are_weighed_in_linear_time(reading_file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)  # which gives up on such a page, after a while
    html = page("<div class='a'>" * 20_000 + "".join(f"<div>{text}</div>" for text in SENTENCES * 500))

    begin = time.process_time()
    (article,) = reading_file("a.html", html).articles

    assert len(article.paragraphs) == 500 * len(SENTENCES)
    assert time.process_time() - begin < 5
