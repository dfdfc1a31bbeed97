"""The page as HTML: no network access, no markup from articles, complete."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from pipeline.core.errors import DataError
from pipeline.report.html_page import SCRIPTS, read_figures
from pipeline.report.run import find_period
from tests.e2e.project import ROOT
from tests.worlds.news import HOSTILE, war_news
from tests.worlds.page_project import write_page, write_public_page
from tests.worlds.rows import LABELS


class ParsedHtml(HTMLParser):
    """Tags with their attributes, and the text of scripts and styles."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.held = [("", {})], {}
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        self.tags.append(("", {}))

    def handle_data(self, data):
        tag, attributes = self.tags[-1]
        if tag in ("script", "style"):
            key = attributes.get("id") or attributes.get("type", tag)
            self.held[key] = self.held.get(key, "") + data


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return write_page(tmp_path_factory.mktemp("page"))


def read_data(page):
    """Return the data of a page with the texts and places, which stand apart in it."""
    held = ParsedHtml(page).held
    data, passages = json.loads(held["data"]), json.loads(held["passages"])
    data["quotes"] = [quote + place for quote, place in zip(data["quotes"], passages["places"], strict=True)]
    for article, text in zip(data["articles"], passages["texts"], strict=True):
        article |= {} if text is None else {"text": text}
    return data


@pytest.fixture(scope="module")
def data(page):
    return read_data(page)


@pytest.fixture(scope="module")
def rows(data):
    """The row of a quote of each article, by its title."""
    return {data["articles"][row[1]]["title"]: row for row in data["quotes"]}


def first_screen(page):
    return page[page.index('id="view-overview"') : page.index('id="filters"')]


def test_nothing_is_loaded_from_elsewhere(page):
    read = ParsedHtml(page)
    loading = {"src", "srcset", "action", "formaction", "data", "poster", "background", "ping"}
    assert not [tag for tag, attributes in read.tags if loading & set(attributes)]
    assert not {"link", "img", "iframe", "object", "embed", "base"} & {tag for tag, _ in read.tags}
    assert all(a["href"].startswith("#") for _, a in read.tags if "href" in a)
    assert not re.search(r"@import|url\(", read.held["style"])


def test_no_attribute_has_scripts_or_styles(page):
    assert not [a for _, attributes in ParsedHtml(page).tags for a in attributes if a.startswith("on") or a == "style"]


def test_the_policy_allows_only_the_script_and_style_of_the_page(page):
    read = ParsedHtml(page)
    policy = next(a["content"] for _, a in read.tags if a.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    for rule, held in (("script-src", "module"), ("style-src", "style")):
        digest = base64.b64encode(hashlib.sha256(read.held[held].encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"


def test_a_hostile_article_is_only_data(page, data):
    assert HOSTILE not in page
    assert page.count("<script ") == page.count("</script>") == 3
    assert HOSTILE in [article.get("title") for article in data["articles"]]


def test_an_address_other_than_http_is_dropped(data):
    urls = {article["title"]: article.get("url") for article in data["articles"]}
    assert urls["Kestria ready to sign"] == "https://northwire.example/1"
    assert urls[HOSTILE] is None


def test_offsets_count_utf16_code_units(data):
    quotes = {quote["quote_id"]: quote for story in war_news() for quote, _ in story.quotes}
    assert len(data["quotes"]) == len(quotes)
    for row in data["quotes"]:
        quote = quotes[f"{data['articles'][row[1]]['id']}-{row[0]}"]
        units = data["articles"][row[1]]["text"].encode("utf-16-le")
        parts, _, (start, end) = row[8:11]
        words = [units[2 * a : 2 * b].decode("utf-16-le") for a, b in zip(parts[::2], parts[1::2], strict=True)]
        assert " ".join(words) == quote["content"]
        assert units[2 * start : 2 * end].decode("utf-16-le") == quote["source"]


def test_copies_share_a_group(rows):
    group = {title: row[4] for title, row in rows.items()}
    assert group["Kestria ready to sign"] == group["Truce nearer"] != group["No inch"]


def test_a_stance_is_published_label_predicted_label_and_percent(data, rows):
    stances = {title: row[5] for title, row in rows.items()}
    number = {label: n for n, label in enumerate(data["labels"])}
    assert data["labels"] == [*LABELS, "unknown"]
    assert data["unknown"] == "unknown"
    unknown = number["unknown"]
    assert stances["A note"] == [unknown, number["neutral"], 40, unknown, number["unrelated"], 40]
    assert stances["No inch"] == [number["neutral"]] * 2 + [70] + [number["against"]] * 2 + [70]


def test_a_quote_has_its_side_and_the_words_that_show_its_stance(data, rows):
    first = rows["Kestria ready to sign"]
    assert [data["sides"][rows[title][6]] for title in ("Kestria ready to sign", "No inch")] == ["Kestria", "Velmora"]
    assert rows["A note"][6] == -1
    (start, end), other = first[11]
    assert data["articles"][first[1]]["text"][start:end] == "sign the truce"
    assert other == 0
    assert len(rows["No inch"]) == 11


def test_a_paragraph_comes_only_with_quotes_that_do_not_fill_it(data, rows):
    around = {title: row[12] for title, row in rows.items() if len(row) > 12}
    text = next(article["text"] for article in data["articles"] if article["title"] == "Kestria ready to sign")
    start, end = around["Kestria ready to sign"]
    assert text[start:end].startswith("Rain fell. “We will")
    assert text[start:end].endswith("Nobody cheered.")
    assert "No inch" not in around


def test_a_change_names_its_holder_and_both_quotes(data):
    ((of_side, holder, target, before, after, percent),) = data["changes"]
    assert (of_side, data["sides"][holder], data["targets"][target]["key"], percent) == (1, "Velmora", "ceasefire", 62)
    titles = [data["articles"][data["quotes"][position][1]]["title"] for position in (before, after)]
    assert titles == [HOSTILE, "No inch"]


def test_no_note_on_a_sure_speaker(data):
    assert data["unsureSpeakers"] == data["correctedSpeakers"] == {}


def test_counts_are_of_known_labels_with_the_unknown_beside(page):
    reports = page[page.index('id="view-reports"') :]
    assert '<dt>about a ceasefire</dt><dd>3</dd><dd class="soft">0 unrelated, 7 unknown</dd>' in reports
    *_, head = re.findall(r'<thead><tr><th scope="col">target</th>(.*?)</tr>', reports)
    row = re.findall(r'<th scope="row">ceasefire</th>(.*?)</tr>', page)[-1]
    names, numbers = (re.findall(r">([^<>]+)</t[hd]>", cells) for cells in (head, row))
    found = dict(zip(names, numbers, strict=True))
    assert list(found) == [*LABELS, "unknown"]
    assert (found["favor"], found["against"], found["unknown"]) == ("3", "0", "7")


def test_no_script_or_template_ends_its_element():
    folder = ROOT / "pipeline/report/page"
    assert {path.name for path in folder.glob("*.js")} == set(SCRIPTS)
    assert not [path.name for path in folder.glob("*.[jc]s*") if "</" in path.read_text(encoding="utf-8")]


# Looked up by names that the program itself gives: views, types and marks of quotation, keys, kinds of holders.
KNOWN_NAMES = {
    ("PARENTS", "state.view"), ("DRAW", "state.view"), ("HOLDER_WORDS", "by"), ("HOLDER_WORDS", "each"),
    ("HOLDERS", "kind"), ("REPORTED", "type"), ("KEY_ACTIONS", "event.key"), ("ARROWS", "event.key"),
    ("CLOSING_MARKS", "opening"), ("CLOSING_MARKS", "text[0"), ("OPENING_MARKS", "text.at(-1)"),
    ("typeMeanings", "name"), ("typeMeanings", "type"),
}  # fmt: skip


def test_a_name_of_an_address_or_label_finds_nothing_inherited():
    source = "".join((ROOT / "pipeline/report/page" / name).read_text(encoding="utf-8") for name in SCRIPTS)
    names = [*re.findall(r"^const ([A-Z_]+) = \{", source, re.MULTILINE), "typeMeanings", "meanings", "rates"]
    assert {"HOLDERS", "PARENTS"} <= set(names)
    assert set(re.findall(rf"\b({'|'.join(names)})(?:\?\.)?\[([^\]]+)\]", source)) == KNOWN_NAMES
    assert 'const [kind, ...id] = (key ?? "").split(":");\n  return ownValue(HOLDERS, kind)?.get(' in source


def test_the_reports_show_the_quality_and_the_first_screen_a_sentence(page):
    first = first_screen(page)
    reports = page[page.index('id="view-reports"') :]
    for figure in ("50.0", "40.0 to 60.0", "44 gold quotes of 5 articles", "61.0 (52.0 to 73.0)", ">77</td>"):
        assert figure in reports
        assert figure not in first
    assert "has not been measured on real news" in first
    assert "Invented &amp; Sons" in page
    assert "2023-11-11 to 2025-01-20" in first
    assert "are the sample of Parley" not in page


def test_the_sample_is_called_invented_on_every_view(tmp_path):
    page = write_page(tmp_path, sample=True)
    assert "their countries, people and quotes are invented" in page[: page.index("<main")]
    assert all(article["invented"] for article in read_data(page)["articles"])


CLOSED = {"licenses": [{"license": "mine", "source": "Northwire"}, {"license": "cc0-1.0"}], "excerpt_words": 5}


def test_a_text_that_may_not_be_published_is_not_on_the_public_page(tmp_path):
    page = write_public_page(tmp_path, **CLOSED, excerpt_share=1.0)
    data = read_data(page)
    assert not [words for words in ("told the Citadel", "buy one inch", "rained on the Anse") if words in page]
    assert {article["title"] for article in data["articles"] if article.get("withheld")} == {
        "Kestria ready to sign",
        "No inch",
        "Weather",
    }
    places = [row[7:] for row in data["quotes"] if data["articles"][row[1]]["title"] == "No inch"]
    assert places == [["🕊️ doves would not buy one …"]]
    assert "The text of 3 articles may not be passed on" in page
    said = "The texts of 3 articles are withheld: of their quotes this page shows the first words only, at most 5."
    assert said in first_screen(page)
    # The copy in a paper that may be passed on stays whole.
    assert "Ilse Korvath said, Northwire reports." in page


def test_without_a_known_licence_no_text_is_published(tmp_path):
    page = write_public_page(tmp_path, licenses=[], redistributable=["cc0-1.0"], excerpt_words=0)
    data = read_data(page)
    assert not [article for article in data["articles"] if "text" in article]
    assert {tuple(row[7:]) for row in data["quotes"]} == {("…",)}
    assert "this page shows no words. The licence of their texts is not stated." in first_screen(page)
    assert "is not stated" not in first_screen(write_public_page(tmp_path))
    assert not [article for article in data["articles"] if "licence" in article]


def test_articles_left_out_of_the_dataset_are_left_out_of_the_page(tmp_path):
    page = write_public_page(tmp_path, leave_out=["own/ferries.txt"])
    assert "Ferry number" not in page
    assert "1 article is left out" in page


def test_one_withheld_text_is_counted_as_one(tmp_path):
    licenses = [{"license": "mine", "source": "Amsel Gazette"}, {"license": "cc0-1.0"}]
    page = write_public_page(tmp_path, licenses=licenses, excerpt_words=5, excerpt_share=1.0)
    assert "The text of 1 article is withheld: of its quotes this page shows" in first_screen(page)


def test_the_local_page_has_every_text_whatever_its_licence(tmp_path):
    page = write_page(tmp_path, **CLOSED, leave_out=["own/ferries.txt"])
    data = read_data(page)
    assert all("text" in article and "withheld" not in article for article in data["articles"])
    assert all(len(quote) > 8 for quote in data["quotes"])
    assert "Ferry number" in page
    assert "left out of this page" not in page
    assert 'id="withheld"' not in page
    assert "4 of its 7 articles may not be passed on" in page


def test_a_page_without_articles_works(tmp_path):
    data = read_data(write_public_page(tmp_path, leave_out=["own/*"]))
    assert data["quotes"] == data["articles"] == data["changes"] == []


def test_the_same_run_gives_the_same_bytes(tmp_path, page):
    assert write_page(tmp_path) == page


def test_the_page_of_the_sample_is_under_5_mb():
    assert (ROOT / "reports/index.html").stat().st_size < 5_000_000


@pytest.mark.parametrize(
    ("days", "expected"),
    [(["2024-01-02", None, "2023-05-05"], ("2023-05-05", "2024-01-02")), ([None], None), ([], None)],
)
def test_period(days, expected):
    assert find_period([{"day": day} if day else {} for day in days]) == expected


ACTIVE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="a()">
<script>a()</script><foreignObject><p>b</p></foreignObject><image href="https://c.example/d.png"/>
<style>*{background:url(https://e.example)}</style><use xlink:href="#f"/>
<clipPath id="f"><rect/></clipPath>
<g clip-path="url(#f)" style="fill:red" fill="url(https://g.example)">
<text onclick="h()">kept &lt;b&gt;</text></g></svg>"""


def test_a_chart_has_no_scripts_and_loads_nothing(tmp_path):
    titled = ACTIVE.replace("<script>", '<title>A "caption"</title><script>')
    (tmp_path / "one.svg").write_text(titled, encoding="utf-8")
    (figure,) = read_figures(tmp_path)
    drawn = str(figure["svg"])
    for gone in ("script", "onload", "onclick", "foreignObject", "example", "style", "href", "image", "use"):
        assert gone not in drawn.replace("http://www.w3.org", "")
    assert 'clip-path="url(#one-f)"' in drawn
    assert 'id="one-f"' in drawn
    assert "kept &lt;b&gt;" in drawn
    assert 'aria-label="A &quot;caption&quot;"' in drawn
    assert "title" not in drawn
    assert figure["caption"] == 'A "caption"'


def test_charts_are_read_by_name_with_captions(tmp_path):
    for name in ("risk_coverage", "labels"):
        title = "<title>Quotes of this run by label.</title><script>" if name == "labels" else "<script>"
        (tmp_path / f"{name}.svg").write_text(ACTIVE.replace("<script>", title), encoding="utf-8")
    assert [(f["name"], f["caption"]) for f in read_figures(tmp_path)] == [
        ("labels", "Quotes of this run by label."),
        ("risk_coverage", "Risk coverage."),
    ]


def test_a_broken_chart_is_an_error(tmp_path):
    (tmp_path / "one.svg").write_text("<svg", encoding="utf-8")
    with pytest.raises(DataError, match=r"one\.svg"):
        list(read_figures(tmp_path))
