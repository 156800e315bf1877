"""The words by which boxes and lines beside an article are known on news pages."""

from __future__ import annotations

import re

LINE_CHARACTERS = 320  # longer paragraphs are taken for the article's own
OFFER_CHARACTERS = 160  # "Get the app for goal alerts" is short


def words(text: str) -> frozenset[str]:
    """Return the words of a list."""
    return frozenset(text.split())


# Tags whose content is not the article's. Forms stay: some systems wrap the page in one.
TAGS = words("""
    script style noscript template iframe object embed svg math canvas audio video map nav aside
    footer figure figcaption dialog menu button select textarea input label option
""")
ROLES = words("""
    navigation banner contentinfo complementary dialog alertdialog search menu menubar toolbar
""")

# Names of boxes (class, id), taken apart at "-", "_" and capitals.
_BOXES = words("""
    share sharing sharedaddy sharer social sns addthis newsletter subscribe subscription suscripcion
    abo abonnement signup promo promotion promos paywall gate regwall piano meter related
    relatedposts relacionadas relacionados recirculation recirc recommended recommendations readmore
    popular trending ranking rank taboola outbrain sponsor sponsored advert advertisement
    advertising ads ad anzeige werbung cookie cookies consent cmp gdpr onetrust comments comment
    disqus respond breadcrumb breadcrumbs caption credit credits bio masthead nav navigation menu
    navbar sidebar widget ticker toolbar tools player podcast donate donation contact tagline badge
    download pagination pager skip copyright disclaimer tags toc footer foot app breaking
    box-related printonly interstitial modal popup overlay
""")
_PAIRS = re.compile(
    r"(?<![a-z])(?:read|more|most|latest|recent|also)[-_]?(?:more|next|on|from|read|stories|news|posts|galleries|articles|in|also)"
    r"|sign[-_]?up|visually[-_]?hidden|screen[-_]?reader|sr[-_]only|author[-_]?(?:bio|box|info)|twitter[-_]tweet"
    r"|instagram[-_]media|tiktok[-_]embed|fb[-_]post|app[-_]?(?:banner|promo)|post[-_]tags|jp-|print[-_](?:note|info)",
    re.IGNORECASE,
)
_NOT_NAMES = re.compile(r"^(?:category|tag|has|no|is|with|without|postid|post|type|page)[-_]")
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

# Names of the lines that tell who and when; read first, then taken out of the text.
_LINES = words("""
    byline by author authors writer date dateline-date published pubdate timestamp stamp posted
    signature firma autor auteur verfasser agency meta
""")

# How a paragraph begins that offers or leads elsewhere; a sentence of news does not.
_OPENING = re.compile(
    r"(?:read (?:more|next|also|on)|also read|more on|see also|related|watch(?: now)?|listen|now playing"
    r"|in pictures|photos?|video|gallery|recommended|lea también|lee también|le puede interesar"
    r"|lesen sie auch|mehr zum thema|lesetipp|auch interessant|(?:à )?lire aussi|(?:à )?voir aussi"
    r"|leggi anche|leia (?:também|mais)|lees ook|läs också|あわせて読みたい|関連記事|【関連】)\s*[:：|–—-]"
    r"|(?:advertisement|advertising|sponsored|promoted|anzeige|werbung|publicité|publicidad"
    r"|pubblicità|広告|ad loading)\s*(?:$|[:：…–—-])"
    r"|(?:foto|photo|image|picture|credit|source image|bild|crédit photo)\s*[:：]|©|\(c\) \d{4}"
    r"|sign(?: me)? up\b|subscribe\b|log ?in\b|register (?:now|here)\b|start (?:my|your) "
    r"|never miss\b|don['’]t miss\b|(?:have|got) a (?:tip|story)\b|to stop (?:getting|receiving) our"
    r"|(?:follow|like|support|contact|e-?mail|tell|visit|help) (?:us|our|me)\b"
    r"|join (?:us\b|our\b|[\d,.]+ |the (?:conversation|discussion))"
    r"|read (?:our|the (?:full|original|paper|study) )|listen to (?:our|this|the)\b"
    r"|(?:get|try|buy|read|see|watch|enjoy|discover|explore|support) (?:\w+ ){0,3}?(?:our|us)\b"
    r"|a version of this article appear|our standards:|this site is protected|by signing up\b"
    r"|you have (?:\d+ (?:free )?|read \d+ )articles?|already a (?:subscriber|member)"
    r"|this (?:article|story|content) is (?:only )?(?:for|available) (?:to )?(?:our )?(?:members|subscribers)"
    r"|not a subscriber|we value your privacy|we (?:and our (?:\d+ )?partners )?use cookies"
    r"|mit ihrer zustimmung|jetzt (?:kostenlos )?(?:anmelden|abonnieren|testen)|réservé aux abonnés"
    r"|abonnez-vous|inscrivez-vous|suscríba(?:se|te)\b|suscríbete\b|regístrese\b|abbonati\b|iscriviti\b"
    r"|assine\b|この記事をシェア|会員登録|会員限定|続きを読む|your email address will not",
    re.IGNORECASE,
)
# The same where the line is not a sentence: "Tagged accessibility, mapping", not "Tagged sharks swam."
_LABEL = re.compile(
    r"skip (?:to|advertisement)|leave a (?:reply|comment)|\d+ (?:thoughts|comments|responses|replies)\b"
    r"|posted in|tagged|filed under|tags?:|topics?:|share (?:this|on|full|via)|post to x\b|copy link"
    r"|print (?:this|article|page)|save (?:this|article|for later)|\d+ min(?:ute)? read|copyright\b"
    r"|webmaster\b|proudly powered|all rights reserved|alle rechte vorbehalten|tous droits réservés",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:get|download|try|buy|read|listen|watch|enjoy|order|win|become|click|tap|join|discover|explore|take)\b",
    re.IGNORECASE,
)
_GOODS = re.compile(
    r"\b(?:apps?|newsletters?|alerts?|podcasts?|competition|inbox|whatsapp|telegram|free trial|for free"
    r"|subscri\w+|membership|puzzle|e-?paper|pdf|in your)\b",
    re.IGNORECASE,
)
_ANYWHERE = re.compile(
    r"(?:^|[.!?] )(?:get unlimited access|cancel (?:anytime|any time|whenever)|to advertise, |enter our)"
    r"|\bread the rest of (?:this|the) (?:story|article)|\brecaptcha\b|\bmore about [A-Z][\w.]+ [A-Z]\w+\s*$"
    r"|\border reprints\b|\breport a typo\b|\bask for our rate card",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"(?:you (?:might|may) also like|more (?:on|from|in|about|stories|news|galleries|like this)\b|related|recommended"
    r"|most (?:read|popular|viewed)|latest (?:from|news|stories)|recent (?:posts|stories)|read (?:more|next|also)"
    r"|what to read|trending|popular\b|top stories|from our partners|from around the web|share this"
    r"|sponsored|partner content"
    r"|sign up|subscribe|newsletter|get our|comments?\b|leave a (?:reply|comment)|join the (?:conversation|discussion)"
    r"|\d+ (?:thoughts|comments|responses)\b|\w+ this next|lea también|te puede interesar"
    r"|más (?:leídas?|noticias|sobre)"
    r"|das könnte sie|mehr zum thema|meistgelesen|auch interessant|à lire|sur le même (?:sujet|thème)|les plus lus"
    r"|leggi anche|più letti|leia (?:também|mais)|mais lidas|lees (?:ook|meer)"
    r"|関連記事|関連ニュース|アクセスランキング|おすすめ"
    r"|we value your privacy|support (?:us|our)|advertisement)",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"\W*(?:corrections?|clarifications?|editor['’]s note|update|korrektur|berichtigung|anmerkung der redaktion"
    r"|corrección|fe de erratas|rectificatif|correctif|erratum|correzione|errata corrige|correção|rectificatie|訂正)\b"
    r"|(?:this|an earlier version of this) (?:article|story) (?:has been|was) (?:corrected|amended|updated)"
    r"|(?:an earlier|a previous) version of this",
    re.IGNORECASE,
)


def is_box(names: str) -> bool:
    """Return whether the class or id of an element calls it something beside the article."""
    return any(_names_a(_BOXES, name) or _PAIRS.search(name) for name in _names(names))


def is_line(names: str) -> bool:
    """Return whether the class or id of an element calls it a line of author or date."""
    return any(_names_a(_LINES, name) for name in _names(names))


def is_promotion(text: str, outlet: str = "") -> bool:
    """Return whether a paragraph offers or links something instead of telling the news."""
    if len(text) > LINE_CHARACTERS or is_correction(text):
        return False
    if _OPENING.match(text) or _ANYWHERE.search(text):
        return True
    if _LABEL.match(text) and not text.endswith((".", "!", "?")):
        return True
    if not _IMPERATIVE.match(text) or len(text) > OFFER_CHARACTERS:
        return False
    return bool(_GOODS.search(text)) or bool(outlet and outlet.lower() in text.lower())


def is_promoting_heading(text: str) -> bool:
    """Return whether a heading introduces a list of other things."""
    return len(text) < 100 and bool(_HEADING.match(text))


def is_correction(text: str) -> bool:
    """Return whether a paragraph corrects the article, and so belongs to it."""
    return bool(_CORRECTION.match(text))


def _names(names: str) -> list[str]:
    return [name for name in names.split() if not _NOT_NAMES.match(name)]


def _names_a(known: frozenset[str], name: str) -> bool:
    return name.lower() in known or any(part.lower() in known for part in _NAME_PARTS.findall(name))
