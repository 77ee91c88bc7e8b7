"""HTML pages: nothing lost, nothing run, nothing fetched."""

from __future__ import annotations

import re
import socket
import sys
import time
from typing import Any

import pytest

PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>Boat sails | The Harbour Times</title>
<meta property="og:title" content="Boat sails at last">
<meta property="og:site_name" content="The Harbour Times">
<meta property="article:published_time" content="2022-04-30T22:15:00+02:00">
<link rel="canonical" href="https://harbour.example/boat">
<script type="application/ld+json">{"@type": "NewsArticle", "author":
[{"name": "Ida Solberg"}, {"name": "Jon Eide"}]}</script>
<style>p { color: red }</style><script>document.write("written by a script")</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav>
<main><article class="story with-sidebar"><h1>Boat sails at last</h1>
<p class="byline">By Ida Solberg</p>
<p>SKARVIK &mdash; The first boat in a month left the harbour on Saturday,<br>to the
   sound of a   brass band.</p>
<figure><img src="https://tracker.example/x.png" alt="A boat">
<figcaption>The boat leaves. Photo: Ole Berg</figcaption></figure>
<p>“It is only a boat,” said the captain, who had tears in his eyes when he said it to the crowd.</p>
<h2>What comes next</h2>
<div>Nobody in the town could say on Sunday how long the new timetable would be kept by the company.</div>
<aside class="related"><h3>Related</h3><a href="/a">Ferry line to halve night crossings</a></aside>
<p>The gulls stayed, and so did the sign on the window of the ticket office, which says: back in ten minutes.</p>
</article></main><footer><p>© 2022 The Harbour Times. All rights reserved.</p></footer></body></html>"""


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("reading a page asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(params=["with trafilatura", "without"])
def extra(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "trafilatura", None)
    else:
        pytest.importorskip("trafilatura")
    return str(request.param)


def test_the_whole_text_is_kept_in_order(reading_file: Any, extra: str) -> None:
    (article,) = reading_file("a.html", PAGE).articles

    assert article.raw_text.split("\n\n") == [
        "Home",
        "World",
        "Boat sails at last",
        "By Ida Solberg",
        "SKARVIK — The first boat in a month left the harbour on Saturday,\nto the sound of a brass band.",
        "The boat leaves. Photo: Ole Berg",
        "“It is only a boat,” said the captain, who had tears in his eyes when he said it to the crowd.",
        "What comes next",
        "Nobody in the town could say on Sunday how long the new timetable would be kept by the company.",
        "Related",
        "Ferry line to halve night crossings",
        "The gulls stayed, and so did the sign on the window of the ticket office, which says: back in ten minutes.",
        "© 2022 The Harbour Times. All rights reserved.",
    ]


def test_the_roles_follow_the_elements(reading_file: Any, extra: str) -> None:
    (article,) = reading_file("a.html", PAGE).articles

    roles = [paragraph.role for paragraph in article.paragraphs]
    assert roles == [
        *("furniture", "furniture", "headline", "byline", "body", "body", "caption", "body"),
        *("subhead", "body", "furniture", "furniture", "body", "furniture"),
    ]


def test_the_metadata_come_from_the_head(reading_file: Any, extra: str) -> None:
    (article,) = reading_file("a.html", PAGE).articles

    assert article.title == "Boat sails at last"
    assert article.source == "The Harbour Times"
    assert article.date == "2022-04-30T22:15:00+02:00"
    assert article.url == "https://harbour.example/boat"
    assert article.metadata == {"author": "Ida Solberg, Jon Eide", "language": "en"}


def test_the_id_does_not_depend_on_the_extra(reading_file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("trafilatura")
    (first,) = reading_file("a.html", PAGE).articles

    monkeypatch.setitem(sys.modules, "trafilatura", None)
    (second,) = reading_file("a.html", PAGE).articles

    assert first.article_id == second.article_id
    assert [(p.start, p.end) for p in first.paragraphs] == [(p.start, p.end) for p in second.paragraphs]


def test_a_page_in_a_code_page_says_so_itself(reading_file: Any) -> None:
    html = '<html><head><meta charset="ISO-8859-1"></head><body><p>Größe – naïve</p></body></html>'

    found = reading_file("a.html", html.encode("cp1252"))

    assert found.texts == ["Größe – naïve"]
    assert found.remarks == ["read as windows-1252"]


def test_a_page_that_lies_about_its_encoding_is_read_all_the_same(reading_file: Any) -> None:
    for named in ("iso-8859-1", "klingon"):
        html = f'<meta charset="{named}"><p>“Größe”</p>'

        assert reading_file("a.html", html).texts == ["“Größe”"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One<p>Two", "One\n\nTwo"),
        ("<b><p>One</b> more</p></i>", "One more"),
        ("One <script>alert('no')</script>Two", "One Two"),
        ("<!-- no --><p>One &lt;b&gt; &amp; two&nbsp;three", "One <b> & two\u00a0three"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
        ("<pre>one\n  two</pre>", "one\ntwo"),
        ("<ul><li>One<li>Two</ul>", "One\n\nTwo"),
        ("<p>1 < 2 and 3 > 2</p>", "1 < 2 and 3 > 2"),
        ("<noscript>Please enable JavaScript</noscript><p>One", "Please enable JavaScript\n\nOne"),
    ],
)
def test_malformed_and_odd_pages_lose_no_text(
    reading_file: Any, monkeypatch: pytest.MonkeyPatch, html: str, text: str
) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)

    assert reading_file("a.html", html).texts == [text]


def test_a_class_on_the_frame_of_a_page_does_not_throw_the_article_away(
    reading_file: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    prose = "<p>The first boat in a month left the harbour on Saturday, to the sound of a brass band and of gulls, "
    html = f'<body class="menu"><div class="sidebar">{prose * 6}</div></body>'

    (article,) = reading_file("a.html", html).articles

    assert {paragraph.role for paragraph in article.paragraphs} == {"body"}


@pytest.mark.parametrize("html", ["", "<html></html>", "<script>1</script>", "<p>\u200b</p>"])
def test_a_page_without_text_is_refused(reading_file: Any, html: str) -> None:
    assert "no readable text" in reading_file("a.html", html).reason


@pytest.mark.slow
@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "Text." + "</div>" * 100_000,
        "<b><i>" * 50_000 + "Text.",
        "Text." + "</p>" * 200_000,
        "Text." + "<a " * 100_000,
        "Text." + "<!" * 50_000,
        "Text. " + "&" * 200_000,
    ],
)
def test_nested_and_broken_pages_are_read_in_linear_time(
    reading_file: Any, monkeypatch: pytest.MonkeyPatch, html: str
) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)

    begin = time.process_time()
    (text,) = reading_file("a.html", html).texts

    assert re.match(r"Text\.", text)
    assert time.process_time() - begin < 5
