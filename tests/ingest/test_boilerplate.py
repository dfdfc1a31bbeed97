"""Lines that each boilerplate rule removes, and paragraphs that must stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.config import CONFIGS
from pipeline.core.errors import ConfigError
from pipeline.core.language import DateWords, load_language
from pipeline.ingest.boilerplate import BoilerplateFinder, load_boilerplate, strip_boilerplate

FINDER = BoilerplateFinder(load_boilerplate("en"), load_language("en").dates)

FIRST = "Gunners on both banks of the Anse kept quiet for a sixth night."
SECOND = "The mayor of Ostry said the bakery would open again on Friday."

ANYWHERE = [
    ("Share this article", "share"),
    ("Share | Save | Print", "share"),
    ("Share this brief: Mail | Copy link", "share"),
    ("12 comments", "comments"),
    ("Leave a comment (3)", "comments"),
    ("Sign up now: get the Ledger's evening briefing in your inbox", "sign_up"),
    ("Sign up for our weekly newsletter", "sign_up"),
    ("We are glad to have you here. Sign up for Northwire's newsletter to receive the best of the day.", "sign_up"),
    ("FREE BRIEFING • Sign up to the Ledger's evening newsletter, with all the news of the islands", "sign_up"),
    ("To learn more about the lease, subscribe to Lorne Review and watch its film", "sign_up"),
    ("Lorne Review is now on YouTube. Click here to subscribe and watch our films.", "sign_up"),
    ("Support the Courier or become our patron!", "sign_up"),
    ("After newsletter promotion", "sign_up"),
    ("Privacy notice: Newsletters may contain advertisements.", "sign_up"),
    ("Help Tarr, join the collection. You will pay the money at relief.example >>>", "paywall"),
    ("You can find more information about the islands on the main page of the Courier.", "read_also"),
    ("You can read more latest information on courier.example.", "read_also"),
    ("You can follow the talks in Belhaven in our live coverage", "read_also"),
    ("The latest reports about the talks can be followed in live coverage HERE.", "read_also"),
    ("Read the full story, which also looks at the lease of 1957, here:", "read_also"),
    ("The rest of the article is below the video material:", "read_also"),
    ("See the video. Who owns the hill? Dr Amadi explains", "read_also"),
    ("Watch the evening news live on Radio Elin", "read_also"),
    ("Cover photo: Office of the President", "photo_credit"),
    ("Photos courtesy of the Foreign Office of Alvenia", "photo_credit"),
    ("Radu Pell/Meridian News/Kestpress Images", "photo_credit"),
    ("President Gavrel meets farmers in Sorrin. Radu Pell/MNA", "caption"),
    ("1:02 Nobody will take the hill, says Gavrel – video", "caption"),
    ("Video Ad Feedback New pictures show the hill. 01:33", "caption"),
    ("NEW You can now listen to Northwire articles!", "reading_time"),
    ("Always provide an active hyperlink to the original material.", "copyright"),
    ("Northwire's Anna Kessel and Marlo Tennant contributed reporting.", "reporting_by"),
    ("Reporting from Anna Kessel, Marlo Tennant and Lise Varga-Holm", "reporting_by"),
    ("Do you have an opinion on this story? Write to us.", "contact"),
    ("Expand", "navigation"),
    ("Subscribe for full access: first month 1 crown", "sign_up"),
    ("Get alerts for this story in the Courier app", "sign_up"),
    ("Continue reading your free article by registering", "paywall"),
    ("Already a subscriber? Log in", "paywall"),
    ("We use cookies to count our readers. Accept | Settings", "cookies"),
    ("Accept all cookies", "cookies"),
    ("Read also: What the ferryman kept in his shed", "read_also"),
    ("Related stories", "read_also"),
    ("Most read in World", "most_read"),
    ("Most read: 1. The old piano 2. Storm shuts the airport", "most_read"),
    ("Follow topic: Lesk Basin | Prisoners", "follow"),
    ("Follow us on Facebook and Telegram", "follow"),
    ("AI generated", "ai_summary"),
    ("AI-generated summary: A truce holds. Prices fall.", "ai_summary"),
    ("Advertisement", "advertisement"),
    ("ADVERTISEMENT. Continue reading below", "advertisement"),
    ("Story continues below the advertisement", "advertisement"),
    ("PHOTO: MNA", "photo_credit"),
    ("Picture: J. Moll/Kestpress", "photo_credit"),
    ("Soldiers walk past a burnt-out bus in Minska Dol on Tuesday. PHOTO: NORTHWIRE", "caption"),
    ("Boats laid up at Skerry Haven last week. PHOTO: B. CORAM", "caption"),
    ("A combine waits outside Brestik (Radu Pell/MNA)", "caption"),
    ("Published at 09:20, updated 11:45", "published"),
    ("Published March 12, 2024, 5:40 p.m.", "published"),
    ("4 min read", "reading_time"),
    ("Published at 17:45 · 4 min read", "published"),
    ("© 2024 Northwire. All rights reserved.", "copyright"),
    ("All rights reserved", "copyright"),
    ("Additional reporting by Lise Varga-Holm in Sorrin; editing by R. Amadi", "reporting_by"),
    ("(Reporting by Anna Kessel in Tolvar; Editing by Marlo Tennant)", "reporting_by"),
    ("Northwire contributed to this report.", "reporting_by"),
    ("This interview has been edited for length and clarity.", "edited"),
    ("LIVE – this page is no longer being updated", "live_page"),
    ("Got a tip? Write to the live desk", "contact"),
    ("Home > News > Islands", "navigation"),
    ("Weather desk | Tides | Ferries", "navigation"),
]
REAL = [
    "“Share this message with everyone you know on the other bank,” the bishop told the crowd.",
    "Share prices in Tolvar fell by a third after the bridge was hit.",
    "Sign-up sheets for the convoy were pinned to the church door by noon.",
    "Subscribers of the gas company will get a refund in May, the ministry said.",
    "We use cookies as bait, the biologist said, because foxes cannot resist them.",
    "By Tuesday, the queue for bread reached the customs house.",
    "By Hook or by Crook",
    "Photographs show smoke above the reservoir at dawn.",
    "Photo opportunities were few, because both ministers left by the back door.",
    "Advertisements for cheap flats have vanished from the walls of Kolm.",
    "Most read the paper in silence; one old man wept.",
    "Most people here read two papers: one from each bank.",
    "Copyright law will not help him, the painter said.",
    "Follow the river to Zelen and you pass eleven checkpoints.",
    "Follow-up talks are planned in Belhaven on 4 April.",
    "Published maps of the minefields stop at the mill.",
    "Updated figures put the dead at 41, the army said on Monday.",
    "Additional reporting duties were placed on the monitors in March.",
    "Reporting by the monitors shows that the guns came back within a week.",
    "Research by the Lorne Centre suggests that every second truce breaks in its first month.",
    "AI-generated images of the burning bridge spread on Tuesday, the ministry warned.",
    "Related families on both banks have asked for a crossing.",
    "Watch the ferry long enough, the pilot said, and you know who is winning.",
    "REYK: We count, we write it down, we go home.",
    "Q: Will you sign?",
    "Renn: not one village.",
    "TOLVAR, 11 March – The president left for Belhaven on Monday.",
    "Halvane, the editor who printed the map, was fined on Friday.",
    "The foreign minister, in a letter published on Monday, ruled out any handover of the Basin.",
    "‘Smart and tired’",
    "What the plan says",
    "The colonel shook his head. He said no more (and his aide closed the door).",
    "Register of mines: 400 entries so far, officers said, and the list grows by ten a day.",
    "Read also how he put it in 2019: “We will never sell what we have buried our sons in.”",
    "Trade fell 12 per cent | exports by 9, the bank said.",
    "Home is where the guns are not, she said.",
    "Help for the islands was slow: the collection in Tolvar brought 900 crowns, and donations stopped in May.",
    "More soldiers were seen on the main road to Ostry.",
    "You can follow the river from the bridge to the mill in our atlas of the Basin.",
    "See the full extent of the damage from the tower, the mayor wrote, and you will not sleep.",
    "Watch the video, the widow said, and count the boats.",
    "The rest of the article was never ratified.",
    "Sign up for the army, the posters say; few do.",
    "The team is now on Facebook's list of banned groups, and nobody reads it, the minister said.",
    "Sources: that was all the clerk would say.",
    "The president of Tarr said yes (Alvenia said no). He left for Belhaven.",
    "The minister is the author of the plan.",
    "The interview was edited by the palace before it ran, two people who saw both versions said.",
    "All rights of the islanders are reserved in the second clause, the lawyer said.",
    "Tags: that is what the deminers call the ribbons on the fence, “one for every night we slept badly”.",
]  # fmt: skip


def strip(lines: list[str], publisher: str | None = None, finder: BoilerplateFinder = FINDER) -> list[str]:
    """Return the lines without boilerplate."""
    return strip_boilerplate(lines, finder.find(lines, publisher))


@pytest.mark.parametrize(("line", "rule"), ANYWHERE)
def test_line_is_removed(line: str, rule: str) -> None:
    assert [(r.line, r.rule) for r in FINDER.find([FIRST, SECOND, FIRST, line, SECOND])] == [(3, rule)]


@pytest.mark.parametrize("line", REAL)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_paragraph_stays(line: str, place: int) -> None:
    lines = [FIRST, SECOND, FIRST]
    lines.insert(place, line)
    assert strip(lines) == lines


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("By Anna Kessel, Northwire correspondent", "byline"),
        ("By Marlo Tennant in Belhaven", "byline"),
        ("Rupert Fane, Diplomatic Editor", "byline"),
        ("Daily Ledger staff", "byline"),
        ("Monday, March 11, 2024", "date_line"),
    ],
)
def test_top_lines_are_removed_only_at_the_top(line: str, rule: str) -> None:
    assert [r.rule for r in FINDER.find([line, FIRST, SECOND])] == [rule]
    assert strip([FIRST, SECOND, line, FIRST]) == [FIRST, SECOND, line, FIRST]


AT_THE_END = [
    "Dana Whitlock covers security for Northwire.", "Dana Whitlock is the author of The Lease of 1957.",
    "Northwire's Timothy A.B. Kessel", "(KL)", "kl", "MNA, VTS", "Source: MNA", "Author/author: KL/MB",
    "Authors: Anna Kessel, Marlo Tennant, and Lise Varga-Holm", "Author: Anna Kessel / Source: Radio Elin",
    "Reprinted from the author's page.", "The views expressed are the author's and not necessarily those of Northwire.",
]  # fmt: skip


@pytest.mark.parametrize("line", ["MNA BRIEFS", "Dubai NWN —", "Port Amsel, Corrin NWN News —"])
def test_some_lines_are_removed_only_at_the_start(line: str) -> None:
    assert strip([line, FIRST, SECOND]) == [FIRST, SECOND]
    assert strip([FIRST, line, SECOND]) == [FIRST, line, SECOND]


@pytest.mark.parametrize("line", AT_THE_END)
def test_some_lines_are_removed_only_at_the_end(line: str) -> None:
    assert strip([FIRST, SECOND, line, "© 2024 Northwire"]) == [FIRST, SECOND]
    assert strip([FIRST, line, SECOND]) == [FIRST, line, SECOND]


TEASER = "GAVREL SLAMS ENVOYS OVER HILL, VOWS 'NO RETREAT FROM A SINGLE VILLAGE'"


def test_headlines_of_other_stories_in_capitals_are_removed() -> None:
    assert strip([FIRST, SECOND, TEASER, FIRST, SECOND]) == [FIRST, SECOND, FIRST, SECOND]


@pytest.mark.parametrize(
    "lines",
    [
        [TEASER, FIRST, SECOND, FIRST],  # its own headline
        [FIRST, SECOND, "WHAT TO WATCH ON WEDNESDAY", FIRST],  # a heading of the article
        [FIRST, SECOND, "WILL THE ENVOYS GO BACK TO BELHAVEN BEFORE WINTER?", FIRST],
        [FIRST.upper(), SECOND.upper(), TEASER, FIRST],  # an article in capitals
    ],
)
def test_other_lines_in_capitals_stay(lines: list[str]) -> None:
    assert strip(lines) == lines


LONG = f"{FIRST} {SECOND} {FIRST}"


@pytest.mark.parametrize(
    "heading", ["Related stories", "READ MORE", "More on this story:", "Latest news from the islands"]
)
def test_titles_below_a_heading_of_other_stories_are_removed_inside_an_article(heading: str) -> None:
    titles = ["Five rounds in Belhaven: a timeline", "Gavrel: no joint administration of the hill"]
    assert strip([FIRST, heading, *titles, LONG, SECOND]) == [FIRST, LONG, SECOND]
    assert strip([FIRST, heading, LONG, *titles, LONG]) == [FIRST, LONG, *titles, LONG]
    assert strip([FIRST, LONG, "Read more", *titles]) == [FIRST, LONG, *titles]


def test_a_quotation_below_a_heading_of_other_stories_stays() -> None:
    quotation = "“We will not leave this hill”, said Gavrel"
    assert strip([FIRST, "Related stories", quotation, LONG]) == [FIRST, quotation, LONG]


def test_name_of_the_site_is_removed() -> None:
    assert strip(["Harbour Post", FIRST, SECOND], publisher="harbour post") == [FIRST, SECOND]
    assert strip(["Harbour Post", FIRST, SECOND]) == ["Harbour Post", FIRST, SECOND]


def test_summary_box_is_removed_with_its_quotations() -> None:
    box = ["- Envoys met to “get the guns off the river at last”.", "- Prices fell.", "AI generated"]
    assert strip([*box, FIRST, SECOND]) == [FIRST, SECOND]
    assert strip(["AI summary", *box[:2], FIRST]) == [FIRST]


def test_ordinary_list_stays() -> None:
    lines = [FIRST, "- No guns within a mile of the river.", "- Ferries sail by day.", SECOND]
    assert strip(lines) == lines


def test_caption_above_its_credit_is_removed() -> None:
    caption = "President Gavrel with farmers at the harvest fair in Sorrin on Sept 3."
    assert strip([FIRST, SECOND, caption, "PHOTO: VTS", SECOND]) == [FIRST, SECOND, SECOND]


@pytest.mark.parametrize(
    "paragraph",
    [
        "“We will not give up a single village,” President Gavrel said in Sorrin.",
        "The army said the guns fell silent at noon.",
        "Kestria rejected the plan on Sunday.",
        "The talks went on. Nobody smiled.",
        FIRST,
        "Shelling resumed near Harrow Ford on Tuesday.",
    ],
)
def test_paragraph_above_a_credit_stays(paragraph: str) -> None:
    assert strip([FIRST, SECOND, paragraph, "PHOTO: VTS", SECOND]) == [FIRST, SECOND, paragraph, SECOND]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("The lease expires in February. MNA", "The lease expires in February."),
        ("“We wait,” he said. KESTPRESS, VTS", "“We wait,” he said."),
        ("“We wait.” (MNA)", "“We wait.”"),
        ("The ship sailed under the flag of the KLM", "The ship sailed under the flag of the KLM"),
        ("He studied under Dr. VOSS", "He studied under Dr. VOSS"),
        ("It was signed at 5 p.m. GMT", "It was signed at 5 p.m. GMT"),
    ],
)
def test_signature_of_the_agency_is_removed(last: str, expected: str) -> None:
    assert strip([FIRST, last]) == [FIRST, expected]
    assert strip([last, FIRST]) == [last, FIRST]


def finder_of(folder: Path, file: str) -> BoilerplateFinder:
    """Return the boilerplate finder of a language `xx` whose file has this text."""
    (folder / "languages").mkdir()
    (folder / "languages/xx_boilerplate.yaml").write_text(file, encoding="utf-8")
    return BoilerplateFinder(load_boilerplate("xx", folder), DateWords(months=[["mai"]]))


def test_boilerplate_of_another_language(tmp_path: Path) -> None:
    file = "fragments: {DAY: [am, '\\d+']}\nrules: [{name: stand, place: top, patterns: ['stand {DAY} {MONTH}']}]\n"
    finder = finder_of(tmp_path, file)
    assert [r.rule for r in finder.find(["Stand 12 Mai", "Stand up", "Advertisement"])] == ["stand"]


def test_without_a_boilerplate_file_only_the_name_of_the_site_is_removed() -> None:
    finder = BoilerplateFinder(load_boilerplate("xx", CONFIGS), DateWords())
    assert strip(["Northwire", "Advertisement", FIRST, "PHOTO: VTS"], "Northwire", finder) == [
        "Advertisement", FIRST, "PHOTO: VTS"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("rules: [{name: x, patterns: ['(']}]", "`x` is no regular expression"),
        ("updated: '{WHEN}'", "`updated` names no fragment: 'WHEN'"),
        ("rules: [{name: x, patterns: [a], place: bottom}]", "rules.0.place"),
        ("fragments: {X: [on]}", "True is no word"),
        ("rules: [{name: x, patterns: ['(?:a+)+b']}]", "`x` takes exponential time"),
        ("rules: [{name: x, patterns: ['(?:\\w+ ?)*by us']}]", "`x` takes exponential time"),
        ("author: '(?:[a-z,]+,?)*:'", "`author` takes exponential time"),
    ],
)
def test_an_invalid_boilerplate_file_is_an_error(tmp_path: Path, file: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        finder_of(tmp_path, file)


@settings(deadline=None)
@given(st.lists(st.text(min_size=1) | st.sampled_from([line for line, _ in ANYWHERE])))
def test_explain_never_raises_and_names_lines(lines: list[str]) -> None:
    removals = FINDER.find(lines)
    assert all(lines[removal.line].endswith(removal.text) for removal in removals)
