"""Articles in other languages: what is offered is a name, though no verb of the language is known."""

from __future__ import annotations

import pytest

from annotator.speakers import ArticleSpeakers, KnownSpeaker
from annotator.speakers.languages import german_body, is_without_case, language_of
from annotator.speakers.own_words import Ground, words_of

GERMAN = (
    "Der Umbau der Markthalle werde „keinen Tag“ verschoben, sagte Bürgermeisterin Ilse Brandl am Dienstag. "
    "Die Kosten lägen bei neun Millionen Euro.",
    "„Wir haben keine Pläne gesehen“, erklärte Rolf von Ahn vom Verein Halle. Auch Händler hätten sich beschwert.",
    "Nach Angaben des Landesamtes für Statistik sind die Mieten seit Januar gestiegen. Viele Anwohner sind besorgt.",
    "Die Gutachterin Dr. Uta Weiß nannte den Entwurf „mutig“. Der Stadtrat lehnte einen Antrag auf Aufschub ab.",
)
FRENCH = (
    "Le maire de Vannes, Luc Moreau, a assuré mardi que « la halle ne fermera pas ». Les travaux dureront un an.",
    "« On nous ment », a répondu Mme Anne Lefort, qui préside la Ligue des marchands. D’après elle, rien n’est prêt.",
    "Selon Yves Le Gall, économiste, le prix doublera. Cette somme, dit-il, n’est pas prévue.",
)
SPANISH = (
    "El alcalde de Soria, Pablo Rivas, dijo el lunes que las obras empezarán en mayo.",
    "Según Rivas, los puestos pequeños no cerrarán. Desde Soria, la portavoz Elena Ocampo lo negó.",
)
RUSSIAN = (
    "Мэр Тулы Ирина Громова заявила в среду, что рынок откроют в мае. «Мы не отступим», — сказала Громова.",
    "По словам инженера Анны Лис, расходы вырастут. По её мнению, проект не готов.",
    "— Нас обманули, — ответил Пётр Гусев, который торгует на рынке. — Никто нас не спросил.",
)
GREEK = (
    "Ο δήμαρχος Πάτρας Γιώργος Δημάκης δήλωσε την Τρίτη ότι η αγορά θα ανοίξει τον Μάιο.",
    "«Μας κορόιδεψαν», απάντησε η Έλενα Νίκου από τον σύλλογο. Την Τετάρτη η αγορά ήταν κλειστή.",
)
SWEDISH = (
    "Kommunalrådet Per Lind sade i måndags att hallen öppnar i maj. Det blir inte dyrare, sade han.",
    "Enligt ingenjören Johan af Sand fördubblas kostnaden. Det saknas också beräkningar.",
)


def offered(*paragraphs: str) -> list[list[str]]:
    article = ArticleSpeakers(paragraphs)
    return [[one.name for one in article.rank(i)] for i in range(len(paragraphs))]


@pytest.mark.parametrize(
    ("paragraphs", "first", "every"),
    [
        (
            GERMAN,
            ["Ilse Brandl", "Rolf von Ahn", "Landesamt", "Uta Weiß"],
            {"Ilse Brandl", "Rolf von Ahn", "Verein Halle", "Landesamt", "Uta Weiß", "Stadtrat"},
        ),
        (
            FRENCH,
            ["Luc Moreau", "Anne Lefort", "Yves Le Gall"],
            {"Luc Moreau", "Anne Lefort", "Yves Le Gall", "Vannes", "Ligue"},
        ),
        (SPANISH, ["Pablo Rivas", "Pablo Rivas"], {"Pablo Rivas", "Elena Ocampo", "Soria"}),
        (RUSSIAN, ["Ирина Громова", "Анны Лис", "Пётр Гусев"], {"Ирина Громова", "Анны Лис", "Пётр Гусев"}),
        (GREEK, ["Γιώργος Δημάκης", "Έλενα Νίκου"], {"Γιώργος Δημάκης", "Έλενα Νίκου"}),
        (SWEDISH, ["Per Lind", "Johan af Sand"], {"Per Lind", "Johan af Sand"}),
    ],
    ids=["de", "fr", "es", "ru", "el", "sv"],
)
def test_only_names_are_offered_and_people_first(
    paragraphs: tuple[str, ...], first: list[str], every: set[str]
) -> None:
    found = offered(*paragraphs)

    assert [names[0] for names in found] == first
    assert {name for names in found for name in names} == every


def test_a_month_is_a_name_only_beside_another() -> None:
    found = offered("El ministro Julio Peña y Plácido Domingo no vinieron. Julio fue un mes seco, según Peña.")

    assert set(found[0]) == {"Julio Peña", "Plácido Domingo"}


def test_the_reason_never_names_a_verb_that_is_not_known() -> None:
    article = ArticleSpeakers(GERMAN)

    reasons = {one.reason for i in range(len(GERMAN)) for one in article.rank(i)}
    assert reasons <= {"named here", "named in the article", "spoke before", "named beside the words"}


@pytest.mark.parametrize(
    ("paragraphs", "name", "alias"),
    [
        (("ردت سلمى الخطيب يوم الاثنين.", "وأضافت الخطيب أن المال غير موجود."), "سلمى الخطيب", "الخطيب"),
        (("רות לוי השיבה.", "ללוי אין תוכנית, אמרו אחרים."), "רות לוי", "לוי"),
        (("宁波市长陈国强表示不会退缩。", "陈国强否认了这些指控。"), "陈国强", "陈国强"),
        (("박지영 회장이 답했다.", "박지영은 소송을 예고했다."), "박지영", "박지영"),
        (("सुनीता वर्मा ने जवाब दिया।", "वर्मा ने मुकदमे की घोषणा की।"), "सुनीता वर्मा", "वर्मा"),
    ],
)
def test_a_known_name_is_offered_where_it_stands_in_a_script_without_capitals(
    paragraphs: tuple[str, str], name: str, alias: str
) -> None:
    article = ArticleSpeakers(paragraphs)

    assert article.rank(1) == []
    assert [one.name for one in article.rank(1, picks=[(0, name)])] == [name]
    assert [one.name for one in article.rank(1, known=[KnownSpeaker("某", ()), KnownSpeaker(name, (alias,))])] == [name]


def test_a_language_is_told_by_its_small_words() -> None:
    codes = {"de": GERMAN, "fr": FRENCH, "es": SPANISH, "ru": RUSSIAN, "el": GREEK, "sv": SWEDISH}
    for code, paragraphs in codes.items():
        language = language_of(" ".join(paragraphs))
        assert language is not None
        assert language.code == code
    assert language_of("Quidquid id est, timeo Danaos.") is None
    assert language_of("") is None
    assert is_without_case("他们说 OK")
    assert not is_without_case("Она сказала")


def test_a_german_body_is_told_by_its_ending() -> None:
    found = [german_body(word) for word in ("Landesamtes", "Stadtrats", "Polizei", "Behörde", "Antrag", "Werktag")]
    assert found == ["Landesamt", "Stadtrat", "Polizei", None, None, None]


def test_a_title_may_be_a_compound_and_a_quotation_may_begin_with_an_inward_mark() -> None:
    found = offered(
        "Finansminister Karen Dal lover lavere skat. Det er ikke nok for alle.",
        "Skatten stiger igen. »Det er forkert,« siger advokat Sara Holm, som har en anden plan.",
    )

    assert found == [["Karen Dal"], ["Sara Holm", "Karen Dal"]]


def test_a_name_with_another_ending_is_the_same_person() -> None:
    found = offered(
        "По словам инженера Анны Лисиной, мост стар. Это знали все, и никто не спорил.",
        "Анна Лисина добавила, что денег нет. С ней спорил Пётр Новак.",
        "Новиков промолчал. Но и Лисиной, и Новаку было что сказать.",
    )

    assert {name for names in found for name in names} == {"Анна Лисина", "Пётр Новак"}


def test_an_entry_of_the_registry_is_offered_for_its_name_with_another_ending() -> None:
    article = ArticleSpeakers(
        ["По словам инженера Анны Лисиной, мост стар.", "Это знали все, и никто не спорил с ней."]
    )
    known = [KnownSpeaker("Анна Лисина"), KnownSpeaker("Пётр Новак")]

    assert [one.name for one in article.rank(0, known=known)] == ["Анна Лисина"]
    assert [one.name for one in article.rank(1, picks=[(0, "Анна Лисина")])] == ["Анна Лисина"]


def test_the_first_sentence_that_names_the_speaker_is_the_evidence() -> None:
    article = ArticleSpeakers(RUSSIAN)

    span = words_of(Ground(RUSSIAN[0]), article.rank(0)[0].bases)
    assert span is not None
    assert RUSSIAN[0][slice(*span)].startswith("Мэр Тулы Ирина Громова заявила")
