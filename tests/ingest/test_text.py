"""Plain text in every encoding, kept exactly as it is."""

from __future__ import annotations

from typing import Any

import pytest

from annotator.errors import UsageError
from annotator.ingest import Options

ENGLISH = "The minister said “we will not pay £5” – and left.\nNobody at the café believed her."
POLISH = (
    "Minister powiedział, że „nie możemy tego zaakceptować”.\nWładze ogłosiły, że wybory odbędą się w październiku."
)
RUSSIAN = "Министр заявил, что правительство не примет это решение.\nПереговоры продолжатся на следующей неделе."
GREEK = "Ο υπουργός δήλωσε ότι η κυβέρνηση δεν θα δεχθεί αυτή την απόφαση.\nΟι συνομιλίες θα συνεχιστούν."
JAPANESE = "大臣は、政府はこの決定を受け入れないと述べた。\n協議は来週東京で続けられる予定である。"
TURKISH = "Bakan, hükümetin bu kararı kabul etmeyeceğini söyledi.\nŞirket da aynı görüşü paylaştı, ığdır."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_any_form_is_the_same_text_without_its_mark(reading_file: Any, encoding: str) -> None:
    found = reading_file("a.txt", ENGLISH.encode(encoding))

    assert found.texts == [ENGLISH]


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        (ENGLISH, "cp1252", "windows-1252"),
        (ENGLISH, "mac_roman", "mac-roman"),
        (POLISH, "cp1250", "windows-1250"),
        (TURKISH, "cp1254", "windows-1254"),
        ("Caf\u00e9", "latin-1", "windows-1252"),
    ],
)
def test_a_western_code_page_is_recognised_and_said(reading_file: Any, text: str, encoding: str, said: str) -> None:
    found = reading_file("a.txt", text.encode(encoding))

    assert found.texts == [text]
    assert found.remarks == [f"read as {said}"]


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8_r", "koi8-r"),
        (GREEK, "cp1253", "windows-1253"),
        (JAPANESE, "shift_jis", "cp932"),
        (JAPANESE, "euc_jp", "euc-jp"),
    ],
)
def test_another_scripts_code_page_is_recognised_and_said(
    reading_file: Any, text: str, encoding: str, said: str
) -> None:
    found = reading_file("a.txt", text.encode(encoding))

    assert found.texts == [text]
    assert found.remarks == [f"read as {said}"]


def test_a_named_encoding_is_believed(reading_file: Any) -> None:
    found = reading_file("a.txt", RUSSIAN.encode("cp866"), Options(encoding="cp866"))

    assert found.texts == [RUSSIAN]


def test_an_unknown_encoding_is_wrong_usage(reading_file: Any) -> None:
    with pytest.raises(UsageError, match='there is no encoding called "klingon"'):
        reading_file("a.txt", b"text", Options(encoding="klingon"))


def test_one_damaged_byte_in_utf_8_is_not_taken_for_a_code_page(reading_file: Any) -> None:
    found = reading_file("a.txt", "“One”\n“two".encode() + b"\xff\n" + "“three”".encode())

    assert found.reason.endswith("a.txt: line 2: byte 0xff is not utf-8")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85", "\x0c"])
def test_line_ends_stay_as_they_were_read(reading_file: Any, end: str) -> None:
    found = reading_file("a.txt", f"One.{end}Two.{end}".encode())

    assert found.texts == [f"One.{end}Two.{end}"]
    assert len(found.articles[0].paragraphs) == 2


def test_the_name_is_the_stem_and_the_path_is_as_given(reading_file: Any) -> None:
    (article,) = reading_file("some.article.txt", "Text.").articles

    assert article.name == "some.article"
    assert article.path is not None
    assert article.path.endswith("/some.article.txt")


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n", "\u200b\ufeff\u200d\n".encode(), "\u00a0\u3000".encode()])
def test_a_file_without_a_visible_character_is_refused(reading_file: Any, content: bytes) -> None:
    assert reading_file("a.txt", content).reason.endswith("a.txt: no readable text")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"One.\nTwo\x00.\n", "line 2: a NUL byte, so this is not text"),
        (b"SQLite format 3\x00...", "is a SQLite database"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is a picture"),
        (bytes(range(256)) * 8, "line 1: a NUL byte, so this is not text"),
    ],
)
def test_what_is_no_text_is_refused_with_its_kind(reading_file: Any, content: bytes, reason: str) -> None:
    assert reading_file("a.txt", content).reason.endswith(f"a.txt: {reason}")


def test_escapes_and_markup_in_a_text_are_text(reading_file: Any) -> None:
    text = "\x1b[31mred\x1b[0m [/bold] \x07 <b>\u202e"

    assert reading_file("a.txt", text).texts == [text]


def test_a_megabyte_on_one_line_and_twenty_thousand_lines_are_read(reading_file: Any) -> None:
    long = "word " * 200_000

    assert len(reading_file("long.txt", long).articles[0].paragraphs) == 1
    assert len(reading_file("many.txt", "A line.\n" * 20_000).articles[0].paragraphs) == 20_000


def test_wrapped_text_is_remarked_on_and_joined_by_block(reading_file: Any) -> None:
    line = "the harbour was closed and nobody in the town could say for how long it\n"

    assert reading_file("a.txt", line * 12).remarks == ["looks hard-wrapped: try --by block"]
    joined = reading_file("a.txt", line * 12, Options(by="block"))
    assert joined.remarks == []
    assert len(joined.articles[0].paragraphs) == 1


def test_reading_twice_gives_the_same_ids_and_offsets(reading_file: Any) -> None:
    first = reading_file("a.txt", ENGLISH).articles
    second = reading_file("b.txt", ENGLISH.encode("utf-16")).articles

    assert first[0].article_id == second[0].article_id
    assert first[0].paragraphs == second[0].paragraphs
