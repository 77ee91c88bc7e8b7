"""Documents: Word, RTF, OpenDocument, PDF, spreadsheets, e-books, mails, saved pages and web archives."""

from __future__ import annotations

import gzip
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import docx
import odfdo
import pytest
from docx.oxml import parse_xml

from tests.ingest.sources.invented import MILL, STORIES, WELL, nexis_html, nexis_text, nexis_uni, proquest
from tests.ingest.sources.test_batches import body, check

SENTENCES = ("The town bought the mill on Wednesday.", "Nobody knew of it before.", "The roof is new.")
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def saved(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def rtf(*lines: str) -> bytes:
    coded = "".join(f"{line}\\par\n" for line in lines)
    escaped = "".join(sign if sign.isascii() else f"\\u{ord(sign)}?" for sign in coded)
    return f"{{\\rtf1\\ansi\\ansicpg1252\\deff0{{\\header Page of a book\\par}}{escaped}}}".encode()


def pdf(*pages: list[tuple[int, str]]) -> bytes:
    """A PDF with lines at places from the left edge, from the top of each page down."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for lines in pages:
        shown = "".join(f"1 0 0 1 {left} {750 - 14 * row} Tm ({text}) Tj\n" for row, (left, text) in enumerate(lines))
        stream = f"BT /F1 11 Tf\n{shown}ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R /Resources "
            "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    text, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(text)
    text += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}"
    return f"{text}trailer << /Size {len(places) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode("latin-1")


def xlsx(*rows: tuple[str, ...]) -> bytes:
    stream = BytesIO()

    def cell(text: str) -> str:
        return f'<c t="inlineStr"><is><t>{text}</t></is></c>'

    cells = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="Texts" sheetId="1" r:id="rId1"/>'
            "</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" '
            f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
        )
    return stream.getvalue()


def epub() -> bytes:
    stream = BytesIO()
    long = " ".join(SENTENCES) * 3
    with ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="c"><rootfiles><rootfile full-path="O/b.opf"/></rootfiles></container>',
        )
        archive.writestr(
            "O/b.opf",
            '<package xmlns="p"><metadata xmlns:dc="d"><dc:title>The Vale</dc:title><dc:creator>'
            "P. Lund</dc:creator></metadata>"
            '<manifest><item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
            '<item id="c" href="cover.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="a" href="a%201.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="n"/><itemref idref="c"/><itemref idref="b"/><itemref idref="a"/></spine></package>',
        )
        archive.writestr("O/nav.xhtml", "<html><body><nav>Contents</nav></body></html>")
        archive.writestr("O/cover.xhtml", "<html><body><h1>The Vale</h1></body></html>")
        for name in ("a 1", "b"):
            archive.writestr(
                f"O/{name}.xhtml", f"<html><head><title>{name}</title></head><body><p>{long}</p></body></html>"
            )
    return stream.getvalue()


def warc() -> bytes:
    def record(url: str, status: str, kind: str, content: bytes) -> bytes:
        block = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + content
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2032-04-01T00:00:00Z\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        return gzip.compress(head.encode() + block + b"\r\n\r\n")

    page = (
        '<html><head><title>A mill</title><meta property="article:published_time" '
        'content="2022-03-04T05:04:00Z"></head>'
        f"<body><article><h1>A mill</h1>{''.join(f'<p>{one}</p>' for one in SENTENCES)}</article></body></html>"
    )
    latin = "<html><body><p>Die Mühle gehört nun der Stadt.</p></body></html>".encode("latin-1")
    return b"".join(
        (
            record("https://site.example/1", "200 OK", "text/html; charset=utf-8", page.encode()),
            record("https://site.example/2", "200 OK", "text/html; charset=iso-8859-1", latin),
            record("https://site.example/3", "404 Not Found", "text/html", b"<p>Gone</p>"),
            record("https://site.example/4", "200 OK", "image/png", b"\x89PNG"),
        )
    )


DOCUMENTS = {"docx": word, "rtf": rtf}


@pytest.mark.parametrize("ending", DOCUMENTS)
def test_each_paragraph_of_a_document_is_one(reading_file: Any, ending: str) -> None:
    (article,) = reading_file(f"a.{ending}", DOCUMENTS[ending](*SENTENCES)).articles

    assert [article.text(one) for one in article.paragraphs] == list(SENTENCES)


@pytest.mark.parametrize("ending", DOCUMENTS)
def test_a_batch_in_a_document_is_split(reading_file: Any, ending: str) -> None:
    found = reading_file(f"a.{ending}", DOCUMENTS[ending](*nexis_uni().split("\n")))

    assert len(found.articles) == len(STORIES)
    for article, story in zip(found.articles, STORIES, strict=True):
        check(article, story)


@pytest.mark.parametrize("ending", DOCUMENTS)
@pytest.mark.parametrize("name", ["a.txt", "a", "a.doc"])
def test_a_document_is_known_by_its_content(reading_file: Any, ending: str, name: str) -> None:
    assert len(reading_file(name, DOCUMENTS[ending](*SENTENCES)).texts[0].split("\n\n")) == 3


def test_tables_insertions_and_line_breaks_of_word_are_read_and_deletions_are_not(reading_file: Any) -> None:
    document = docx.Document()
    document.add_paragraph("A mill", style="Title")
    paragraph = document.add_paragraph("The town ")
    paragraph._p.append(parse_xml(f'<w:ins {_W} w:id="1" w:author="x"><w:r><w:t>bought it.</w:t></w:r></w:ins>'))
    paragraph._p.append(parse_xml(f'<w:del {_W} w:id="2" w:author="x"><w:r><w:delText> Not.</w:delText></w:r></w:del>'))
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Price", "Two million"
    document.add_paragraph("One.\nTwo.")

    (article,) = reading_file("a.docx", saved(document)).articles

    lines = [(article.text(one), one.role) for one in article.paragraphs]
    assert lines[0] == ("A mill", "headline")
    assert [text for text, _ in lines[1:]] == ["The town bought it.", "Price", "Two million", "One.", "Two."]


def test_open_document_texts_with_headings_spaces_and_tabs(reading_file: Any) -> None:
    document = odfdo.Document("text")
    document.body.clear()
    document.body.append(odfdo.Header(1, "A mill"))
    document.body.append(odfdo.Paragraph("The  town\tbought it."))
    listed = odfdo.List(["Nobody knew."])
    document.body.append(listed)

    (article,) = reading_file("a.odt", saved(document)).articles

    assert [article.text(one) for one in article.paragraphs] == ["A mill", "The  town\tbought it.", "Nobody knew."]


def test_rich_text_in_a_code_page_and_cut_off(reading_file: Any) -> None:
    text = b"{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0 Arial;}}\\'cc\\'fd\\'eb\\'fc\\par One.\\line Two.\\par}"

    assert reading_file("a.rtf", text).texts == ["Мэль\n\nOne.\n\nTwo."]
    assert reading_file("a.rtf", text[:-5]).remarks == ["its end is missing: the file may be cut off"]


def test_lines_of_a_pdf_become_paragraphs_with_a_remark(reading_file: Any) -> None:
    words = iter("bridge castle garden market palace school tower street harbour".split())

    def page(number: int) -> list[tuple[int, str]]:
        return [
            (72, f"The Vale Courier {number}"),
            (84, f"The {next(words)} {number} begins here and runs over the whole width of a line,"),
            (72, "which is as long as all the others are, or nearly so, as in a book,"),
            (72, "and ends here."),
            (84, f"Another {next(words)} {number} begins with an indent and is quite as long as it was"),
            (72, f"before, as in every {next(words)}."),
        ]

    found = reading_file("a.pdf", pdf(page(1), page(2), page(3)))

    assert found.remarks == ["check paragraphs"]
    paragraphs = found.texts[0].split("\n\n")
    assert len(paragraphs) == 6
    assert paragraphs[0].startswith("The bridge 1 begins here and runs over the whole width of a line, which is")
    assert "Vale Courier" not in found.texts[0]


def test_a_pdf_without_text_is_refused_with_a_way_out(reading_file: Any) -> None:
    assert "recognise its text (OCR) first" in reading_file("a.pdf", pdf([])).reason


def test_spreadsheets_are_tables(reading_file: Any) -> None:
    rows = (
        ("id", "date", "title", "text"),
        ("1", "4 March 2032", "A mill", SENTENCES[0]),
        ("2", "", "Empty", ""),
        ("", "", "", ""),
    )

    found = reading_file("a.xlsx", xlsx(*rows))

    (article,) = found.articles
    assert (article.title, article.date, article.raw_text) == ("A mill", "2032-03-04", SENTENCES[0])
    assert [left.origin.rsplit(", ", 1)[1] for left in found.left_out] == ["row 3"]


def test_pages_of_a_book_with_text_are_articles(reading_file: Any) -> None:
    found = reading_file("a.epub", epub())

    assert [article.title for article in found.articles] == ["b", "a 1"]
    assert found.articles[0].source == "The Vale"
    assert found.remarks == ["2 articles in 1 file", "1 page with hardly any text left out"]


def test_a_mail_gives_its_text_and_says_what_is_attached(reading_file: Any) -> None:
    mail = (
        "From: Peter Lund <p@site.example>\nSubject: =?utf-8?q?A_m=C3=BChle?=\n"
        "Date: Thu, 04 Mar 2032 05:04:00 +0100\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=iso-8859-1\n'
        "Content-Transfer-Encoding: quoted-printable\n\nDie M=FChle.\n--b\nContent-Type: application/pdf\n"
        "Content-Disposition: attachment; filename=a.pdf\n\nx\n--b--\n"
    )

    found = reading_file("a.eml", mail)

    (article,) = found.articles
    assert (article.title, article.date, article.raw_text) == ("A mühle", "2032-03-04", "Die Mühle.")
    assert found.remarks == ["1 attachment not read"]


@pytest.mark.parametrize(("content", "n"), [("<h1>A mill</h1><p>The town bought it.</p>", 1), (nexis_html(), 3)])
def test_a_saved_page_is_read_as_a_page(reading_file: Any, content: str, n: int) -> None:
    saved = (
        "From: <Saved by Browser>\nSnapshot-Content-Location: https://site.example/1\nSubject: A mill\n"
        "Date: Thu, 1 Apr 2032 05:04:00 +0000\n"
        'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="b"\n\n'
        "--b\nContent-Type: text/html; charset=utf-8\n"
        f"Content-Location: https://site.example/1\n\n{content}\n--b\nContent-Type: image/png\n\nx\n--b--\n"
    )

    found = reading_file("a.mhtml", saved)

    assert len(found.articles) == n
    if n == 1:
        assert (found.articles[0].url, found.articles[0].date) == ("https://site.example/1", None)


def test_proquest_in_a_mail_of_html(reading_file: Any) -> None:
    lines = "".join(f"<p>{line}</p>" for line in proquest((MILL, WELL)).split("\n") if line)
    mail = f"From: a@site.example\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n<html>{lines}</html>"

    assert [article.title for article in reading_file("a.eml", mail).articles] == [MILL.title, WELL.title]


def test_pages_of_a_web_archive_are_articles(reading_file: Any) -> None:
    found = reading_file("a.warc.gz", warc())

    first, second = found.articles
    assert (first.title, first.date, first.url) == ("A mill", "2022-03-04", "https://site.example/1")
    assert body(first) == list(SENTENCES)
    assert second.raw_text == "Die Mühle gehört nun der Stadt."
    assert found.remarks[0] == "2 pages in 1 file"
    assert found.remarks[1] == "2 other responses left out (1 status 404, 1 image/png)"
    assert found.remarks[-1] == "no date found"


@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.xlsx", "a.epub"])
@pytest.mark.parametrize("data", [b"PK\x03\x04 not a document", b"", b"plain text"])
def test_a_damaged_document_is_refused_in_one_sentence(reading_file: Any, name: str, data: bytes) -> None:
    assert f"{name}: " in reading_file(name, data).reason


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.docx", word(*SENTENCES)), ("a.xlsx", xlsx(("title", "text"), ("Mill", SENTENCES[0]))), ("a.epub", epub())],
)
def test_a_document_with_an_entry_without_a_name_is_refused(reading_file: Any, name: str, data: bytes) -> None:
    stream = BytesIO(data)
    with ZipFile(stream, "a") as archive:
        archive.writestr(ZipInfo("\0"), b"a")

    assert reading_file(name, stream.getvalue()).reason.endswith(f"{name}: an entry: has no name")


def test_a_document_that_is_cut_off_is_refused(reading_file: Any) -> None:
    for name, data in (("a.docx", word(*SENTENCES)), ("a.xlsx", xlsx(("text",), SENTENCES[:1]))):
        assert "not a readable" in reading_file(name, data[: len(data) // 2]).reason


def test_a_web_archive_that_is_cut_off_says_so(reading_file: Any) -> None:
    data = warc()

    found = reading_file("a.warc.gz", data[: len(data) // 2])

    assert found.remarks[1] == "its end is missing: the file may be cut off"


def test_other_packed_files_are_refused_by_name(reading_file: Any) -> None:
    assert "is packed with gzip: unpack it first" in reading_file("a.gz", gzip.compress(b"text")).reason
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        archive.writestr("ppt/presentation.xml", "")
    assert "is a presentation" in reading_file("a.pptx", stream.getvalue()).reason


@pytest.mark.parametrize(
    ("module", "name", "data"),
    [
        ("docx", "a.docx", word(*SENTENCES)),
        ("striprtf.striprtf", "a.rtf", rtf(*SENTENCES)),
        ("odfdo", "a.odt", saved(odfdo.Document("text"))),
        ("pypdfium2", "a.pdf", pdf([(72, "One.")])),
        ("python_calamine", "a.xlsx", xlsx(("text",), ("One.",))),
        ("warcio.archiveiterator", "a.warc", gzip.decompress(warc())),
    ],
)
def test_a_missing_package_is_named(
    reading_file: Any, monkeypatch: pytest.MonkeyPatch, module: str, name: str, data: bytes
) -> None:
    monkeypatch.setitem(sys.modules, module, None)

    assert reading_file(name, data).reason.endswith("uv sync --extra documents")


def test_a_document_in_an_archive_is_read(reading: Any, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.docx", word(*SENTENCES))
        archive.writestr("b.pdf", pdf([(72, "One.")]))

    assert len(reading(tmp_path / "a.zip").articles) == 2


def test_the_older_layout_of_nexis_in_word_or_by_mail_is_split(reading_file: Any) -> None:
    text = nexis_text()
    paragraphs = [" ".join(block.split()) for block in text.split("\n\n") if block.strip()]
    mail = f"From: a@site.example\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}"

    for name, content in (("a.docx", word(*paragraphs)), ("a.eml", mail)):
        found = reading_file(name, content)
        assert len(found.articles) == len(STORIES)
        for article, story in zip(found.articles, STORIES, strict=True):
            check(article, story)
