"""What sites put around an article, as patterns of whole lines.

To add one: add a pattern to a rule (or a rule with a name), which the whole line must match, upper and lower case alike
unless `cased`. Then add a line that it takes and a real paragraph that it must leave to
tests/ingest/test_boilerplate.py.

A pattern is worth having only when no reporter would write the line as a paragraph: a line too many in the text costs a
reader a second, a paragraph lost costs the dataset its quotes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

# `top`: before the third line that stays. `start`: before the first. `end`: nothing that stays follows.
Place = Literal["any", "top", "start", "end"]


@dataclass(frozen=True)
class BoilerplateRule:
    """Patterns under one name; a line of more than `words` words is taken for a paragraph."""

    name: str
    pattern: re.Pattern[str]
    place: Place
    words: int


def _rule(name: str, *patterns: str, place: Place = "any", words: int = 25, cased: bool = False) -> BoilerplateRule:
    return BoilerplateRule(name, re.compile("|".join(patterns), 0 if cased else re.IGNORECASE), place, words)


# --- pieces ---
ITEM = r"(?:article|story|interview|brief|page|post|report|column|video|review|analysis|statement|live blog)"
BUTTON = (
    r"(?:share|save|print|e-?mail|mail|tweet|copy(?: link)?|link|bookmark|comments?|gift|whatsapp|facebook|twitter|x|"
    r"telegram|linkedin|reddit|messenger|more|text size|via|on|and|or|by)"
)
LETTER = (
    r"\b(?:newsletters?|e-?mails?|inbox|briefings?|alerts?|letters?|apps?|notifications|updates|digest|bulletins?|"
    r"access|whatsapp|by text|free trial)\b"
)
PLATFORM = r"(?:x|twitter|facebook|telegram|whatsapp|instagram|linkedin|youtube|google news)\b"
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
WEEKDAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b"
# What may stand in a line that is only a date and a time.
DATE = (
    rf"(?:{MONTH}\b\.?|{WEEKDAY}|(?<!\d)\d{{1,4}}(?:st|nd|rd|th)?(?![a-z\d])|\d{{1,2}}[:.]\d\d|[ap]\.?m\b\.?|"
    r"UTC|GMT|BST|CET|EE?T|E[SD]T|local time|hrs|at|on|of|ago|hours?|minutes?|mins?|days?|updated|published|last|"
    r"first|modified|posted|today|yesterday|\d+T[\d:]+Z?|[ ,.:;/|()•·–—-])"
)
# A name of two to four words: `Anna Kessel`, `R. Amadi`, `Lise Varga-Holm`, `ANNA KESSEL`.
NAME = r"(?:[A-Z](?:[\w’'-]+|\.)(?: (?:[A-Z](?:[\w’'-]+|\.)|de|van|von|al|bin|der|el|la)){1,3})"
DESK = r"(?:editor|correspondent|reporter|staff|writer|columnist|desk|bureau|chief|analyst|commentator|critic)"
WORK = r"(?:[Rr]eporting|[Ww]riting|[Ee]diting|[Cc]ompiled|[Ww]ritten|[Ee]dited|[Tt]ranslat(?:ed|ion))"
NAME_IN = rf"{NAME}(?: in [A-Z][\w ]{{2,25}})?"
PICTURE = r"(?:photo(?:graph)?|picture|image|file photo|pic|illustration|graphic|map|video)s?"
CREDIT = r"(?:PHOTO(?:GRAPH)?|PICTURE|IMAGE|FILE PHOTO|Photo(?:graph)?|Picture|Image)[Ss]?(?: [Cc]redit| [Bb]y)? ?:"
AGENCY = r"(?:AFP|AP|EPA|EPA-EFE|Reuters|Getty(?: Images)?|Bloomberg|Xinhua|Shutterstock)"
AI = r"(?:ai|a\.i\.|artificial intelligence)"

# --- rules, in the order in which they are asked ---
RULES: tuple[BoilerplateRule, ...] = (
    _rule(
        "share",
        rf"(?:share|save|print|bookmark|e-?mail|tweet)(?: (?:this|the) {ITEM})?:?(?:[ ,|/·•:]+{BUTTON})*[.!]?",
    ),
    _rule(
        "comments",
        r"(?:\d+|no) comments?(?: \(\d+\))?",
        r"(?:show|view|read|leave|post|add|join) (?:\w+ ){0,3}(?:comments?|conversation)(?: \(\d+\))?",
    ),
    _rule(
        "sign_up",
        rf"(?:sign ?up|subscribe|register|join)\b(?: now| today| here| free)?(?: ?[:!–—-]| for| to)(?=.*{LETTER}).*",
        r"(?:sign up|subscribe|register)\b(?: now| today| here| for free)?(?:: .{3,80}|[.!]?)",
        rf"get (?:the|our|your|all|breaking|more|unlimited|daily|weekly|free|latest|alerts|news)\b"
        rf"(?!.*\b(?:said|says)\b).*{LETTER}(?:.*[^.])?",
        r"download (?:the|our) [^.]{0,40}\bapp\b[^.]{0,40}",
    ),
    _rule("sign_up", r"subscribe (?:to|for|from)\b[^.“\"]{3,80}", words=12),
    _rule(
        "paywall",
        r"(?:to )?continue reading\b.*\b(?:register|registering|subscri\w+|free|account|log in|access)\b.*",
        r"this (?:article|story|content) is (?:only )?(?:for|available to) (?:our )?subscribers\b.*",
        r"already a (?:subscriber|member)\?.*",
        r"(?:support|donate to) (?:our|independent|quality) journalism\b.*",
    ),
    _rule(
        "cookies",
        r"(?:(?:this|our) (?:web)?site|we)(?: and our partners)? uses? cookies\b(?!.*\b(?:said|says)\b).*",
        r"by (?:continuing to (?:use|browse)|using) (?:this|our) (?:web)?site\b.*",
        r"(?:accept|manage|reject)(?: all)?(?: your)? (?:cookies|cookie (?:settings|preferences|choices))\b[^.]{0,40}",
        words=60,
    ),
    _rule(
        "read_also",
        r"(?:read (?:also|more|next|on|now)|also read|see also) ?[:|>→].*",
        r"more(?: news)? (?:from|on) [^.]{2,50}[:|>→].*",
        r"(?:recommended(?: for you)?|you (?:may|might) (?:also )?like|don.t miss|in pictures) ?[:|>→].*",
        r"(?:watch|watch now|listen|trending|top stories|editor.s picks?) ?[:|>→].*",
        r"related(?: (?:stories|articles|topics|content|coverage|news))? ?[:|>→].*",
    ),
    _rule(
        "read_also",
        r"read (?:more|also|next)(?: (?:on|about|from|leading|related|top)\b[^.]{0,60})?",
        r"see also|recommended for you|top stories|editor.s picks?|you (?:may|might) also like",
        r"related (?:stories|articles|topics|content|coverage|news)",
        r"more on this (?:story|topic)|more from [^.:]{2,30}:?",
        words=9,
    ),
    _rule(
        "most_read",
        r"(?:most|best) (?:read|popular|viewed|shared|watched)"
        r"(?: (?:in|on|now|today|this week)\b[^.]{0,30}| stories| articles)?(?: ?[:|–—-].*)?",
    ),
    _rule("follow", r"follow (?:this )?(?:topics?|story|author)\b ?(?:[:|].*)?"),
    _rule(
        "follow",
        rf"(?:follow|like|join|find) (?:us|our (?:channel|page)|[\w ]{{2,30}}) on {PLATFORM}[^.]*[.!]?",
        words=16,
    ),
    _rule("topics", r"(?:topics?|tags?|filed under|categor(?:y|ies)|keywords?|key events) ?:.*"),
    _rule(
        "ai_summary",
        rf"(?:this (?:summary|article summary) (?:was|is) )?{AI}[- ](?:generated|assisted)"
        r"(?: (?:summary|content|text))?[.:]?",
        r"(?:this )?(?:summary|overview|key points) (?:was |were |is )?(?:generated|created|written|produced) "
        rf"(?:by|with|using) {AI}\b.*",
        rf"{AI}[- ]?(?:generated )?summary ?:.*",
        words=90,
    ),
    _rule(
        "advertisement",
        r"(?:advertisement|advertising|advert|ad|sponsored(?: (?:content|by .{2,40}))?|promoted|paid content)"
        r"(?: ?[-–—:|] ?[^.]{0,60})?",
        r"(?:the |this )?(?:story|article|report) continues (?:below|after)\b.{0,40}",
        r"continue reading below\.?",
        words=10,
    ),
    _rule(
        "photo_credit",
        rf"[\[(]?{PICTURE}(?: (?:credit|source|by|courtesy of))?s? ?[:/] ?(?:[A-Z]\. ?){{0,2}}[^.]{{2,50}}[\])]?\.?",
        rf"[\w .’'-]{{2,40}}(?:/| via ){AGENCY}(?: ?[/|] ?[\w ]{{2,20}})?",
        r"view (?:image|photo|gallery)s?(?: in fullscreen)?",
        words=9,
    ),
    _rule("photo_credit", r"image (?:source|caption|credit),.*"),
    _rule("photo_credit", r"[A-Z]{2,}(?:/[A-Z]{2,})* PHOTO", r"PHOTO BY [A-Z .'’/-]{4,40}", cased=True),
    # The credit closes the caption: `Soldiers pass a burnt bus on Tuesday. PHOTO: MNA`, `(Radu Pell/MNA)`.
    _rule(
        "caption",
        rf".{{8,300}}?[\[(]?{CREDIT} ?(?:[A-Z]\. ?){{0,2}}[^.:]{{2,40}}(?:/ ?[A-Z]\. ?[^.:]{{2,30}})?[\])]?\.?",
        rf".{{8,300}} \({NAME}(?: via [A-Z]\w+)?/ ?[A-Z][\w ]{{1,30}}\)\.?",
        rf".{{8,300}} \([A-Z]{{2,}}/ ?{NAME}\)\.?",
        words=45,
        cased=True,
    ),
    _rule("caption", r"(?:photo|picture|file photo|image) ?(?:\(above\)|caption) ?:.*", words=60),
    _rule(
        "byline",
        rf"(?:[Bb]y|BY|(?:Words|Report|Story|Text) by) (?:our )?{NAME}(?:(?:,| and| &) {NAME})*"
        r"(?:(?: in|,? for|,? at|, with|,| \||/) [^.!?:;“\"]{2,60})?",
        r"(?:[A-Z][\w’'-]*\s){1,4}(?:staff|staff (?:writer|reporter)s?|news desk|newsroom|reporters?|correspondent)",
        place="top",
        words=16,
        cased=True,
    ),
    _rule(
        "byline",
        rf"{NAME}, (?:[\w’' -]{{1,40}} )?{DESK}(?:,? (?:in|at|for) [\w ]{{2,30}})?",
        place="top",
        words=10,
    ),
    _rule(
        "published",
        rf"(?:first |originally |last )?(?:published|updated|posted|modified|issued)\b(?=.*\d){DATE}*",
        r"this (?:article|story|report|interview) (?:was )?(?:first |originally )?(?:published|appeared) "
        r"(?:on|in|by|at) .*",
        words=20,
    ),
    _rule("date_line", rf"(?=.*\d)(?=.*[a-z]{{3}}|.*[:/.-]\d){DATE}+", place="top", words=10),
    _rule(
        "reading_time",
        r"(?:[\w ]{2,30} \| )?\d+[- ]min(?:ute)?s? read",
        r"reading time:? \d+ min\w*|listen to this \w+(?: \(.*\))?",
        words=9,
    ),
    _rule(
        "copyright",
        r"(?:copyright )?(?:©|\(c\)) ?.*",
        r"copyright (?:19|20)\d\d\b.*",
        r"(?:.{0,40}\. )?all rights reserved\b.{0,60}",
    ),
    _rule(
        "reporting_by",
        r"[(\[]?(?:additional|further|extra) (?:reporting|writing|editing|research) by "
        r"(?!(?:the|a|an) )[^“\"]{3,200}?[)\]]?\.?",
        r"(?:with |additional )(?:reporting|input|inputs|files|contributions|assistance) (?:by|from) [^“\"]{3,120}",
        r"[^“\"]{3,120}? contributed (?:reporting )?to this (?:report|story|article)\.?",
        words=30,
    ),
    _rule(
        "reporting_by",
        rf"[(\[]?{WORK} by {NAME_IN}(?:(?:, and|,| and|;(?: {WORK} by)?) {NAME_IN})*[)\]]?\.?",
        words=40,
        cased=True,
    ),
    _rule(
        "edited",
        r"(?:this|the) (?:interview|transcript|conversation|text|letter) (?:was|has been) "
        r"(?:lightly )?(?:edited|condensed|shortened) (?:for|and)\b.*",
        words=20,
    ),
    _rule(
        "views", r"(?:the )?(?:views|opinions) expressed\b.* (?:their|his|her|the author[’']?s?) own\b.{0,60}", words=30
    ),
    _rule(
        "live_page",
        r"live ?[-–—|:] ?(?:this|the) page\b.*",
        r"this (?:page|blog|live blog) (?:updates automatically|is no longer being updated|will be updated)\b.*",
        r"(?:we are|we[’']re|that[’']s|this) .{0,30}\blive (?:coverage|blog|page|updates)\b"
        r".*(?:thank|here|now|for today|closed|ended).*",
    ),
    _rule(
        "contact",
        r"(?:press|media) (?:contacts?|office|inquiries|enquiries) ?:.*",
        r"got a (?:tip|story|question)\?.*|have your say\b ?[:?].*",
        r"letters(?: to the editor)? ?: ?\S+@\S+|(?:contact|write to|e-?mail) us(?: (?:at|on|via)\b.*|[:.]?)",
    ),
    _rule("see_page", r"[^.“\"]{3,40}: see (?:all|page|more|full|our|the full)\b[^.]{0,40}", words=12),
    _rule(
        "navigation",
        r"[\w ]{2,30}(?: ?[>›»] ?[\w &’'-]{2,40}){2,}|home ?[>›»|/] ?[\w &]{2,40}",
        r"(?:[^\W\d][^|.,“\"!?\d]{1,30} \| )+[^|.,“\"!?\d]{2,30}",
        r"back to top|(?:show|see|load|view) more|skip to (?:main )?content|main menu|menu|loading\.*",
        r"click here\b.{0,40}|tap to \w+.{0,30}",
        r"(?:terms (?:of (?:use|service)|and conditions)|privacy policy)(?: ?\|.*)?",
        words=14,
    ),
    _rule("kicker", r"[A-Z]{3,}(?: [A-Z]{2,}){0,2}", place="start", words=3, cased=True),
    _rule(
        "kicker",
        r"(?:the )?(?:[\w’'-]+ )?(?:leading article|leader|editorial|opinion|analysis|comment|interview|profile)",
        r"(?:the )?(?:[\w’'-]+ )?(?:explainer|obituary|exclusive|breaking(?: news)?|live|feature|long read)",
        place="start",
        words=4,
    ),
    _rule(
        "about_author",
        rf"{NAME} (?:covers|reports on|writes (?:about|on|for)) [^“\"]{{3,80}}\.?",
        rf"{NAME} is (?:an? |the )?[^“\".]{{0,40}}{DESK}\b[^“\".]{{0,60}}\.?",
        place="end",
        words=18,
        cased=True,
    ),
    _rule("end_mark", r"#{2,}|-? ?30 ?-|ends|\*{3,}", place="end", words=2),
)
