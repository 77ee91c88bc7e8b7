"""XML of feeds and extractors: RSS, Atom, trafilatura, TEI, NewsBank."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ingest.sources.test_batches import body

CONTENT = "<p>The town <b>bought</b> it.</p><h2>And then</h2><figure><img src=x><figcaption>The mill</figcaption></figure><p>Nobody knew.</p>"
RSS_ITEM = (
    "<item><title>A mill</title><link>https://site.example/1</link><pubDate>Thu, 04 Mar 2032 05:04:00 +0000</pubDate>"
    "<dc:creator>Peter Lund</dc:creator><description>Teaser</description>{content}</item>"
)
RSS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Vale</title>{items}</channel></rss>'
)
FULL = f"<content:encoded><![CDATA[{CONTENT}]]></content:encoded>"


def test_rss_takes_the_content_and_names_items_without_it(reading_file: Any) -> None:
    found = reading_file("feed.rss", RSS.format(items=RSS_ITEM.format(content=FULL) + RSS_ITEM.format(content="")))

    (article,) = found.articles
    assert (article.title, article.date, article.source, article.url) == (
        "A mill",
        "2032-03-04",
        "The Vale",
        "https://site.example/1",
    )
    assert [(article.text(one), one.role) for one in article.paragraphs] == [
        ("The town bought it.", "body"),
        ("And then", "subhead"),
        ("The mill", "caption"),
        ("Nobody knew.", "body"),
    ]
    assert [left.reason for left in found.left_out] == ["has no text (title “A mill”)"]


def test_a_feed_of_teasers_is_refused(reading_file: Any) -> None:
    assert "a feed of teasers" in reading_file("a.xml", RSS.format(items=RSS_ITEM.format(content=""))).reason
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><summary>Teaser</summary></entry></feed>'
    assert "a feed of teasers" in reading_file("a.xml", atom).reason


@pytest.mark.parametrize(
    "content",
    [
        '<content type="html">&lt;p&gt;The town bought it.&lt;/p&gt;&lt;p&gt;Nobody knew.&lt;/p&gt;</content>',
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The town bought it.</p><p>Nobody knew.</p></div></content>',
        '<content type="text">The town bought it.\nNobody knew.</content>',
    ],
)
def test_atom_takes_the_date_of_publication(reading_file: Any, content: str) -> None:
    entry = (
        "<entry><title>A mill</title><updated>2032-04-01T00:00:00Z</updated><published>2032-03-04T05:04:00Z</published>"
        f"<author><name>Peter Lund</name></author><author><name>Ida Moss</name></author>{content}</entry>"
    )

    (article,) = reading_file(
        "a.atom", f'<feed xmlns="http://www.w3.org/2005/Atom"><title>The Vale</title>{entry}</feed>'
    ).articles

    assert (article.date, article.source, article.metadata["author"]) == (
        "2032-03-04",
        "The Vale",
        "Peter Lund and Ida Moss",
    )
    assert body(article) == ["The town bought it.", "Nobody knew."]


def test_trafilatura_xml_and_tei_begin_with_the_headline(reading_file: Any) -> None:
    xml = (
        '<doc sitename="The Vale" title="A mill" author="Peter Lund" date="2032-03-04" '
        'url="https://site.example/1"><main>'
        '<head rend="h1">A mill</head><p>The town bought it.</p><list><item>Nobody knew.</item></list></main>'
        "<comments><p>First!</p></comments></doc>"
    )
    tei = (
        '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>A mill</title>'
        "<author>Peter Lund</author></titleStmt>"
        '<sourceDesc><bibl type="sigle">The Vale, 2032-03-04</bibl><biblFull><publicationStmt><date>'
        "2032-03-04</date></publicationStmt></biblFull>"
        '</sourceDesc></fileDesc></teiHeader><text><body><div type="entry"><ab type="header">A mill</ab><p>'
        "The town bought it.</p>"
        '<p>Nobody knew.</p></div><div type="comments"><p>First!</p></div></body></text></TEI>'
    )

    for text in (xml, tei):
        (article,) = reading_file("a.xml", text).articles
        assert (article.title, article.date, article.source) == ("A mill", "2032-03-04", "The Vale")
        assert [(article.text(one), one.role) for one in article.paragraphs] == [
            ("A mill", "headline"),
            ("The town bought it.", "body"),
            ("Nobody knew.", "body"),
        ]


def test_newsbank(reading_file: Any) -> None:
    doc = (
        "<doc><headline>A mill</headline><date>March 4, 2032</date><sourceInfo><sourceName>"
        "The Vale</sourceName></sourceInfo>"
        "<maintext><p>The town bought it.</p><p>Nobody knew.</p></maintext></doc>"
    )

    found = reading_file("a.xml", f"<docs>{doc}{doc}</docs>")

    assert [(article.title, article.date, article.source) for article in found.articles] == [
        ("A mill", "2032-03-04", "The Vale")
    ] * 2
    assert body(found.articles[0]) == ["The town bought it.", "Nobody knew."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1", "windows-1251"])
def test_xml_is_read_in_the_encoding_that_it_declares(reading_file: Any, encoding: str) -> None:
    title = "Мельница" if encoding == "windows-1251" else "Mühle"
    text = f'<?xml version="1.0" encoding="{encoding}"?><doc title="{title}" date="2032-03-04"><main><p>One.</p></main></doc>'

    assert reading_file("a.xml", text.encode(encoding)).articles[0].title == title
