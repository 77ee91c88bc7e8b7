"""Furniture by its wording: phrases that news pages put around an article, in several languages.

Lines that may also be sentences of the article are decided by their place (`annotator.ingest.roles.guess`).
"""

from __future__ import annotations

import re

from annotator.ingest.roles.calls_to_action import is_appeal
from annotator.ingest.roles.navigation_words import is_of_page_words
from annotator.ingest.roles.sentence_shape import LONGEST, PROSE_END, any_of, beginnings, may_begin
from annotator.text.word_lists import any_phrase, read_words

# Whole lines, in lower case and without marks around them.
_LINES = read_words(__file__, "furniture_lines")

# Beginnings of lines that are not sentences; what follows does not matter.
_LINE_STARTS = any_of(r"""
    (?:accéder|aller) (?:directement )?au contenu
    (?:zum|direkt zum) (?:inhalt|artikel|hauptinhalt)
    (?:saltar|ir|pasar) al contenido
    (?:vai|salta) al contenuto
    (?:ga|spring) naar (?:de )?(?:inhoud|hoofdinhoud)
    (?:temps de lecture|lesezeit|tiempo de lectura|tempo di lettura|leestijd|czas czytania)\b.{0,30}
    (?:artikel|beitrag) (?:an)?(?:hören|vorlesen|merken|teilen)\b.{0,20}
    (?:écouter|partager|enregistrer|imprimer) (?:l[’']article|cet article)
    article réservé aux abonnés
    (?:skip|jump|go)(?: directly| straight)? to (?:the )?(?:main |page )?(?:content|navigation|footer
    +|search|comments)
    (?:related story|related stories|related articles?|related coverage|related news|watch more
    +|listen more|more from \w+)\s*(?:[:|>–—-]|$)
    read more (?:on|about|from|at|in|here|stories|news|of our)\b
    (?:read|watch|listen|related|more|see)\s*[|:]\s*\S
    more (?:on|from|in|about) (?:.{2,45}$|\S+\.\w{2,} )
    \d{1,2}:\d\d [a-z].{8,80} [–—-] [a-z]{3,9}\.? \d{1,2}, \d{4}$
    .{2,40}: (?:more|full|complete|live|latest) (?:coverage|updates|stories)$
    more must-?reads\b
    more (?:stories|news|coverage) (?:from|on|like|about|in)\b
    next up in\b
    most (?:read|popular|viewed|shared|watched) (?:in|on|this|from|stories|now|today)\b
    (?:you (?:may|might|can) also (?:like|be interested)|recommended (?:by|from|for))\b
    list (?:\d+ of|of) \d+
    \d+ of \d+$
    \d+ (?:items|photos|images|pictures|videos)$
    share (?:this|on|to|via|or comment|with|full)\b.{0,90}$
    [\d.,]+ ?[km]? ?(?:shares?|views?|likes?|comments?|retweets?|reactions?|claps?|followers?|reads?)$
    comments?\s*[(:]?\s*\d+\)?$
    kommentare? ?\(\d+\)
    (?:the|our) [\w ’'&.-]{3,40} newsletter$
    never miss (?:a|an|our|any)\b.{0,60}$
    newsletter\s*[:|]
    stay (?:updated|up to date|informed|tuned)\b
    track (?:latest|the latest)\b.{0,100}(?:news|updates)
    follow (?:us|our (?:coverage|live|channel)|live|the latest)\b
    follow .{2,50} on (?:twitter|x|facebook|instagram|google)\b
    promoted ?listen
    video (?:duration|unavailable|length)
    media playback is
    (?:\d+|one|two|three|four|five)[ -]min(?:ute)?s?(?:[ -](?:read|listen|watch|video)|$)
    (?:estimated )?read(?:ing)? time\b
    heard on [A-Z]
    placeholder while\b
    open (?:this )?(?:photo|image|video) in(?: \w+){1,2}$
    advertisement\b.{0,40}$
    (?:story|article|report|text|content) continues (?:below|after)
    swipe (?:left|right|up)
    scroll (?:to|for|down)\b
    section\s*[:|]
    theme by
    powered by
    proudly powered
    website by
    (?:tags?|tagged|filed under|topics?|categor(?:y|ies)|posted (?:in|on|by)|key ?words?|labels|hashtags
    +|published in)\s*[:|]
    posted in [A-Z]\w
    posted on .{0,40}\d{4}
    tags [A-Z][\w ]{2,60}$
    source link
    by using (?:this|our) (?:web ?)?site
    \d+ (?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?) ago$
    (?:home|news|world|politics|business)\s*[>»›/]\s*\w
    \w[\w ]{1,20} [>»›] \w[\w ]{1,30}(?: [>»›] .{1,80})?$
    (?:#\w+[ ,]*)+$
    @\w+$
    \S+@\S+\.\w{2,}$
    .{2,60}\(@\w+\).{0,12} \d{4}$
""")

# Beginnings of lines and of sentences with which no article would begin a paragraph.
_STARTS = any_of(r"""
    (?:read more|also read|read also|see also|must read|read this|don[’']t miss|lesen sie (?:auch|mehr)
    +|mehr zum thema|lire aussi|à lire aussi|leer también|lea también|leggi anche)\s*[:|>–—-]
    (?:more|in charts?|in numbers|in photos|in pictures|in video|watch|listen)\s*:\s+\S
    here at (?:[\w’']+ ){0,2}[\w’']+,? we\b
    accessibility (?:help|links|statement)
    this is (?:an )?ai[- ]generated\b
    (?:reminder, )?this is a (?:premium|subscriber|members?)[- ](?:only )?article\b
    our mission is to (?:deliver|provide|bring you)\b
    what do you think\? (?:post|leave|share|tell|let)\b
    \W*(?:but )?we have a small favou?r to ask
    sign up (?:to|for|now|today|here|below|with) (?:our|the|us|free|a|daily|this|receive|get|[A-Z])
    sign up (?:now|today|here|below)
    (?:get|receive) (?:the|our|your|all the|all our|breaking|daily|exclusive|essential|top|more|free
    +|a daily|a weekly)\b.{0,120}(?:newsletters?|inbox|by e-?mail|e-?mailed|every (?:morning|evening
    +|week|day|weekday)|to your phone|alerts)\b
    (?:join|download) (?:our|us)\b.{0,80}(?:newsletter|app|channel|telegram|whatsapp|community)\b
    by (?:signing up|subscribing|submitting|clicking|entering|registering|continuing
    +|providing)\b.{0,160}(?:agree|accept|consent|terms|privacy|policy)
    enter your e-?mail
    your e-?mail address will not
    new ?you can now listen
    enjoy more audio
    your browser (?:does not|doesn)
    to (?:play|view|watch) this (?:video|content)
    video player is loading
    javascript (?:is|must)
    this video (?:file )?(?:can ?not|is not available|is no longer)
    tap here\b
    this is a carousel
    (?:copyright|\(c\)|©)\s*(?:©|\(c\))?\s*\d{4}
    ©\s?(?:\d{4}|.{2,60}\d{4})
    this (?:material|content) (?:may not|is (?:for|only|protected|copyright|subject|available to
    +|exclusive))
    (?:a |another |an (?:earlier|previous|original) |a previous )?version of this (?:article|story|post|piece|report)
    \((?:updates?|corrects?|adds?|recasts?|refiles?|rewrites?|repeats?|removes?|clarifies)\b
    (?:correction|clarification)\b[^.!?a-z]{0,40}:
    update\b[^.!?a-z]{0,40}:(?: this\b|.{0,40}$|.*\b(?:article|story|post|version|updated|headline|page|statement
    +|comments?)\b)
    this (?:story|article|post|piece|interview|column|essay|live ?blog|page|op-ed|commentary
    +|conversation|transcript) (?:was |is |has been |have been |originally |first |also )*(?:updated
    +|corrected|amended|edited|published|republished|produced (?:in|by|with)|supported by|funded by
    +|appeared|appears|translated|adapted|condensed|part of (?:a|the|our)|more than \d+ (?:year|month)
    +|(?:for|available to|exclusive to) (?:our )?subscribers|now closed|closed|written by|made possible
    +|developing|syndicated|based on an interview)\b
    this is a (?:developing|breaking) (?:news )?story
    except for
    \(except for the headline
    this (?:story|article) has not been
    \(this (?:story|article) has not been
    (?:story )?first published (?:on|in|by|at)\b
    originally published (?:on|in|by|at)\b
    (?:the )?(?:views|opinions?) (?:and opinions )?expressed (?:here|by|in)\b
    (?:people are|also|what others are|others are) (?:also )?reading\b
    editor[’']?s?[’']? note\s*(?:[:(—–-]|$)
    correction\s*(?:[:(,]|$)
    clarification\s*[:(]
    disclaimer\s*:
    the (?:views|opinions)(?: and opinions)? expressed\b.{0,80}\b(?:authors?|writers?|own|reflect|contributors?)\b
    (?:read|view|see) (?:the )?original\b
    (?:do you )?(?:have|got) (?:a )?(?:news |confidential |story )?tips?\b
    have an opinion (?:about|on)\b
    send (?:us )?(?:your |a )?(?:letters?|tips?|comments?|feedback)\b.{0,60}@
    our standards\s*:
    why you can trust\b
    help us (?:keep|continue)\b
    help (?:keep|support)\b.{0,60}(?:sharing|journalism|free|informed)
    we believe (?:that )?everyone deserves
    (?:please )?(?:support|consider supporting)\b.{0,60}(?:journalism|our work|newsroom|us today)
    will you support
    if you (?:value|like|enjoy|appreciate) (?:our|this|what)\b
    become a (?:member|subscriber|patron|supporter)\b
    are you relying on
    yes, i[’']ll give
    already (?:a )?(?:member|subscriber|have an account|registered)\b
    to (?:continue|keep) reading\b
    (?:get )?unlimited (?:digital )?access
    you have (?:read )?(?:\d+|one|no|reached)\b.{0,40}(?:free articles?|article limit)
    as a subscriber
    send any friend
    while you[’']re here
    write an article and join
    want (?:more|to (?:write|read|receive))\b.{0,80}(?:newsletter|inbox|sign up|subscribe|write\?)
    check back (?:for|soon|later)
    join thousands
    you must be logged in
    be the first to (?:comment|know)
    publishers named above
    il vous reste \d
    this (?:press )?release (?:contains|may contain) forward-looking
    dear readers?\b
    (?:skip past|after) newsletter promotion
    thanks for reading\b
    (?:npr )?transcripts are created\b
    no media source (?:is )?(?:currently )?available
    i would like to (?:be e-?mailed|receive|hear)\b
    loading\b.{0,30}\bloading\b
    join (?:our|the|thought-provoking) (?:commenting|conversations?|discussion|forum)\b
    our free (?:e-?mail|newsletter|app)\b
    a message from (?:our|the)\b
    for (?:more|live|the latest|all the latest)\b.{0,90}\b(?:visit|head to|go to|follow|download|subscribe
    +|click|check out|sign up)\b
    (?:paid for|sponsored|presented|powered) by\b
    a post shared by\b
    some (?:quotes|names|details|information)\b.{0,40}\b(?:have been|has been|were|came from|was provided)\b
    https?://\S+$
    www\.\S+$
    pic\.twitter\.com/
    pic\.x\.com/
    please (?:review|read|see|follow) our (?:community |comment |commenting |house )?(?:guidelines|rules|policy)
    we apologi[sz]e, but this (?:video|content|page)
    (?:send|share|tell) (?:it|them|your story|your photos|us your) (?:to|with|at)\b.{0,60}(?:us|@|whatsapp)
    read (?:about our|our (?:full )?(?:guidelines|methods|policy|terms))\b
    get an exclusive\b
""")

_INBOX = any_of(r"""
    (?:in|to|into|in to) your (?:e-?mail )?inbox
    sign up (?:for|to) (?:our|the|my)\b.{0,60}newsletter
    (?:subscribe|sign up) (?:here|now|today|below)\b
    you can unsubscribe at any time
    our free (?:daily |weekly |morning )?newsletter
    all rights reserved\b
    is a reader-supported (?:publication|newsletter)
    provides funding as a (?:founding )?(?:member|partner) of
    does not work for, consult, own shares
    (?:an?|the) (?:earlier|previous|original) version of this (?:article|story|post|piece|report)
    is not responsible for the content of external
""")

_DATES = any_of(r"""
    (?:(?:mon|tue|tues|wed|thu|thurs|fri|sat|sun)[a-z]*\.?,?\s+)?(?:\d{1,2}(?:st|nd|rd|th)?\.?[ -]?)?
    +(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?,?[ -]?(?:\d{1,2}(?:st|nd
    +|rd|th)?,?\s*)?(?:,? ?\d{4})(?:\W.{0,45}|\d{1,2}:\d\d.{0,20})?
    (?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{1,2}:\d\d.{0,20}
    \d{1,2} (?:january|february|march|april|may|june|july|august|september|october|november|december)
    (?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2}
    \d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:\W.{0,40})?
    \d{1,2}[.:]\d\d\W.{0,20}\d{4}
    \d{1,2}[.:]\d\d\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{2,5})?
""")

# Headings of lists of links, beside those of words/link_headers.txt.
_HEADERS = any_of(r"""
    related\b.{0,20}
    read more\b.{0,60}
    (?:also|see|must) read
    more (?:on|from|in|about|stories|news|to read|like|coverage)\b.{0,60}
    most (?:read|popular|viewed|shared|watched)\b.{0,40}
    trending\b.{0,20}
    latest (?:news|stories|headlines)
    recommended\b.{0,30}
    you (?:may|might)\b.{0,40}
    explore more\b.{0,40}
    tags?
    topics?
    editor.?s.? (?:picks?|choice)
    don.?t miss
    next up\b.{0,40}
    (?:more |further |other )?(?:stories|articles|posts|links|headlines)
    list \d+ of \d+
    share this:?
""")

# Patterns of small letters against small letters: a pattern that ignores case is several times slower.
_LINE_START = re.compile(f"(?:{_LINE_STARTS})".replace("A-Z", "a-z"))
_START = re.compile(f"(?:{_STARTS})".replace("A-Z", "a-z"))
_ANYWHERE = re.compile(rf"\b(?:{_INBOX})".replace("A-Z", "a-z"))
_DATE = re.compile(_DATES.replace("A-Z", "a-z"))
_HEADER = re.compile(rf"(?:{any_phrase(__file__, 'link_headers')}|{_HEADERS})\W*")
BEGINNINGS = beginnings(_STARTS)
"""How the sentences begin that may be furniture."""
_CREDITED = re.compile(r"(?:image|photo|picture|video|credit|photos|source)s?\s*:|image source\b")
_DATED = re.compile(
    r"(?:(?:story )?(?:first |originally )?(?:published|updated|posted(?! (?:in|by))|modified|issued on|date|created"
    r"|last (?:modified|updated|edited)|publication date)|publi[ée]e?(?: le)?|mis à jour|modifiée? le|veröffentlicht"
    r"|aktualisiert|stand:|publicado|actualizado|pubblicato|aggiornato|gepubliceerd|bijgewerkt|publicerad|uppdaterad"
    r"|publisert|oppdatert|publiceret|opublikowano|zaktualizowano|data publikacji)(?: on| at|:|\s).{0,25}?\d"
    r"|\d+ (?:minutes?|mins?|hours?|hrs?|days?) ago$"
)
_DIGIT = re.compile(r"\d")
_DAY = re.compile(
    r"(?:19|20)\d\d ?[年년] ?\d{1,2} ?[月월] ?\d{1,2} ?[日일]?"
    r"|\b(?:\d{1,2}(?:st|nd|rd|th)?\.? (?:of |de |del )?[^\W\d_]{3,12}\.?,? (?:de |del )?(?:19|20)\d\d"
    r"|[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d|\d{1,4}[./-]\d{1,2}[./-]\d{2,4})(?:\b|(?=\d{1,2}:))"
)
_YEAR_FIRST = re.compile(r"(?:19|20)\d\d\. [^\W\d_]{3,12} \d{1,2}\.(?: [^\W\d_]{4,10})?,?(?: \d{1,2}:\d\d)?")
"""A day as Hungarian writes it: "2026. március 9."."""
_BESIDE_DAY = re.compile(r"[^\W\d_]{3,}")
_MOST_BESIDE = 2
_LONGEST_LINE = 90
_LONGEST_DATE = 120
_TIME = re.compile(r"[\d.:]+ ?(?:[ap]\.?m\.?)? ?[a-z]{0,5}")
_SHOUTED = re.compile(r"(?:READ MORE|MORE (?:ON|FROM|IN)|RELATED) [A-Z]{2}")
_TEASED = ("read more", "learn more", "see more", "view more", "show more", "learn how", "read on", "read full story")
_TEASERS = (
    *(mark + words for mark in " ….])" for words in _TEASED),
    *("… read", "... read", "…read", "...read"),
)
_AFTER_TEASER = " .…»>→›]"
_MARKS = " !?:.…|>»›→«‹←*•·▶►+-–—_()[]"


def is_furniture(text: str) -> bool:
    """Whether a line is furniture by its wording."""
    if len(text) > LONGEST:
        return False
    small = text.lower()
    if len(text) < _LONGEST_LINE or not any(map(str.isalpha, small)):
        bare = small.strip(_MARKS).replace("’", "'")
        if bare in _LINES or not any(map(str.isalpha, bare)):
            return not _is_year(bare)
        if _DIGIT.search(small) and (is_date(text) or _TIME.fullmatch(small)):
            return True
        if (text[1:2].isupper() and _SHOUTED.match(text)) or _is_of_page(text, bare):
            return True
    if may_begin(small, BEGINNINGS) and _START.match(small):
        return True
    if PROSE_END.search(text[-6:]) is None and _LINE_START.match(small):
        return True
    if small.rstrip(_AFTER_TEASER).endswith(_TEASERS) or (may_call(small) and _ANYWHERE.search(small)):
        return True
    return is_appeal(small)


def may_call(text: str) -> bool:
    """Whether a word of `_INBOX` is there: searches for words are faster than one for a pattern."""
    return (
        "inbox" in text
        or "sign up" in text
        or "ubscribe" in text
        or "newsletter" in text
        or "ghts reserved" in text
        or "own shares" in text
        or "not responsible" in text
        or " version of " in text
        or " funding as " in text
        or "reader-supported" in text
    )


def is_header(text: str) -> bool:
    """Whether furniture heads a list of links: the lines below it that are not sentences belong to it."""
    names_link = len(text.partition(":")[2].split()) > 2
    return len(text) < 100 and not names_link and _HEADER.fullmatch(text.lower()) is not None


def _is_of_page(text: str, bare: str) -> bool:
    is_credit = bare.startswith("by ") or _CREDITED.match(bare) is not None
    return not is_credit and is_of_page_words(text.replace("’", "'"))


def is_dated(text: str) -> bool:
    """Whether a line says in words that it tells when an article was published or changed."""
    return is_date(text) and has_date(text) and _DATED.match(text.lower()) is not None


def has_date(text: str) -> bool:
    """Whether a line names the day of a year."""
    return _DAY.search(text.lower()) is not None


def is_date(text: str) -> bool:
    """Whether a line says when an article was published or changed, and nothing else."""
    if len(text) > _LONGEST_DATE or _DIGIT.search(text) is None:
        return False
    small = text.lower().removeprefix("on ")
    if (
        _TIME.fullmatch(small)
        or _is_year(small)
        or (small[-1:] in ".!?:" and not small.endswith((".m.", " г.", " р.")) and not _YEAR_FIRST.fullmatch(small))
    ):
        return False
    if _DATE.fullmatch(small) or _DATED.match(small) or _YEAR_FIRST.fullmatch(small):
        return True
    return len(small) < 40 and has_date(small) and len(_BESIDE_DAY.findall(_DAY.sub("", small))) <= _MOST_BESIDE


def _is_year(bare: str) -> bool:
    return len(bare) == 4 and bare.isdecimal() and bare[:2] in ("18", "19", "20")
