"""Lines that each boilerplate rule removes, and paragraphs that must stay."""

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

ANYWHERE = {  # by the name of the rule that removes them
    "share": ["Share this article", "Share | Save | Print", "Share this brief: Mail | Copy link"],
    "comments": ["12 comments", "Leave a comment (3)"],
    "sign_up": [
        "Sign up now: get the Ledger's evening briefing in your inbox", "Sign up for our weekly newsletter",
        "We are glad to have you here. Sign up for Northwire's newsletter to receive the best of the day.",
        "FREE BRIEFING • Sign up to the Ledger's evening newsletter, with all the news of the islands",
        "To learn more about the lease, subscribe to Lorne Review and watch its film",
        "Lorne Review is now on YouTube. Click here to subscribe and watch our films.",
        "Support the Courier or become our patron!", "After newsletter promotion",
        "Privacy notice: Newsletters may contain advertisements.", "Subscribe for full access: first month 1 crown",
        "Get alerts for this story in the Courier app",
    ],
    "paywall": [
        "Help Tarr, join the collection. You will pay the money at relief.example >>>",
        "Continue reading your free article by registering", "Already a subscriber? Log in",
    ],
    "read_also": [
        "You can find more information about the islands on the main page of the Courier.",
        "You can read more latest information on courier.example.",
        "You can follow the talks in Belhaven in our live coverage",
        "The latest reports about the talks can be followed in live coverage HERE.",
        "Read the full story, which also looks at the lease of 1957, here:",
        "The rest of the article is below the video material:", "See the video. Who owns the hill? Dr Amadi explains",
        "Watch the evening news live on Radio Elin", "Read also: What the ferryman kept in his shed",
        "Related stories", "Other topics of interest Ferries sail again The boats of Ostry were back on Monday.",
        "Who will own the hill after the lease? Read more", "MORE: Ferries sail again from Ostry",
    ],
    "photo_credit": [
        "Cover photo: Office of the President", "Photos courtesy of the Foreign Office of Alvenia",
        "Radu Pell/Meridian News/Kestpress Images", "PHOTO: MNA", "Picture: J. Moll/Kestpress",
    ],
    "caption": [
        "President Gavrel meets farmers in Sorrin. Radu Pell/MNA", '[caption id="a1"]The house above Lorne[/caption]',
        "1:02 Nobody will take the hill, says Gavrel – video", "Video Ad Feedback New pictures show the hill. 01:33",
        "Soldiers walk past a burnt-out bus in Minska Dol on Tuesday. PHOTO: NORTHWIRE",
        "Boats laid up at Skerry Haven last week. PHOTO: B. CORAM", "A combine waits outside Brestik (Radu Pell/MNA)",
        "Boats wait in Ostry on Monday. Nobody sails. (MNA Photo/Radu Pell, File)",
        "Image copyright MNA Image caption Boats wait in Ostry",
        "Media playback is unsupported on your device Media caption The envoy explains the lease",
    ],
    "reading_time": ["NEW You can now listen to Northwire articles!", "4 min read"],
    "copyright": [
        "Always provide an active hyperlink to the original material.", "© 2024 Northwire. All rights reserved.",
        "All rights reserved",
    ],
    "reporting_by": [
        "Northwire's Anna Kessel and Marlo Tennant contributed reporting.",
        "Reporting from Anna Kessel, Marlo Tennant and Lise Varga-Holm",
        "Additional reporting by Lise Varga-Holm in Sorrin; editing by R. Amadi",
        "(Reporting by Anna Kessel in Tolvar; Editing by Marlo Tennant)", "Northwire contributed to this report.",
    ],
    "contact": ["Do you have an opinion on this story? Write to us.", "Got a tip? Write to the live desk"],
    "navigation": ["Expand", "Home > News > Islands", "Weather desk | Tides | Ferries"],
    "cookies": ["We use cookies to count our readers. Accept | Settings", "Accept all cookies"],
    "most_read": ["Most read in World", "Most read: 1. The old piano 2. Storm shuts the airport"],
    "follow": ["Follow topic: Lesk Basin | Prisoners", "Follow us on Facebook and Telegram"],
    "ai_summary": ["AI generated", "AI-generated summary: A truce holds. Prices fall."],
    "advertisement": [
        "Advertisement", "ADVERTISEMENT. Continue reading below", "Story continues below the advertisement",
    ],
    "published": [
        "Published at 09:20, updated 11:45", "Published March 12, 2024, 5:40 p.m.", "Published at 17:45 · 4 min read",
    ],
    "edited": ["This interview has been edited for length and clarity."],
    "live_page": ["LIVE – this page is no longer being updated"],
}  # fmt: skip
REAL = [
    "“Share this message with everyone you know on the other bank,” the bishop told the crowd.",
    "Share prices in Tolvar fell by a third after the bridge was hit.",
    "Sign-up sheets for the convoy were pinned to the church door by noon.",
    "Subscribers of the gas company will get a refund in May, the ministry said.",
    "We use cookies as bait, the biologist said, because foxes cannot resist them.",
    "By Tuesday, the queue for bread reached the customs house.", "By Hook or by Crook",
    "Photographs show smoke above the reservoir at dawn.",
    "Photo opportunities were few, because both ministers left by the back door.",
    "Advertisements for cheap flats have vanished from the walls of Kolm.",
    "Most read the paper in silence; one old man wept.", "Most people here read two papers: one from each bank.",
    "Copyright law will not help him, the painter said.", "Follow the river to Zelen and you pass eleven checkpoints.",
    "Follow-up talks are planned in Belhaven on 4 April.", "Published maps of the minefields stop at the mill.",
    "Updated figures put the dead at 41, the army said on Monday.",
    "Additional reporting duties were placed on the monitors in March.",
    "Reporting by the monitors shows that the guns came back within a week.",
    "Research by the Lorne Centre suggests that every second truce breaks in its first month.",
    "AI-generated images of the burning bridge spread on Tuesday, the ministry warned.",
    "Related families on both banks have asked for a crossing.",
    "Watch the ferry long enough, the pilot said, and you know who is winning.",
    "REYK: We count, we write it down, we go home.", "Q: Will you sign?", "Renn: not one village.",
    "TOLVAR, 11 March – The president left for Belhaven on Monday.",
    "Halvane, the editor who printed the map, was fined on Friday.",
    "The foreign minister, in a letter published on Monday, ruled out any handover of the Basin.", "‘Smart and tired’",
    "What the plan says", "The colonel shook his head. He said no more (and his aide closed the door).",
    "Register of mines: 400 entries so far, officers said, and the list grows by ten a day.",
    "Read also how he put it in 2019: “We will never sell what we have buried our sons in.”",
    "Trade fell 12 per cent | exports by 9, the bank said.", "Home is where the guns are not, she said.",
    "Help for the islands was slow: the collection in Tolvar brought 900 crowns, and donations stopped in May.",
    "More soldiers were seen on the main road to Ostry.",
    "You can follow the river from the bridge to the mill in our atlas of the Basin.",
    "See the full extent of the damage from the tower, the mayor wrote, and you will not sleep.",
    "Watch the video, the widow said, and count the boats.", "The rest of the article was never ratified.",
    "Sign up for the army, the posters say; few do.",
    "The team is now on Facebook's list of banned groups, and nobody reads it, the minister said.",
    "Sources: that was all the clerk would say.",
    "The president of Tarr said yes (Alvenia said no). He left for Belhaven.",
    "The minister is the author of the plan.",
    "The interview was edited by the palace before it ran, two people who saw both versions said.",
    "All rights of the islanders are reserved in the second clause, the lawyer said.",
    "The mill would stay shut, the miller said. Photo: Radu Pell/MNA",
    "The teacher told them to read more.", "Photo reporters (and one painter) stood on the hill.",
    "Tags: that is what the deminers call the ribbons on the fence, “one for every night we slept badly”.",
]  # fmt: skip


PLACED = {  # where alone a line is removed
    "top": [
        "By Anna Kessel, Northwire correspondent", "By Marlo Tennant in Belhaven", "Rupert Fane, Diplomatic Editor",
        "Daily Ledger staff", "Monday, March 11, 2024", "MNA BRIEFS", "Dubai NWN —", "Port Amsel, Corrin NWN News —",
    ],
    "end": [
        "Dana Whitlock covers security for Northwire.", "Dana Whitlock is the author of The Lease of 1957.",
        "Northwire's Timothy A.B. Kessel", "(KL)", "kl", "MNA, VTS", "Source: MNA", "Author/author: KL/MB",
        "Authors: Anna Kessel, Marlo Tennant, and Lise Varga-Holm", "Author: Anna Kessel / Source: Radio Elin",
        "Reprinted from the author's page.", "The post Ferries sail again, says Varga appeared first on Lorne Review.",
        "The views expressed are the author's and not necessarily those of Northwire.",
    ],
}  # fmt: skip


def strip(lines: list[str], publisher: str | None = None, finder: BoilerplateFinder = FINDER) -> list[str]:
    return strip_boilerplate(lines, finder.find(lines, publisher))


@pytest.mark.parametrize(("rule", "line"), [(rule, line) for rule, lines in ANYWHERE.items() for line in lines])
def test_line_is_removed(rule: str, line: str) -> None:
    assert [(r.line, r.rule) for r in FINDER.find([FIRST, SECOND, FIRST, line, SECOND])] == [(3, rule)]


@pytest.mark.parametrize("line", REAL)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_paragraph_stays(line: str, place: int) -> None:
    lines = [FIRST, SECOND, FIRST]
    lines.insert(place, line)
    assert strip(lines) == lines


@pytest.mark.parametrize(("place", "line"), [(place, line) for place, lines in PLACED.items() for line in lines])
def test_some_lines_are_removed_in_one_place_only(place: str, line: str) -> None:
    lines = [line, FIRST, SECOND] if place == "top" else [FIRST, SECOND, line, "© 2024 Northwire"]
    assert strip(lines) == [FIRST, SECOND]
    assert strip([FIRST, SECOND, line, FIRST]) == [FIRST, SECOND, line, FIRST]


LONG = f"{FIRST} {SECOND} {FIRST}"
TITLES = ["Five rounds in Belhaven: a timeline", "Gavrel: no joint administration of the hill"]
QUOTATION = "“We will not leave this hill”, said Gavrel"
TEASER = "GAVREL SLAMS ENVOYS OVER HILL, VOWS 'NO RETREAT FROM A SINGLE VILLAGE'"
CAPTION = "President Gavrel with farmers at the harvest fair in Sorrin on Sept 3."


@pytest.mark.parametrize(("lines", "expected"), [
    ([FIRST, SECOND, TEASER, FIRST, SECOND], [FIRST, SECOND, FIRST, SECOND]),
    *(
        ([FIRST, heading, *TITLES, LONG, SECOND], [FIRST, LONG, SECOND])
        for heading in ("Related stories", "READ MORE", "More on this story:", "Latest news from the islands")
    ),
    ([FIRST, "Related stories", LONG, *TITLES, LONG], [FIRST, LONG, *TITLES, LONG]),
    ([FIRST, LONG, "Read more", *TITLES], [FIRST, LONG, *TITLES]),
    ([FIRST, "Related stories", QUOTATION, LONG], [FIRST, QUOTATION, LONG]),
    ([FIRST, SECOND, CAPTION, "PHOTO: VTS", SECOND], [FIRST, SECOND, SECOND]),
    # The signature of an agency.
    ([FIRST, "The lease expires in February. MNA"], [FIRST, "The lease expires in February."]),
    ([FIRST, "“We wait,” he said. KESTPRESS, VTS"], [FIRST, "“We wait,” he said."]),
    ([FIRST, "“We wait.” (MNA)"], [FIRST, "“We wait.”"]),
])  # fmt: skip
def test_what_the_lines_beside_it_show_is_removed(lines: list[str], expected: list[str]) -> None:
    assert strip(lines) == expected


@pytest.mark.parametrize("lines", [
    [TEASER, FIRST, SECOND, FIRST],  # its own headline
    [FIRST, SECOND, "WHAT TO WATCH ON WEDNESDAY", FIRST],  # a heading of the article
    [FIRST, SECOND, "WILL THE ENVOYS GO BACK TO BELHAVEN BEFORE WINTER?", FIRST],
    [FIRST.upper(), SECOND.upper(), TEASER, FIRST],  # an article in capitals
    [FIRST, "- No guns within a mile of the river.", "- Ferries sail by day.", SECOND],
    ["The lease expires in February. MNA", FIRST], ["Harbour Post", FIRST, SECOND],
    [FIRST, "The ship sailed under the flag of the KLM"], [FIRST, "He studied under Dr. VOSS"],
    [FIRST, "It was signed at 5 p.m. GMT"],
    *([FIRST, SECOND, above, "PHOTO: VTS", SECOND] for above in (
        "“We will not give up a single village,” President Gavrel said in Sorrin.", "The talks went on. Nobody smiled.",
        "The army said the guns fell silent at noon.", "Kestria rejected the plan on Sunday.", FIRST,
        "Shelling resumed near Harrow Ford on Tuesday.",
    )),
])  # fmt: skip
def test_other_lines_stay(lines: list[str]) -> None:
    assert strip(lines) == [line for line in lines if line != "PHOTO: VTS"]


def test_the_name_of_the_site_is_removed_without_a_boilerplate_file_nothing_else() -> None:
    assert strip(["Harbour Post", FIRST, SECOND], publisher="harbour post") == [FIRST, SECOND]
    finder = BoilerplateFinder(load_boilerplate("xx", CONFIGS), DateWords())
    assert strip(["Northwire", "Advertisement", FIRST, "PHOTO: VTS"], "Northwire", finder) == [
        "Advertisement", FIRST, "PHOTO: VTS"
    ]  # fmt: skip


def finder_of(folder: Path, file: str) -> BoilerplateFinder:
    """Return the boilerplate finder of a language `xx` whose file has this text."""
    (folder / "languages").mkdir()
    (folder / "languages/xx_boilerplate.yaml").write_text(file, encoding="utf-8")
    return BoilerplateFinder(load_boilerplate("xx", folder), DateWords(months=[["mai"]]))


def test_boilerplate_of_another_language(tmp_path: Path) -> None:
    file = "fragments: {DAY: [am, '\\d+']}\nrules: [{name: stand, place: top, patterns: ['stand {DAY} {MONTH}']}]\n"
    finder = finder_of(tmp_path, file)
    assert [r.rule for r in finder.find(["Stand 12 Mai", "Stand up", "Advertisement"])] == ["stand"]


@pytest.mark.parametrize(("file", "message"), [
    ("rules: [{name: x, patterns: ['(']}]", "`x` is no regular expression"),
    ("rules: [{name: x, patterns: [a], place: bottom}]", "rules.0.place"),
    ("fragments: {X: [on]}", "is True"),
])  # fmt: skip
def test_an_invalid_boilerplate_file_is_an_error(tmp_path: Path, file: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        finder_of(tmp_path, file)


@settings(deadline=None)
@given(st.lists(st.text(min_size=1) | st.sampled_from([line for lines in ANYWHERE.values() for line in lines])))
def test_explain_never_raises_and_names_lines(lines: list[str]) -> None:
    assert all(lines[removal.line].endswith(removal.text) for removal in FINDER.find(lines))
