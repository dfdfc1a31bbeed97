"""The page as HTML: no network access, no markup from articles, complete."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from pipeline.core.errors import DataError
from pipeline.report.html_page import SCRIPTS, read_figures
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


def first_screen(page):
    return page[page.index('id="view-overview"') : page.index('id="filters"')]


def test_nothing_is_loaded_from_elsewhere_and_no_attribute_has_scripts_or_styles(page):
    read = ParsedHtml(page)
    loading = {"src", "srcset", "action", "formaction", "data", "poster", "background", "ping"}
    assert not [tag for tag, attributes in read.tags if loading & set(attributes)]
    assert not {"link", "img", "iframe", "object", "embed", "base"} & {tag for tag, _ in read.tags}
    assert all(a["href"].startswith("#") for _, a in read.tags if "href" in a)
    assert not re.search(r"@import|url\(", read.held["style"])
    assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on") or name == "style"]


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
    urls = {article["title"]: article.get("url") for article in data["articles"]}
    assert urls["Kestria ready to sign"] == "https://northwire.example/1"
    assert urls[HOSTILE] is None  # which is no address of the web


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


def test_counts_are_of_known_labels_with_the_unknown_beside(page):
    assert '<dt>about a ceasefire</dt><dd>3</dd><dd class="soft">0 unrelated, 7 unknown</dd>' in page
    row = re.findall(r'<th scope="row">ceasefire</th>(.*?)</tr>', page)[-1]
    numbers = dict(zip([*LABELS, "unknown"], re.findall(r">(\d+)</td>", row), strict=True))
    assert (numbers["favor"], numbers["against"], numbers["unknown"]) == ("3", "0", "7")


def test_no_script_or_template_ends_its_element():
    folder = ROOT / "pipeline/report/page"
    assert {path.name for path in folder.glob("*.js")} == set(SCRIPTS)
    assert not [path.name for path in folder.glob("*.[jc]s*") if "</" in path.read_text(encoding="utf-8")]


def test_the_reports_show_the_quality_and_the_first_screen_a_sentence(page):
    first = first_screen(page)
    reports = page[page.index('id="view-reports"') :]
    recall = "80.0 %</td>", "50.0 %</td>", "each copy of a quote counts"
    for figure in ("50.0", "40.0 to 60.0", "44 gold quotes of 5 articles", "61.0 (52.0 to 73.0)", ">77</td>", *recall):
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
    withheld = {article["title"] for article in data["articles"] if article.get("withheld")}
    assert withheld == {"Kestria ready to sign", "No inch", "Weather"}
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
    data = read_data(write_public_page(tmp_path, leave_out=["own/*"]))
    assert data["quotes"] == data["articles"] == data["changes"] == []


def test_the_local_page_has_every_text_whatever_its_licence(tmp_path):
    page = write_page(tmp_path, **CLOSED, leave_out=["own/ferries.txt"])
    data = read_data(page)
    assert all("text" in article and "withheld" not in article for article in data["articles"])
    assert all(len(quote) > 8 for quote in data["quotes"])
    shown = ("Ferry number", "4 of its 7 articles may not be passed on", "left out of this page", 'id="withheld"')
    assert [words in page for words in shown] == [True, True, False, False]


def test_the_same_run_gives_the_same_bytes(tmp_path, page):
    assert write_page(tmp_path) == page


def test_the_page_of_the_sample_is_under_5_mb():
    assert (ROOT / "reports/index.html").stat().st_size < 5_000_000


ACTIVE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="a()">
<script>a()</script><foreignObject><p>b</p></foreignObject><image href="https://c.example/d.png"/>
<style>*{background:url(https://e.example)}</style><use xlink:href="#f"/>
<clipPath id="f"><rect/></clipPath>
<g clip-path="url(#f)" style="fill:red" fill="url(https://g.example)">
<text onclick="h()">kept &lt;b&gt;</text></g></svg>"""


def test_a_chart_has_no_scripts_and_loads_nothing_and_a_broken_one_is_an_error(tmp_path):
    titled = ACTIVE.replace("<script>", '<title>A "caption"</title><script>')
    (tmp_path / "one.svg").write_text(titled, encoding="utf-8")
    (figure,) = read_figures(tmp_path)
    drawn = str(figure["svg"])
    for gone in ("script", "onload", "onclick", "foreignObject", "example", "style", "href", "image", "use", "title"):
        assert gone not in drawn.replace("http://www.w3.org", "")
    kept = 'clip-path="url(#one-f)"', 'id="one-f"', "kept &lt;b&gt;", 'aria-label="A &quot;caption&quot;"'
    assert [words for words in kept if words not in drawn] == []
    assert figure["caption"] == 'A "caption"'
    (tmp_path / "one.svg").write_text("<svg", encoding="utf-8")
    with pytest.raises(DataError, match=r"one\.svg"):
        list(read_figures(tmp_path))
