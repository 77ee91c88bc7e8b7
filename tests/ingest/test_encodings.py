"""Encodings of thirteen languages: each is read, and what was decided is said."""

from __future__ import annotations

from typing import Any

import pytest

TEXTS = {
    "ar": "قالت عمدة المدينة يوم الاثنين إن الميناء لن يغلق هذا العام.\n"
    "وأعلن اتحاد الصيادين أن المفاوضات ستستمر في الأسبوع المقبل.",
    "ja": "市長は月曜日、港を閉鎖しないと述べた。\n組合は来週の交渉を続ける方針である。",
    "ko": "시장은 월요일에 항구를 폐쇄하지 않겠다고 말했다.\n어민 조합은 다음 주에 협상을 계속할 예정이다.",
    "zh": "市長星期一表示港口今年不會關閉。\n漁民工會將於下星期繼續談判。",
    "zh-cn": "市长星期一表示港口今年不会关闭。\n渔民工会将于下星期继续谈判。",
    "he": "ראש העיר אמרה ביום שני כי הנמל לא ייסגר השנה.\nארגון הדייגים הודיע כי השיחות יימשכו בשבוע הבא.",
    "el": "Η δήμαρχος είπε τη Δευτέρα ότι το λιμάνι δεν θα κλείσει φέτος.\nΟι ψαράδες ανακοίνωσαν νέες συνομιλίες.",
    "ru": "Мэр заявила в понедельник, что порт в этом году не закроют.\nСоюз рыбаков объявил о новых переговорах.",
    "th": "นายกเทศมนตรีกล่าวเมื่อวันจันทร์ว่าท่าเรือจะไม่ปิดในปีนี้\nสหภาพชาวประมงประกาศว่าการเจรจาจะดำเนินต่อไป",
    "de": "Die Bürgermeisterin erklärte, der Hafen müsse größer werden und dürfe nicht schließen.",
    "hu": "A polgármester hétfőn azt mondta, hogy a kikötő idén nem zár be, és bővíteni fogják.",
    "is": "Bæjarstjórinn sagði á mánudag að höfninni yrði ekki lokað þetta ár, æ ofan í æ.",
    "en": "The mayor said “we will not close the port – not for £5”.",
}
CASES = [
    *(
        (language, encoding)
        for language in TEXTS
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
    ),
    *(("ar", one) for one in ("iso8859_6", "cp1256")),
    *(("ja", one) for one in ("iso2022_jp", "iso2022_jp_1", "euc_jp", "shift_jis")),
    *(("ko", one) for one in ("iso2022_kr", "euc_kr", "cp949")),
    *(("zh", one) for one in ("big5", "gb18030")),
    *(("zh-cn", one) for one in ("gb2312", "gbk", "gb18030", "hz")),
    *(("he", one) for one in ("iso8859_8", "cp1255")),
    *(("el", one) for one in ("iso8859_7", "cp1253")),
    *(("ru", one) for one in ("iso8859_5", "cp1251", "koi8_r", "cp866")),
    *(("th", one) for one in ("tis_620", "cp874")),
    *(("de", one) for one in ("latin_1", "iso8859_15", "cp1252", "cp850", "mac_roman")),
    *(("hu", one) for one in ("iso8859_2", "cp1250")),
    *(("is", one) for one in ("latin_1", "mac_iceland")),
    *(("en", one) for one in ("cp1252", "mac_roman")),
]


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_a_text_is_read_in_its_encoding_and_the_encoding_is_said(
    reading_file: Any, language: str, encoding: str
) -> None:
    found = reading_file("a.txt", TEXTS[language].encode(encoding))

    assert found.texts == [TEXTS[language]]
    assert len(found.remarks) == (not encoding.startswith("utf-8"))


@pytest.mark.parametrize(
    ("language", "encoding", "said"),
    [("ja", "iso2022_jp", "iso-2022-jp"), ("ko", "iso2022_kr", "iso-2022-kr"), ("ar", "iso8859_6", "iso-8859-6")],
)
def test_the_usual_name_of_an_encoding_is_said(reading_file: Any, language: str, encoding: str, said: str) -> None:
    assert reading_file("a.txt", TEXTS[language].encode(encoding)).remarks == [f"read as {said}"]


def test_colours_of_a_terminal_are_not_an_encoding(reading_file: Any) -> None:
    text = "\x1b[31mThe mayor\x1b[0m said ~{so~} ~{too~}."

    assert reading_file("a.txt", text).texts == [text]


def test_few_words_in_another_script_on_an_english_page_are_read(reading_file: Any) -> None:
    page = "<title>港口</title><p>" + "The mayor spoke of the port. " * 40 + "<p>市长 2031 年 5 月 6 日<p>文件 12"

    assert reading_file("a.html", page.encode("gb18030")).texts[0].endswith("市长 2031 年 5 月 6 日\n\n文件 12")
