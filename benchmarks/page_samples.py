"""Pages as outlets build them, with known bodies: two dozen layouts, filled with invented stories."""

# ruff: noqa: E501 - a page is read more easily in lines of its own

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from random import Random

_WHO = (
    "the harbour master",
    "a spokeswoman for the mill",
    "the younger of the two surveyors",
    "the parish council",
    "a retired lock keeper",
    "the director of the museum",
    "one of the ferrymen",
    "the minister for inland waters",
    "a buyer who did not want to be named",
    "the choir’s treasurer",
)
_DID = (
    "said on Monday that the old weir would be kept for another winter",
    "refused to sign the paper that the bank had sent",
    "asked for a second count of the barges, and was given one",
    "told a full hall that nobody had been asked about the bell",
    "spoke for an hour about the price of tar",
    "warned that the reeds would take the path back within five years",
    "called the plan for a car park “a joke that has gone on too long”",
    "showed this newspaper eleven letters, none of which had been answered",
    "agreed to pay for the roof if the walls were repaired first",
    "denied that any of the lamps had been sold",
)
_WHY = (
    "because the level of the river has fallen since the spring",
    "although the contract runs out at the end of the month",
    "while the engineers waited outside with their instruments",
    "after a meeting that had begun at noon and ended in the dark",
    "which came as a surprise to those who had voted the other way",
    "and nobody in the room could remember a precedent",
    "since the insurance covers ice but not the damage that it does",
    "as the wind turned and the first of the boats came in",
)
_MORE = (
    "The decision will be read out in every church of the valley.",
    "It is the third such quarrel in as many years, and the shortest.",
    "“We were promised a bridge, and what we got was a drawing of one,” she said.",
    "Records in the town hall go back to 1804 and mention no toll.",
    "The figures, which were made public last week, tell another story.",
    "Whether that is enough will be known when the frost comes.",
    "A report is due in March; its authors have asked for more time.",
    "He put down his hat, looked at the water and said that he had seen worse.",
)
_HEADS = ("A roof of its own", "What the ledger says", "Tar and timber", "The view from the lock", "No precedent")
_GERMAN = (
    "Der Rat der Gemeinde hat am Donnerstag beschlossen, das alte Wehr einen weiteren Winter lang stehen zu lassen.",
    "Drei Mitglieder stimmten dagegen, weil ihnen die Kosten für die Ausbesserung der Mauer zu hoch erschienen.",
    "„Wir haben nie eine Antwort auf unsere Briefe bekommen“, sagte die Sprecherin der Mühle nach der Sitzung.",
    "Der Pegel des Flusses ist seit dem Frühjahr gefallen, und die Kähne liegen mit dem Kiel auf dem Sand.",
    "Ein Gutachten soll im März vorliegen; seine Verfasser haben um mehr Zeit gebeten, als ihnen zustand.",
)
_SPANISH = (
    "El concejo decidió el jueves conservar la vieja presa un invierno más, pese a las protestas de los molineros.",
    "Tres vocales votaron en contra porque el precio de la reparación del muro les pareció demasiado alto.",
    "«Nadie respondió a nuestras cartas», dijo la portavoz del molino al término de la reunión.",
    "El nivel del río ha bajado desde la primavera y las barcas descansan sobre la arena de la orilla.",
    "Un informe debe presentarse en marzo; sus autores han pedido más tiempo del que les correspondía.",
)
_JAPANESE = (
    "村議会は木曜日、古い堰をもう一冬残すことを決めた。水車小屋の持ち主たちは最後まで反対した。",
    "三人の議員は、石垣の修理にかかる費用が高すぎるとして反対票を投じた。",
    "「私たちの手紙には一度も返事がなかった」と水車小屋の代表は会議の後に話した。",
    "川の水位は春から下がり続けており、舟は岸の砂の上に横たわっている。",
    "報告書は三月に出る予定だが、執筆者たちは期限の延長を求めている。",
)
_ARABIC = (
    "قرر مجلس القرية يوم الخميس الإبقاء على السد القديم شتاء آخر رغم اعتراض أصحاب الطواحين.",
    "وصوت ثلاثة أعضاء ضد القرار لأن تكلفة إصلاح الجدار بدت لهم أعلى مما ينبغي.",
    "وقالت المتحدثة باسم الطاحونة بعد الجلسة إن أحدا لم يرد على رسائلهم منذ الربيع.",
    "وانخفض منسوب النهر منذ بداية العام، وباتت القوارب راقدة على رمل الضفة.",
    "ومن المنتظر أن يصدر تقرير في شهر مارس، غير أن مؤلفيه طلبوا مهلة إضافية.",
)


@dataclass
class Story:
    """What a page is filled with; every sentence is given out once."""

    title: str
    dek: str
    author: str
    sentences: Iterator[str]

    def paragraphs(self, n: int) -> list[str]:
        """The next paragraphs of the article."""
        return list(islice(self.sentences, n))


@dataclass(frozen=True)
class Sample:
    """A page, and what of it is the article: its paragraphs and the heads of its parts."""

    name: str
    html: str
    body: tuple[str, ...]
    heads: tuple[str, ...] = ()


def _english(random: Random) -> Iterator[str]:
    for number in count(1):
        who, did, why = random.choice(_WHO), random.choice(_DID), random.choice(_WHY)
        yield f"{who[0].upper()}{who[1:]} {did}, {why}. {random.choice(_MORE)} That makes {number + 3} in all."


def _story(seed: int, sentences: tuple[str, ...] | None = None) -> Story:
    random = Random(seed)
    found = _english(random) if sentences is None else iter(sentences * 4)
    return Story(
        random.choice(("Weir to stand another winter", "No answer from the mill", "Barges counted twice")),
        "A quarrel over a wall, eleven letters and a bell divides the valley.",
        random.choice(("Ida Solberg", "Jon Eide", "Marit Vik")),
        found,
    )


def _p(paragraphs: list[str], given: str = "") -> str:
    return "".join(f"<p{given}>{paragraph}</p>\n" for paragraph in paragraphs)


def _page(story: Story, body: str, head: str = "", language: str = "en", given: str = "") -> str:
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{story.title} - The Valley Post'
        f"</title>{head}<style>p {{ margin: 0 }}</style></head><body{given}>{body}"
        '<script>window.loaded = "<p>Not a paragraph.</p>";</script></body></html>'
    )


_NAV = "".join(f'<li><a href="/{name}">{name.title()}</a></li>' for name in ("news", "river", "sport", "letters"))
_TEASERS = (
    (
        "Ice on the upper locks",
        "The first boats of the year have been turned back at the upper locks, as they are each year.",
    ),
    (
        "A bell for the chapel",
        "Nobody knows who paid for the bell, but everybody has heard it since the first of the month.",
    ),
    (
        "Two sheep, one owner",
        "A court has decided to whom the sheep belong that crossed the river on a Sunday morning.",
    ),
)
_SAID = "I have lived by this river for forty years and never read such nonsense, whoever may have written it."


def _cards(kind: str) -> str:
    return "".join(
        f'<div class="{kind}"><div><a href="/x"><h4>{head}</h4></a><div><p>{text}</p></div></div></div>'
        for head, text in _TEASERS
    )


def semantic(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(9)
    return (
        _page(
            story,
            f"<header><nav><ul>{_NAV}</ul></nav></header><main><article><header><h1>{story.title}</h1><p class=standfirst>"
            f"{story.dek}</p><p class=byline>By {story.author}</p><time datetime=2024-03-01>1 March 2024</time></header>"
            f"{_p(body[:3])}<figure><img src=a.jpg alt=''><figcaption>The weir in March. Photo: {story.author}</figcaption>"
            f"</figure><h2>{_HEADS[0]}</h2>{_p(body[3:6])}<aside><h3>Read next</h3>{_cards('card')}</aside><h2>{_HEADS[1]}"
            f"</h2>{_p(body[6:])}</article></main><footer><p>© The Valley Post. All rights reserved.</p></footer>",
        ),
        body,
        list(_HEADS[:2]),
    )


def div_soup(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(8)
    related = "".join(f"<li><a href='/x'>{head}</a></li>" for head, _ in _TEASERS)
    return (
        _page(
            story,
            f"<div id=wrap><div class=topbar><ul>{_NAV}</ul></div><div class='row'><div class='col-8'><h1>{story.title}</h1>"
            f"<div class=meta>{story.author} | 1 March 2024</div><div class='txt'>{_p(body[:4])}<div class=related-stories>"
            f"<b>More on this</b><ul>{related}</ul></div>{_p(body[4:])}</div></div><div class='col-4 sidebar'>"
            f"{_cards('teaser')}</div></div><div class=ft>Imprint | Privacy | Contact</div></div>",
        ),
        body,
        [],
    )


def tables(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(7)
    menu = "<br>".join(f'<a href="/{n}"><font size=1>{n.title()}</font></a>' for n in ("news", "river", "sport"))
    return (
        _page(
            story,
            f"<table width=100%><tr><td width=120>{menu}</td><td><font size=5><b>{story.title}</b></font><br><br>"
            f"<font size=2>{'<br><br>'.join(body)}</font><br><br></td><td width=160><font size=1>Advertisement</font></td>"
            "</tr></table><center><font size=1>Copyright 1999 The Valley Post</font></center>",
        ),
        body,
        [],
    )


def blog(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(8)
    comments = "".join(
        f"<li class=comment><cite>reader{n}</cite><p>{_SAID} And I mean all {n} of them.</p></li>" for n in range(6)
    )
    return (
        _page(
            story,
            f"<div class='site-header'><ul class=menu>{_NAV}</ul></div><div class='post hentry'><h1 class=entry-title>"
            f"{story.title}</h1><div class=entry-content>{_p(body)}</div><div class=sharedaddy><ul><li><a>Tweet</a></li><li>"
            f"<a>Share</a></li></ul></div><div class=author-bio><p>{story.author} writes about the river and keeps bees, "
            f"neither of which pays.</p></div><div class=related-posts>{_cards('rp')}</div></div><div id=comments><h3>6 "
            f"thoughts on this</h3><ol class=commentlist>{comments}</ol></div><div id=secondary class=widget-area><h3>Archives"
            "</h3><ul><li><a>March 2024</a></li></ul></div>",
        ),
        body,
        [],
    )


def amp(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(6)
    return (
        _page(
            story,
            f"<amp-sidebar id=s><ul>{_NAV}</ul></amp-sidebar><article class=amp-wp-article><h1>{story.title}</h1>"
            f"<div class=amp-wp-article-content>{_p(body[:2])}<amp-ad width=300 height=250><div placeholder>Advertisement"
            f"</div></amp-ad>{_p(body[2:])}<amp-img src=a.jpg></amp-img></div></article><amp-consent><div>We use cookies "
            "to remember that you do not like them. <button>Accept</button></div></amp-consent>",
        ),
        body,
        [],
    )


def paywall(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(3)
    return (
        _page(
            story,
            f"<nav><ul>{_NAV}</ul></nav><div class=article><h1>{story.title}</h1><div class=article-text>{_p(body)}</div>"
            "<div class='paywall-box'><h3>Read the whole story</h3><p>This article is for subscribers. Subscribe now and read"
            " everything for one crown a week, for as long as you like.</p><button>Subscribe</button><p>Already a subscriber?"
            " Log in here to go on reading where you stopped.</p></div></div><footer>© The Valley Post</footer>",
        ),
        body,
        [],
    )


def live_blog(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(10)
    entries = "".join(
        f"<div class=live-entry><time>1{n}:05</time><h3>{head}</h3>{_p(body[2 * n : 2 * n + 2])}"
        "<div class=share-tools><a>Share</a><a>Copy link</a></div></div>"
        for n, head in enumerate(_HEADS)
    )
    return (
        _page(story, f"<nav>{_NAV}</nav><main><h1>{story.title}</h1><div class=live-feed>{entries}</div></main>"),
        body,
        list(_HEADS),
    )


def interview(story: Story) -> tuple[str, list[str], list[str]]:
    answers = story.paragraphs(6)
    questions = [f"And what did you say to them then, for the {n}th time?" for n in range(4, 10)]
    asked = "".join(f"<p><strong>{q}</strong></p><p>{a}</p>" for q, a in zip(questions, answers, strict=True))
    body = [text for pair in zip(questions, answers, strict=True) for text in pair]
    return _page(story, f"<div class=story><h1>{story.title}</h1><div class=story__body>{asked}</div></div>"), body, []


def list_of_things(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(10)
    parts = "".join(
        f"<h2>{n}. {head}</h2><figure><img><figcaption>Picture: Valley Archive</figcaption></figure>"
        f"{_p(body[2 * n - 2 : 2 * n])}"
        for n, head in enumerate(_HEADS, 1)
    )
    heads = [f"{n}. {head}" for n, head in enumerate(_HEADS, 1)]
    return (
        _page(story, f"<ul class=nav>{_NAV}</ul><article><h1>{story.title}</h1>{parts}</article>{_cards('promo')}"),
        body,
        heads,
    )


def chunks(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(12)
    parts = "<div class=ad-slot><span>Advertisement</span></div>".join(
        f"<div class=body__chunk><div class=grid><div class='c-8'>{_p(body[n : n + 3])}</div></div></div>"
        for n in range(0, 12, 3)
    )
    return _page(story, f"<header><ul>{_NAV}</ul></header><main><h1>{story.title}</h1>{parts}</main>"), body, []


def many_comments(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(5)
    said = "".join(
        f"<div class=c-item><span class=who>user {n}</span><div class=c-text><p>{_SAID} That is what {n} of us think.</p>"
        "</div><a>Reply</a></div>"
        for n in range(20)
    )
    return (
        _page(
            story,
            f"<nav>{_NAV}</nav><article><h1>{story.title}</h1><div class=text>{_p(body)}</div><section class='reader-comments'>"
            f"<h3>20 comments</h3>{said}</section></article>",
        ),
        body,
        [],
    )


def banners(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(7)
    return (
        _page(
            story,
            "<div class='cookie-notice' role=dialog><p>We and our 812 partners store information on your device, such as the"
            " colour of your boat, and read it again.</p><button>I agree</button></div><div class='modal newsletter'><p>Get"
            " the river’s level every morning, before everybody else does, in your letter box.</p><form><input><button>Sign"
            f" up</button></form></div><nav><ul>{_NAV}</ul></nav><main><h1>{story.title}</h1><p class=dek>{story.dek}</p>"
            f"{_p(body)}</main>",
        ),
        body,
        [],
    )


def gallery(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(6)
    slides = "".join(
        f"<div class=slide><img><div class=slide-caption>The weir seen from the {side}, on a morning without wind.</div><div"
        ">1 of 4</div></div>"
        for side in ("north", "east", "south", "west")
    )
    return (
        _page(
            story,
            f"<nav>{_NAV}</nav><article><h1>{story.title}</h1>{_p(body[:2])}<div class=photo-gallery>{slides}</div>"
            f"{_p(body[2:])}</article>",
        ),
        body,
        [],
    )


def broken(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(6)
    return (
        f"<title>{story.title}</title><div><ul><li><a href=/>Home<li><a href=/r>River</ul><h1>{story.title}</h2>"
        f"<div><p>{'<p>'.join(body)}</div></div></span><div class=footer><p>All rights reserved",
        body,
        [],
    )


def bare(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(6)
    return (
        f"<html><body><p><a href=/>Home</a> | <a href=/r>River</a></p><h2>{story.title}</h2>{_p(body)}<hr><p><a href=/>Back"
        " to the start</a></p></body></html>",
        body,
        [],
    )


def quotes(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(7)
    quoted = "“The water was there before us, and it does not read newspapers,” says the order from 1804."
    return (
        _page(
            story,
            f"<nav>{_NAV}</nav><main><article><h1>{story.title}</h1>{_p(body[:3])}<blockquote><p>{quoted}</p></blockquote>"
            f"{_p(body[3:5])}<aside class=pullquote>{body[1][:80]}</aside>{_p(body[5:])}</article></main>",
        ),
        [*body[:3], quoted, *body[3:]],
        [],
    )


def lists(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(6)
    items = [f"Lock number {n}: open from dawn, closed when the water stands above {n + 2} feet" for n in range(1, 6)]
    listed = "".join(f"<li>{item}</li>" for item in items)
    return (
        _page(
            story,
            f"<nav><ul>{_NAV}</ul></nav><div class=post><h1>{story.title}</h1><div class=post-body>{_p(body[:3])}<ul>{listed}"
            f"</ul>{_p(body[3:])}</div></div><div class=tags><a>weir</a><a>mill</a></div>",
        ),
        [*body[:3], *items, *body[3:]],
        [],
    )


def hashed(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(9)
    data = json.dumps({"@type": "NewsArticle", "headline": story.title, "articleBody": "\n".join(body)})
    deep = "".join(
        f"<div class='css-{n}x'><div><p class='css-1k2'>{text}</p></div></div>" for n, text in enumerate(body)
    )
    return (
        _page(
            story,
            f"<div id=__next><div class=css-9a><div class=css-0b>{_NAV}</div><div class=css-7c><h1 class=css-2q>{story.title}"
            f"</h1><section class=css-5>{deep}</section></div><div class=css-7d><div class=css-8>{_cards('css-3')}</div></div>"
            "</div></div>",
            head=f'<script type="application/ld+json">{data}</script>',
        ),
        body,
        [],
    )


def teasers_inside(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(8)
    box = f"<div class='box box--more'><div class=box-in>{_cards('item')}</div></div>"
    return (
        _page(
            story,
            f"<nav>{_NAV}</nav><div class=main><div class=left><h1>{story.title}</h1>{_p(body[:4])}{box}{_p(body[4:])}</div>"
            f"<div class=right>{_cards('r')}</div></div>",
        ),
        body,
        [],
    )


def one_form(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(7)
    return (
        _page(
            story,
            f"<form id=aspnetForm><div class=menu><ul>{_NAV}</ul></div><div class=content><h1>{story.title}</h1><span "
            f"class=date>1 March 2024</span>{_p(body)}</div><div class=search><input><button>Search</button></div></form>",
        ),
        body,
        [],
    )


def opinion(story: Story) -> tuple[str, list[str], list[str]]:
    body = story.paragraphs(8)
    return (
        _page(
            story,
            f"<nav>{_NAV}</nav><article><div class=kicker>Opinion</div><h1>{story.title}</h1><p class=subtitle>{story.dek}</p>"
            f"<div class=byline>{story.author}</div><section class=prose>{_p(body, ' class=par')}</section><footer><p class="
            f"author-bio>{story.author} is the author of a history of tar.</p></footer></article>",
        ),
        body,
        [],
    )


def _foreign(
    language: str, related: str, comments: str, legal: str
) -> Callable[[Story], tuple[str, list[str], list[str]]]:
    def made(story: Story) -> tuple[str, list[str], list[str]]:
        body = story.paragraphs(5)
        said = story.paragraphs(5)  # what readers say, which is what the article says
        return (
            _page(
                story,
                f"<ul class=nav>{_NAV}</ul><main><h1>{story.title}</h1><div class=texto>{_p(body)}</div><section class="
                f"{related}><ul><li><a>Tar</a></li></ul></section><section id={comments}>{_p([f'{s} {s}' for s in said])}"
                f"</section></main><footer>{legal}</footer>",
                language=language,
            ),
            body,
            [],
        )

    return made


def samples() -> Iterator[Sample]:
    """Every layout, three times, with three stories."""
    english = (
        *(semantic, div_soup, tables, blog, amp, paywall, live_blog, interview, list_of_things, chunks, many_comments),
        *(banners, gallery, broken, bare, quotes, lists, hashed, teasers_inside, one_form, opinion),
    )
    for number, layout in enumerate(english):
        for seed in range(3):
            html, body, heads = layout(_story(10 * number + seed))
            yield Sample(f"{layout.__name__} {seed + 1}", html, tuple(body), tuple(heads))
    foreign = (
        ("de", _GERMAN, _foreign("de", "mehr-zum-thema", "kommentare", "Alle Rechte vorbehalten")),
        ("es", _SPANISH, _foreign("es", "relacionadas", "comentarios", "Todos los derechos reservados")),
        ("ja", _JAPANESE, _foreign("ja", "related", "comments", "無断転載を禁じます")),
        ("ar", _ARABIC, _foreign("ar", "related-stories", "comments", "جميع الحقوق محفوظة")),
    )
    for language, sentences, made in foreign:
        html, body, _ = made(_story(1, sentences))
        yield Sample(f"in {language}", html, tuple(body))
