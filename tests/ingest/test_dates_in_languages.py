"""A line with a date is a date in any script, never the headline."""

from __future__ import annotations

import pytest

from annotator.ingest.article import make
from annotator.ingest.roles.furniture import is_date

ARTICLES = {
    "en": ("Parliament rejects harbour law", "Friday 3 May 2024", "Parliament rejected the harbour law on Friday, {}."),
    "de": ("Parlament lehnt Hafengesetz ab", "Freitag, 3. Mai 2024, 10:15 Uhr", "Das Parlament hat das Gesetz {}."),
    "es": ("El parlamento rechaza la ley", "3 de mayo de 2024", "El parlamento rechazó el viernes la ley, {}."),
    "ru": ("Парламент отклонил закон о порте", "3 мая 2024 г.", "Парламент отклонил в пятницу закон, {}."),
    "uk": ("Парламент відхилив закон про порт", "3 травня 2024", "Парламент відхилив у п'ятницю закон, {}."),
    "el": ("Η Βουλή απέρριψε τον νόμο", "3 Μαΐου 2024", "Η Βουλή απέρριψε την Παρασκευή τον νόμο, {}."),
    "ar": ("البرلمان يرفض قانون الميناء", "3 مايو 2024", "رفض البرلمان يوم الجمعة قانون الميناء {}."),
    "he": ("הפרלמנט דחה את חוק הנמל", "3 במאי 2024", "הפרלמנט דחה ביום שישי את החוק {}."),
    "zh": ("挪威议会否决港口法案", "2024年5月3日 10:00", "议会周五否决了港口法案，{}。"),
    "ja": ("議会、港湾法案を否決", "2024年5月3日", "議会は金曜日、港湾法案を否決した。{}。"),
    "ko": ("의회, 항만법 부결", "2024년 5월 3일", "의회는 금요일 항만법을 부결했다 {}."),
}
LONG = "which took nine hours of debate and two votes in Langavik"


@pytest.mark.parametrize("language", ARTICLES)
@pytest.mark.parametrize("is_above", [True, False], ids=["above", "below"])
def test_a_date_is_a_byline_and_the_line_beside_it_the_headline(language: str, is_above: bool) -> None:
    headline, date, lede = ARTICLES[language]
    top = [date, headline] if is_above else [headline, date]
    made = make("\n".join([*top, lede.format(LONG), lede.format(LONG)]), "a", "a.txt")

    roles = [paragraph.role for paragraph in made.paragraphs]
    assert roles == [*(["byline", "headline"] if is_above else ["headline", "byline"]), "body", "body"]


@pytest.mark.parametrize(
    "text",
    [
        "12 dead in fire",
        "Budget 2024",
        "5 reasons to vote",
        "In 2024 the pier falls",
        "2024年",
        "Der Mai 2024 war warm",
    ],
)
def test_a_line_with_a_number_is_no_date(text: str) -> None:
    assert not is_date(text)
