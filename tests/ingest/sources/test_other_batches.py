"""Factiva, Europresse, ProQuest, RIS, Wisers and the Japanese and Russian archives: what is peculiar to each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.ingest.sources.invented import BUS, MILL, WELL, factiva_html, factiva_text, proquest
from tests.ingest.sources.test_batches import body, check

# Factiva


@pytest.mark.parametrize(
    ("words", "month"),
    [
        ("words", "March"),
        ("Wörter", "März"),
        ("mots", "mars"),
        ("woorden", "maart"),
        ("palabras", "marzo"),
        ("palavras", "março"),
    ],
)
def test_factiva_in_an_interface_of_any_language(reading_file: Any, words: str, month: str) -> None:
    found = reading_file("a.html", factiva_html((MILL, WELL), words, month))

    check(found.articles[0], MILL)
    check(found.articles[1], WELL)


def test_factiva_in_a_chinese_interface_and_code_page(reading_file: Any) -> None:
    page = factiva_html((MILL,), "字").replace("4 März 2032", "2032 年 3 月 4 日").replace("Englisch", "英文")
    page = page.replace("<head>", '<head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">')

    check(reading_file("a.html", page.encode("gb18030")).articles[0], MILL)


def test_factiva_with_a_false_utf_8_declaration(reading_file: Any) -> None:
    story = replace(MILL, body=("Die Mühle gehört der Stadt.", "„Wir haben gewartet“, sagte die Lehrerin."))
    page = factiva_html((story,)).replace("<head>", '<head><meta charset="UTF-8">')

    found = reading_file("a.html", page.encode("cp1252"))

    check(found.articles[0], story)
    assert found.remarks[1:] == ["read as windows-1252"]


def test_factiva_with_a_time_and_without_section_author_or_words(reading_file: Any) -> None:
    page = factiva_html((WELL,))
    timed = page.replace("9 März 2032</div>", "9 März 2032</div><div>07:15 Uhr</div>")
    bare = page.replace("<div>1.099 Wörter</div>", "")

    assert reading_file("a.html", timed).articles[0].metadata["time"] == "07:15 Uhr"
    for text in (timed, bare):
        check(reading_file("a.html", text).articles[0], WELL)


def test_factiva_with_codes(reading_file: Any) -> None:
    rows = {
        "SE": "LOCAL",
        "HD": "A mill for <b>all</b>",
        "BY": "Par Peter Lund",
        "WC": "20 mots",
        "PD": "4 mars 2032",
        "ET": "15:32",
    }
    rows |= {
        "SN": "Le Val",
        "LA": "Français",
        "LP": '<p class="articleParagraph">The town bought it.</p>',
        "TD": "<p>Nobody knew.</p>",
    }
    cells = "".join(
        f'<tr><td class="index"><b>{code}</b>&nbsp;</td><td>{value}</td></tr>' for code, value in rows.items()
    )
    page = f'<html><title>Factiva</title><div class="article frArticle"><table>{cells}</table></div></html>'

    (article,) = reading_file("a.html", page).articles

    assert (article.title, article.date, article.source) == ("A mill for all", "2032-03-04", "Le Val")
    assert (article.metadata["author"], article.metadata["section"]) == ("Peter Lund", "LOCAL")
    assert body(article) == ["The town bought it.", "Nobody knew."]


def test_factiva_rtf_with_codes_or_cut_off(reading_file: Any) -> None:
    coded = (
        "HD\tA mill for all\nBY\tPeter Lund\nWC\t20 words\nPD\t4 March 2032\nSN\tThe Vale\nLP\tThe town bought it.\n"
        "TD\tNobody knew.\nThe end.\nAN\tDocument VALEC00020320304e8340000a\n\nDocument VALEC00020320304e8340000a\n"
    )
    (article,) = reading_file("a.txt", coded).articles
    assert (article.title, article.date, article.source) == ("A mill for all", "2032-03-04", "The Vale")
    assert body(article) == ["The town bought it.", "Nobody knew.", "The end."]

    text = factiva_text()
    found = reading_file("a.txt", text[: text.rindex("Document VALEC")])
    assert len(found.articles) == 3
    assert found.reads[2].remarks == ("its last line is missing: the file may be cut off",)


FACTIVA_XML = (
    '<?xml version="1.0" encoding="utf-8"?><PPSResponse><r xmlns="http://global.factiva.com/pps/2.0">'
    '<ppsarticleResultSet count="3">'
    "<article><headline><paragraph>A <hlt>mill</hlt> for all</paragraph></headline><byline>By Peter Lund</byline>"
    "<publicationDate><dateTime>2032-03-04T01:35:58Z</dateTime></publicationDate><sourceName>The Vale</sourceName>"
    "<leadParagraph><paragraph>The town <hlt>bought</hlt> it.</paragraph></leadParagraph>"
    "<tailParagraphs>Nobody knew.\nThe end.</tailParagraphs></article>"
    "<article><headline><paragraph>Empty</paragraph></headline></article></ppsarticleResultSet></r></PPSResponse>"
)


def test_factiva_xml_with_highlights_bare_text_and_a_wrong_count(reading_file: Any) -> None:
    found = reading_file("a.xml", FACTIVA_XML)

    (article,) = found.articles
    assert (article.title, article.date, article.metadata["author"]) == ("A mill for all", "2032-03-04", "Peter Lund")
    assert body(article) == ["The town bought it.", "Nobody knew.", "The end."]
    assert found.remarks == ["2 articles in 1 file from Factiva (XML)", "the file announces 3"]
    assert [left.reason for left in found.left_out] == ["has no text (title “Empty”)"]


# Europresse


def europresse_old(head: str, text: str) -> bytes:
    article = (
        '<table><tr><td><table id="tbHeaderImages"><tr><td></td></tr></table>'
        '<span class="DocPublicationName">Le Val, no. 81</span><br>'
        f'{head}<br><span class="TitreArticleVisu">Un <span style="color:red">moulin</span> pour tous</span>'
        f"<br><br>{text}<p></p>"
        "<b><i>© 2032 Le Val. Tous droits réservés.</i></b><p></p>Numéro de document : news·20320304·LV·1"
        '<table><tr><td class="txtCertificat">Certificat</td></tr></table></td></tr></table><p><br>'
    )
    return f'<html xmlns:n1="http://www.cedrom-sni.com/schema/newsv1.xsd"><body>{article * 2}</body></html>'.encode(
        "latin-1"
    )


@pytest.mark.parametrize(
    "head",
    [
        '<span class="DocHeader">Région, </span><span class="DocHeader">jeudi </span><span class="DocHeader">4 mars 2032</span>',
        '<span class="DocHeader">Région</span><span class="DocHeader">, p. 4</span><span class="DocHeader">, 4 mars 2032</span>',
    ],
)
def test_europresse_old_with_its_head_in_any_order(reading_file: Any, head: str) -> None:
    found = reading_file(
        "a.html", europresse_old(head, "Pierre Loup<br>La ville l'a acheté hier.<p></p>Personne ne savait.")
    )

    assert [article.title for article in found.articles] == ["Un moulin pour tous"] * 2
    article = found.articles[0]
    assert (article.date, article.source, article.metadata) == (
        "2032-03-04",
        "Le Val",
        {"author": "Pierre Loup", "section": "Région"},
    )
    assert body(article) == ["La ville l'a acheté hier.", "Personne ne savait."]


def test_a_first_sentence_is_not_an_author(reading_file: Any) -> None:
    page = europresse_old('<span class="DocHeader">4 mars 2032</span>', "La ville dit non.<p></p>Personne ne savait.")

    assert body(reading_file("a.html", page).articles[0]) == ["La ville dit non.", "Personne ne savait."]


def test_europresse_new_without_aside_and_footer(reading_file: Any) -> None:
    page = (
        "<!DOCTYPE html><html><body>"
        + "<article><header><span class='DocPublicationName'>Le Val</span><span class='DocHeader'>Région, jeudi 4 mars 2032, p. 4</span>"
        "<p class='titreArticleVisu'>Un <mark>moulin</mark></p><div class='docAuthors'>Pierre Loup</div>"
        "</header><section>"
        "<div class='DocText'><div class='docOcurrContainer'><p>La ville l'a <mark>ach</mark>eté.</p><h3>"
        "Et puis</h3><p>Personne.</p>"
        "</div></div></section><aside><p>Illustration</p></aside><footer>© 2032</footer></article>"
        * 2
        + "</body></html>"
    )

    found = reading_file("a.html", page)

    assert len(found.articles) == 2
    article = found.articles[0]
    assert (article.title, article.date, article.metadata["section"]) == ("Un moulin", "2032-03-04", "Région")
    assert [(article.text(one), one.role) for one in article.paragraphs] == [
        ("La ville l'a acheté.", "body"),
        ("Et puis", "subhead"),
        ("Personne.", "body"),
    ]


# ProQuest, RIS, Wisers


def test_a_rule_within_a_proquest_text_parts_nothing(reading_file: Any) -> None:
    story = replace(MILL, body=(MILL.body[0], "_" * 60, MILL.body[1]))

    found = reading_file("a.txt", proquest((story, WELL)))

    assert [article.title for article in found.articles] == [MILL.title, WELL.title]
    assert body(found.articles[0]) == [MILL.body[0], MILL.body[1]]


def test_labels_within_a_proquest_text_are_text(reading_file: Any) -> None:
    story = replace(
        MILL, body=("Location: the old mill.", "Title: none yet, said the mayor.", "CAPTION: The mill in May.")
    )

    (article,) = reading_file("a.txt", proquest((story,))).articles

    assert body(article) == list(story.body[:2])
    assert [one.role for one in article.paragraphs] == ["body", "body", "caption"]


def test_proquest_without_a_full_text_gives_the_abstract_and_says_so(reading_file: Any) -> None:
    text = proquest((MILL,)).replace("Abstract: None available.", "Abstract: The mill is sold.")
    text = text.replace(f"Full text: {chr(10).join(MILL.body)}\nCREDIT: Staff", "Full text: Not available.")

    found = reading_file("a.txt", text.replace("Full text: Not available.\n\n", ""))

    assert found.texts == ["The mill is sold."]
    assert "abstract only" in found.remarks


def test_proquest_by_mail(reading_file: Any) -> None:
    head = "From: a@site.example\nSubject: Export\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"

    found = reading_file("a.eml", f"{head}Content-Transfer-Encoding: 8bit\n\n{proquest((MILL, BUS))}")

    assert [article.title for article in found.articles] == [MILL.title, BUS.title]


RIS = "TY  - NEWS\nT1  - One\nA1  - Lund, Peter\nA1  - Moss, Ida\nJF  - The Vale\nY1  - 2032/03/04/\nN2  - It is sold.\nER  - \n"


def test_ris_holds_abstracts_and_says_so(reading_file: Any) -> None:
    found = reading_file(
        "a.ris", f"\ufeff{RIS}\r\n{RIS.replace('One', 'Two').replace('N2  - It is sold.', 'AB  - Not sold.')}"
    )

    assert [(article.title, article.date, article.raw_text) for article in found.articles] == [
        ("One", "2032-03-04", "It is sold."),
        ("Two", "2032-03-04", "Not sold."),
    ]
    assert found.articles[0].metadata["author"] == "Peter Lund and Ida Moss"
    assert found.remarks[1] == "abstracts only: RIS does not carry full texts"


def test_ris_may_lack_an_abstract_an_end_or_the_day(reading_file: Any) -> None:
    found = reading_file(
        "a.ris", RIS + RIS.replace("N2  - It is sold.\n", "") + RIS.replace("ER  - \n", "").replace("/03/04/", "///")
    )

    assert [article.date for article in found.articles] == ["2032-03-04", "2032"]
    assert [left.reason for left in found.left_out] == ["has no text (title “One”)"]
    assert '"ER  -" is missing: the file may be cut off' in found.remarks


def test_ris_without_ends_is_not_swallowed(reading_file: Any) -> None:
    found = reading_file("a.ris", RIS.replace("ER  - \n", "") + RIS.replace("sold", "bought"))

    assert found.texts == ["It is sold.", "It is bought."]
    assert '"ER  -" is missing: the file may be cut off' in found.remarks


def test_wisers(reading_file: Any) -> None:
    rule, dashes = "=" * 30, "-" * 30
    parts = "".join(
        f"{rule}\n{n}. 山谷日報 - (舊磨坊變學校) 2032-03-04 A0{n} 林文\n{dashes}\n市議會買下磨坊。\n校長說等了九年。{n}\n\n文章編號: 2032{n}\n版权所有\n"
        for n in (1, 2)
    )

    found = reading_file("a.txt", f"慧科\n\n{parts}{rule}\n")

    article = found.articles[0]
    assert len(found.articles) == 2
    assert (article.title, article.date, article.source) == ("舊磨坊變學校", "2032-03-04", "山谷日報")
    assert body(article) == ["市議會買下磨坊。", "校長說等了九年。1"]


# Kikuzo, Yomidasu, Integrum


def test_kikuzo(reading_file: Any) -> None:
    def entry(number: int, text: str) -> str:
        cells = "".join(
            f'<td class="topic-list">{cell}</td>'
            for cell in (f"0000{number}", "<nobr>2032年</nobr><nobr>03月04日</nobr>", "朝刊", "１総", "001")
        )
        return (
            f'<tr><td><table class="topic-list"><tr>{cells}</tr></table><table class="topic-detail"><tr><td>'
            f'<span class="font002">古い水車小屋{number}</span></td></tr><tr><td>{text}</td></tr></table></td></tr>'
        )

    text = (
        '<div class="detail001">　町は<span style="font-weight:bold">水車</span>を買った。<br>\n　校長は喜んだ。</div>'
    )
    found = reading_file("a.html", f"<html><table>{entry(1, text)}{entry(2, '')}</table></html>")

    (article,) = found.articles
    assert (article.title, article.date, article.source) == ("古い水車小屋1", "2032-03-04", "朝刊")
    assert body(article) == ["町は水車を買った。", "校長は喜んだ。"]
    assert [left.reason for left in found.left_out] == ["has no text (title “古い水車小屋2”)"]
    assert "the source is the edition, because the file does not name the paper" in found.remarks


def test_yomidasu_with_blanks_before_its_declaration(reading_file: Any) -> None:
    def entry(number: int) -> str:
        cells = "".join(
            f"<th>{cell}</th>" for cell in (number, "2032.03.04", "水車小屋", "&#26481;&#20140;朝刊", "一面", "01頁")
        )
        return (
            f'<div id="heiseiDetailArea"><table class="contentsTable"><tr>{cells}</tr></table></div>'
            f'<div><p class="mb10">　町は買った。<br />　校長は喜んだ。{number}</p></div>'
        )

    page = f'\n\t\n<?xml version="1.0"?>\n<html xmlns="x"><body><div id="heiseiDetailArea">印刷</div>{entry(1)}{entry(2)}</body></html>'
    found = reading_file("a.html", page)

    assert [article.source for article in found.articles] == ["東京朝刊", "東京朝刊"]
    assert body(found.articles[1]) == ["町は買った。", "校長は喜んだ。2"]


def test_integrum(reading_file: Any) -> None:
    entry = (
        "<div><table><tr><td>^ИС:\n  Долина \n<br>^ДТ:\n 04.03.32\n<br>^АВ:\n Лунд П.\n<br>^ЗГ:\n Мельница\n"
        "<br></td></tr></table>"
        "<h3>Мельница</h3><pre>\n     Город купил\nстарую <b>мель</b>ницу.\n     Никто не знал.</pre></div>"
    )
    page = f'<html><META http-equiv="Content-Type" content="text/html; charset=windows-1251"><a href="#1">Мельница</a>{entry}{entry}</html>'

    found = reading_file("a.html", page.encode("cp1251"))

    article = found.articles[0]
    assert len(found.articles) == 2
    assert (article.title, article.date, article.source) == ("Мельница", "2032-03-04", "Долина")
    assert body(article) == ["Город купил старую мельницу.", "Никто не знал."]


def test_proquest_in_mails_with_anchors(reading_file: Any) -> None:
    def document(number: int) -> str:
        def field(name: str, value: str) -> str:
            return f'<p style="margin:0"><strong>{name}:  </strong>{value}</p>'

        return (
            f'<div><a name="DocID_MSTAR_{number}"></a><p></p><p style="font-weight:bold">A mill for {number}</p>{field("Author", "Lund, Peter")}'
            f'{field("Publication info", "The Vale ; Vale. [Vale]04 Mar 2032: A.2.")}<p><a href="x">ProQuest document link</a></p>'
            f'{field("Abstract", "<body>")}<p>An abstract.</p></body><p><strong>Full text: </strong><Text WordCount="9"><html><head><title></title></head>'
            f"<body><p>The town bought {number}.</p><p>Nobody\nknew.</p></body></html></Text></p>{field('Publication title', 'The Vale; Vale')}"
            f"{field('Publication date', 'Mar 4, 2032')}{field('ProQuest document ID', '77')}{field('Database', 'Vale')}</div>"
        )

    page = f"<html><head><title>ProQuest Export</title></head><body><p>Email 1 of 1</p>{document(1)}{document(2)}<p>Contact us</p></body></html>"
    mail = f"From: a@site.example\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n{page}"

    for name, content in (("a.html", page), ("a.eml", mail)):
        found = reading_file(name, content)
        assert [article.title for article in found.articles] == ["A mill for 1", "A mill for 2"]
        article = found.articles[1]
        assert (article.date, article.source, article.metadata["author"]) == ("2032-03-04", "The Vale", "Peter Lund")
        assert body(article) == ["The town bought 2.", "Nobody knew."]


def test_lines_around_a_title_of_europresse_are_kicker_and_author(reading_file: Any) -> None:
    old = europresse_old(
        '<span class="DocHeader">4 mars 2032</span><br><br>Tribune',
        "La ville dit non à tous.<p></p>Personne ne savait.",
    )
    new = (
        "<article><header><span class='DocPublicationName'>Le Val</span><span class='DocHeader'>Région, jeudi 4 mars 2032, p. 4</span>"
        "<div><p>RÉGION</p></div><div class='titreArticle'><p class='sm-margin-bottom'>Tribune</p><p class='titreArticleVisu'>Un moulin</p></div>"
        "<div>Pierre Loup</div></header><section><p>La ville dit non à tous.</p></div></section><footer>x</footer></article>"
    )

    for page in (old, new):
        article = reading_file("a.html", page).articles[0]
        assert [(article.text(one), one.role) for one in article.paragraphs][:2] == [
            ("Tribune", "kicker"),
            ("La ville dit non à tous.", "body"),
        ]
    assert article.metadata["author"] == "Pierre Loup"


def test_a_line_in_capitals_of_integrum_is_a_paragraph(reading_file: Any) -> None:
    page = (
        "<html><td>^ИС:\n Долина\n<br>^ДТ:\n 04.03.2032\n<br>^АВ:\n Лунд Пётр,\n<br>^ЗГ:\n Мельница\n<br></td><pre>\n     Город купил\nмельницу.\n"
        "175 ЛЕТ НАЗАД\n     Никто не знал.\n\nКонец.</pre></html>"
    )

    (article,) = reading_file("a.html", page).articles

    assert body(article) == ["Город купил мельницу.", "175 ЛЕТ НАЗАД", "Никто не знал.", "Конец."]
    assert article.metadata["author"] == "Лунд Пётр"
