"""Nexis: numbers, labels and heads as they vary."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.ingest.sources.invented import BUS, MILL, WELL, nexis_html, nexis_text, nexis_uni
from tests.ingest.sources.test_batches import body, check


@pytest.mark.parametrize(("name", "build"), [("a.html", nexis_html), ("a.txt", nexis_text)])
def test_numbers_may_begin_anywhere(reading_file: Any, name: str, build: Any) -> None:
    found = reading_file(name, build(first=2001))

    assert [read.origin.rsplit(", ", 1)[1] for read in found.reads] == ["article 2001", "article 2002", "article 2003"]
    assert found.remarks[1:] == []


def test_a_number_that_is_missing_or_given_twice_is_named(reading_file: Any) -> None:
    text = nexis_text((MILL, WELL, BUS, MILL))
    gap = text[: text.index("2 of 4")] + text[text.index("3 of 4") :]
    twice = text.replace("2 of 4", "3 of 4")

    assert "article 2 is missing" in reading_file("a.txt", gap).remarks
    assert {"article 2 is missing", "the number 3 is given twice"} <= set(reading_file("a.txt", twice).remarks)


def test_another_announced_number_is_said(reading_file: Any) -> None:
    assert "the file announces 5" in reading_file("a.html", nexis_html(announced=5)).remarks
    selected = "Download Request: Selected Items: 1-7\n"
    assert "the file announces 7" in reading_file("a.txt", nexis_text(cover=selected)).remarks


def test_a_file_that_is_cut_off_says_so(reading_file: Any) -> None:
    page = nexis_html()
    found = reading_file("a.html", page[: page.rindex("Critics") + 20])

    assert len(found.articles) == 3
    assert "its end is missing: the file may be cut off" in found.reads[2].remarks
    text = nexis_text()
    assert "the file announces 3" in reading_file("a.txt", text[: text.index("3 of 3")]).remarks
    middle = reading_file("a.txt", text[: text.rindex("Critics") + 20])
    assert middle.reads[2].remarks == ("its end is missing: the file may be cut off",)


def test_a_marker_without_documents_is_refused(reading_file: Any) -> None:
    page = "<html><!-- LXNComment 1:2 --><body><p>No documents found.</p></body></html>"

    assert (
        "looks like a file from Nexis (HTML), but no article with text was found" in reading_file("a.html", page).reason
    )


def test_a_line_of_the_text_that_looks_like_a_marker_parts_nothing(reading_file: Any) -> None:
    story = replace(
        MILL, body=(MILL.body[0], "2 of 3 DOCUMENTS", *("The judge read them all, one by one. " * 9,), MILL.body[1])
    )

    found = reading_file("a.txt", nexis_text((story, WELL, BUS)))

    assert len(found.articles) == 3
    assert body(found.articles[0])[1] == "2 of 3 DOCUMENTS"


def test_a_paragraph_that_begins_like_a_label_is_text(reading_file: Any) -> None:
    story = replace(MILL, body=("LEADALL: The town bought the mill.", "UPDATE: The roof was sold.", "SPEAKER: No."))

    for name, build in (("a.txt", nexis_text), ("a.html", nexis_html), ("a.txt", nexis_uni)):
        assert body(reading_file(name, build((story,))).articles[0]) == list(story.body)


@pytest.mark.parametrize(
    ("marker", "labels", "date"),
    [
        ("Dokument 1 von 1", ("AUTOR", "RUBRIK", "LÄNGE", "UPDATE", "SPRACHE"), "Donnerstag 4. März 2032"),
        ("1 of 1 DOCUMENT", ("BYLINE", "SECTION", "LENGTH", "LOAD-DATE", "LANGUAGE"), "March 4, 2032 Thursday"),
        ("FOCUS - 1 of 1 DOCUMENT", ("BYLINE", "SECTION", "LENGTH", "LOAD-DATE", "LANGUAGE"), "March 4, 2032"),
        ("Document 1 de 1", ("AUTEUR", "RUBRIQUE", "LONGUEUR", "DATE-CHARGEMENT", "LANGUE"), "Jeudi 4 Mars 2032"),
        ("Document 1 van 1", ("AUTEUR", "SECTIE", "LENGTE", "LOAD-DATE", "TAAL"), "4 maart 2032 donderdag"),
        ("Documento 1 de 1", ("AUTOR", "SECCIÓN", "LONGITUD", "FECHA-CARGA", "IDIOMA"), "4 de marzo de 2032"),
        ("Documento 1 di 1", ("AUTORE", "SEZIONE", "LUNGHEZZA", "LOAD-DATE", "LINGUA"), "4 marzo 2032"),
        ("DOKUMENT 1 af 1", ("FORFATTER", "SEKTION", "LÆNGDE", "LOAD-DATE", "SPROG"), "4. marts 2032"),
        ("DOKUMENT 1 av 1", ("FÖRFATTARE", "SEKTION", "LÄNGD", "LOAD-DATE", "SPRÅK"), "den 4 mars 2032"),
    ],
)
def test_markers_labels_and_months_of_nine_languages(
    reading_file: Any, marker: str, labels: tuple[str, ...], date: str
) -> None:
    author, section, length, loaded, language = labels
    text = (
        f"\n{' ' * 20}{marker}\n\n\n{' ' * 15}Der Talbote\n\n{' ' * 15}{date}\n\nA mill for all\n\n"
        f"{author}: Peter Lund\n\n"
        f"{section}: LOCAL\n\n{length}: 12 words\n\nThe town bought it.\n\nNobody knew.\n\n"
        f"{loaded}: {date}\n\n{language}: X\n\n"
    )

    (article,) = reading_file("a.txt", text).articles

    assert (article.title, article.date, article.source) == ("A mill for all", "2032-03-04", "Der Talbote")
    assert (article.metadata["author"], article.metadata["section"]) == ("Peter Lund", "LOCAL")
    assert body(article) == ["The town bought it.", "Nobody knew."]


def test_copyright_edition_and_summary_may_stand_anywhere_in_the_head(reading_file: Any) -> None:
    text = (
        f"\n{' ' * 20}1 of 1 DOCUMENT\n\n\n{' ' * 9}Copyright 2032 Vale Ltd\n{' ' * 9}All Rights Reserved\n\n"
        f"{' ' * 15}The Vale Courier\n\n"
        f"{' ' * 12}March 4, 2032 Thursday\n{' ' * 14}Late Edition - Final\n\n{' ' * 14}National Desk\n\n"
        "A mill for all\n\nThe town decides\n\n"
        "BYLINE: By Peter Lund\n\nLENGTH: 12 words\n\nHIGHLIGHT: Nobody knew\n\nThe town bought it.\n\n"
        "The end.\n\nGRAPHIC: One photo\n\n"
        "A second caption\n\nLOAD-DATE: April 1, 2032\n"
    )

    (article,) = reading_file("a.txt", text).articles

    assert (article.title, article.date, article.source) == ("A mill for all", "2032-03-04", "The Vale Courier")
    assert body(article) == ["The town bought it.", "The end."]
    roles = {article.text(one): one.role for one in article.paragraphs}
    assert roles["The town decides"] == roles["Nobody knew"] == "dek"
    assert roles["One photo"] == roles["A second caption"] == "caption"


def test_a_head_of_html_may_lack_parts_or_have_the_date_after_the_title(reading_file: Any) -> None:
    page = nexis_html((MILL,))
    date = (
        page[page.index('<BR><DIV CLASS="c3"><P CLASS="c1"><SPAN CLASS="c2">March') :].partition("</DIV>")[0] + "</DIV>"
    )
    title = (
        page[page.index(f'<BR><DIV CLASS="c5"><P CLASS="c1"><SPAN CLASS="c2">{MILL.title}') :].partition("</DIV>")[0]
        + "</DIV>"
    )

    check(reading_file("a.html", page.replace(date + title, title + date)).articles[0], MILL)
    undated = reading_file("a.html", page.replace(date, ""))
    assert (undated.articles[0].title, undated.articles[0].source) == (MILL.title, MILL.source)
    assert undated.remarks[1:] == ["no date found"]


def test_a_text_in_several_blocks_and_a_label_after_it_stay_apart(reading_file: Any) -> None:
    page = nexis_html((MILL,)).replace('<P CLASS="c9"></P>', '</DIV><BR><DIV CLASS="c5">')

    check(reading_file("a.html", page).articles[0], MILL)


def test_nexis_uni_without_a_date_takes_the_load_date_and_says_so(reading_file: Any) -> None:
    text = nexis_uni((MILL,)).replace("March 4, 2032 Thursday 9:20 AM GMT", "Correction Appended")

    found = reading_file("a.txt", text)

    assert found.articles[0].date == "2032-04-01"
    assert "the date is the day on which the database loaded it" in found.remarks


def test_nexis_uni_without_classification_or_with_an_abstract(reading_file: Any) -> None:
    text = nexis_uni((MILL,))
    bare = text.replace(
        "Graphic\nPHOTO: The mill.\nClassification\nLanguage:\u00a0ENGLISH\nSubject:\u00a0SCHOOLS (90%)\n", ""
    )
    abstract = text.replace("Body\n\n", "Body\n\nABSTRACT\nA mill is sold.\nFULL TEXT\n")

    check(reading_file("a.txt", bare).articles[0], MILL)
    (article,) = reading_file("a.txt", abstract).articles
    check(article, MILL)
    assert "A mill is sold." in [article.text(one) for one in article.paragraphs if one.role == "dek"]


def test_words_that_end_a_document_within_a_text_part_nothing(reading_file: Any) -> None:
    story = replace(MILL, body=(MILL.body[0], "End of Document", MILL.body[1], "Body", MILL.body[2]))

    found = reading_file("a.txt", nexis_uni((story, WELL)))

    assert [article.title for article in found.articles] == [MILL.title, WELL.title]
    assert body(found.articles[0]) == list(story.body)


def test_a_table_is_text_and_an_error_notice_is_left_out(reading_file: Any) -> None:
    table = (
        "<TABLE><TR><TD><P>Rank</P></TD><TD><P>Bank</P></TD></TR><TR><TD>1</TD><TD>Vale Bank</TD></TR></TABLE></DIV>"
    )
    page = nexis_html((MILL,))
    begin = page.index('<BR><DIV CLASS="c5"><P CLASS="c9">')
    end = page.index('<BR><DIV CLASS="c5"><P CLASS="c6"><SPAN CLASS="c8">LOAD-DATE')
    notice = (
        '<DOC NUMBER=1>\n<DOCFULL> --><DIV CLASS="c5"><P>We are sorry but there is an error in this document.</P></DIV>'
    )
    page = (
        f'{page[:begin]}<BR><DIV CLASS="c5"><BR></DIV>{table}{page[end:]}<!-- {notice}<!-- Hide\n</DOCFULL>\n</DOC> -->'
    )

    found = reading_file("a.html", page)

    assert body(found.articles[0]) == ["Rank | Bank", "1 | Vale Bank"]
    assert found.articles[0].title == MILL.title
    assert [left.reason for left in found.left_out] == [
        "has no text (title “We are sorry but there is an error in this document.”)"
    ]


def test_an_edition_after_the_date_is_not_the_title(reading_file: Any) -> None:
    page = nexis_html((MILL,))
    title = f'<BR><DIV CLASS="c5"><P CLASS="c1"><SPAN CLASS="c2">{MILL.title}'
    page = page.replace(
        title, f'<BR><DIV CLASS="c3"><P CLASS="c1"><SPAN CLASS="c2">City Final Edition</SPAN></P></DIV>{title}'
    )

    article = reading_file("a.html", page).articles[0]

    assert (article.title, body(article)) == (MILL.title, list(MILL.body))


@pytest.mark.parametrize("label", ["BODY", "TEXT"])
def test_a_label_of_the_text_itself_is_not_part_of_it(reading_file: Any, label: str) -> None:
    page = nexis_html((MILL,)).replace(
        f'<P CLASS="c9"><SPAN CLASS="c2">{MILL.body[0]}',
        f'<P CLASS="c9"><SPAN CLASS="c8">{label}: </SPAN><SPAN CLASS="c2">{MILL.body[0]}',
    )
    alone = page.replace(f"{label}: </SPAN>", f'{label}:</SPAN></P></DIV><BR><DIV CLASS="c5"><P CLASS="c9">')
    text = nexis_text((MILL,)).replace("The town bought the old", f"{label}:\n\nThe town bought the old")
    joined = nexis_text((MILL,)).replace("The town bought the old", f"{label}: The town bought the old")

    for name, content in (("a.html", page), ("a.html", alone), ("a.txt", text), ("a.txt", joined)):
        check(reading_file(name, content).articles[0], MILL)
