"""Lines that are made of a page's own words: its buttons, its sections, its headings over links."""

from __future__ import annotations

import re

# What buttons do and what they do it to. One of these makes a line furniture if the rest of it is known too.
_BUTTONS = frozenset(
    """
    ad ads advert adverts advertise advertisement advertisements advertising advertiser advertisers app apps article
    articles audio author authors bookmark bookmarks browser caption captions carousel click clipboard column columns
    comment comments commenting cookie cookies copyright correction corrections coverage digest donate donation
    donations download e-mail e-mails editorial email emails embed episode episodes facebook faq feedback flipboard
    fullscreen gallery galleries graphic graphics headline headlines images inbox infographic instagram
    javascript link linkedin links login logout mastodon menu messenger navigation news newsfeed newsletter
    licensing newsletters notification notifications page pages password paywall permissions photos
    pinterest pocket podcast podcasts poll popup post posts print privacy promo promoted quiz reddit republish
    reprint reprints rss screenshot share shares sharing shortcut sidebar signup sitemap slideshow slideshows
    snapchat sponsor sponsored sponsors stories story subscribe subscriber subscribers subscribing subscription
    subscriptions tag tags telegram threads thumbnail tiktok toggle topic topics transcript transcripts trending
    tumblr tweet tweets twitter typo unlock unsubscribe update updates upgrade url username viber video videos view
    watch webcast website weibo whatsapp widget youtube google vk wechat bluesky digg delicious stumbleupon mixx
    aktualisiert anmelden anzeige artikel drucken kommentare kommentar merken newsletter teilen weiterlesen werbung
    abonner abonnez-vous commentaires commentaire envoyer imprimer lire partager publicité s'abonner
    comentarios comentar comentario compartir correo enviar imprimir noticias publicidad regístrate suscríbete
    abbonati commenti condividi iscriviti leggi notizie stampa delen reacties artikelen advertentie
    compartilhar comentários notícias udostępnij komentarze reklama dela kommentarer annons del annonse prenumerera
    """.split()
)

# What stands beside them, and in menus. Alone they may head a part of the article or be the end of a sentence.
_BESIDE = frozenset(
    """
    about accept account add advanced again agree alerts all also archive around audience available back below best
    breaking browse business by cancel careers categories category change channel channels choice choose close code
    collapse commented community conditions contact content continue continues contributor contributors copied copy
    culture current daily dark day default delete desktop details dig digital disable discover discussion dismiss
    edit edition editor editor's editors editors' editor's email enable end english enlarge enter entertainment
    environment events exclusive expand explore external fact fact-check favorite favourite favorites feature
    featured features feed file filed finance first follow following followers font form forum free friend friends
    from full further general get gift give go guidelines health help hide highlights home hour hours icon image in
    info information install interactive international invalid item items jobs join jump just keep keywords language
    large larger last latest learn leave letter letters library life lifestyle like liked list listen live load
    loading local log lost main manage mark markets me media member members min mins minute minutes miss missed
    mobile mode money month monthly more morning most mute my name national nation navigate needed newest next night
    notes notice now number of offers official oldest on online only open opinion opinions options order originally
    other our outlets over overview paid partner partners pause people people's photo pick picks picture pictures pin
    play player playback please policies policy politics popular posted power powered preferences premium press preview
    previous prev product products profile programme programmes program promotion publish published publisher
    question questions quick quote quotes radio rate rating ratings reaction reactions read reader readers readers'
    reading recent recently recommend recommended recommendations region register registered registration related
    remove reply report reports request reserved reset results resume return review reviews right rights save saved
    schedule science scroll search section sections security see select send series services set settings shop shown
    show sign site size skip small social society sort sound source sources special sport sports star start submit
    suggest suggested suggestions support switch tab table tap team tech technology terms text thank thanks thank
    theme this time tip tips today today's tools top trailers travel tv type unmute up upcoming us use user users
    via viewed viewing views visit volume watched watching web week weekly weekend what what's whole wide window
    been closed code clipboard currently does exist everything existing longer requested thread wait yet
    word words world write writer writers yes you your further reader's readers' discussion conversation
    alle
    auch aviso cet cette con de del der des die dieser du el en et la le legal les los más mehr mit normas para plus por
    sur teilen todos todas tous uso ver von voir y zu zum zur diesen condizioni tutti su questo questa articolo artículo
    """.split()
)
_SECTIONS = frozenset(
    """
    africa america americas analysis arts asia asia-pacific auto books britain business china climate commentary
    companies courts crime culture defence defense economy editorial education election elections energy
    entertainment environment europe exclusive explainer fashion features film finance food foreign global government
    health history immigration india insight international interview investigation justice law life lifestyle local
    markets media middle east military money music nation national news obituary opinion people perspective policy
    politics profile property real estate region religion russia science security society space sport sports style
    tech technology television theatre trade transport travel uk ukraine us us-china video war weather wildlife women
    world
    """.split()
)
_BETWEEN = frozenset(
    "a an and any are as at be been being but can did do does don't for has have if into is it its my no not or so than"
    " that the their them there these they to too we will with would yet & + x".split()
)
_WORD = re.compile(r"[^\W_]+(?:['-][^\W\d_]+)*|&")
_MOST_WORDS = 9
# Of these a sentence or a head of the article may speak as well: "This is the story.", "The watch on the Rhine".
_TOLD_OF = frozenset(
    "article articles author authors column columns headline headlines images link links news page pages photos poll"
    " post posts print share shares stories story topic topics update updates video videos view watch".split()
)


def is_of_page_words(line: str) -> bool:
    """Whether a line says nothing but what the page around an article says, whichever page it is.

    One word in three may be unknown if it is written like the name of the page: "Install the Lamp app".

    Args:
        line: The line with straight apostrophes.
    """
    if line.count(" ") >= _MOST_WORDS:
        return False
    words = _WORD.findall(line)
    n_buttons = n_told_of = n_names = 0
    for word in words:
        small = word.lower()
        if small in _TOLD_OF:
            n_told_of += 1
        elif small in _BUTTONS:
            n_buttons += 1
        elif small not in _BESIDE and small not in _BETWEEN and not small.isdecimal():
            if not word[0].isupper() or len(word) == 1:
                return False
            n_names += 1
    if n_names and (line[-1] in ".?" or "|" in line or n_buttons + n_names == len(words)):
        return False
    if n_names or line[-1] in ".!?":
        return n_buttons > 0 and len(words) > 2 and 3 * n_names <= len(words)
    return n_buttons + n_told_of > 0


def is_page_word(small: str) -> bool:
    """Whether a word in small letters is one of those that pages are made of."""
    return small in _BUTTONS or small in _BESIDE


def is_of_sections(small: str) -> bool:
    """Whether a line in small letters names a section of a newspaper, or a section and its part."""
    words = _WORD.findall(small)
    return 0 < len(words) <= 4 and all(word in _SECTIONS or word in ("and", "&", "the") for word in words)
