"""The invented news that tests are written about: a war, a harbour, and an article that attacks its readers."""

from random import Random

from tests.worlds.project import Story
from tests.worlds.rows import Row, article, quote, stances

RLO = "\u202e"
HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"


def _paper(number: int, text: str) -> Row:
    return article(text, source=f"Paper {number}", published_at="2024-02-01", raw_path=f"{number}.txt")


NO_TRUCE = _paper(0, "Sarkel: no truce\n\n“We will not stop,” said Nadia Sarkel.\n\nIt rained in Sorrin.")
FERRIES = _paper(1, "Ferries\n\n=SUM(1) is what the mayor wrote. “Wheat is cheap,” he added.")
TALKS = _paper(2, "Talks\n\nPavlo Renn said that a truce would save lives. A truce would save lives, he said again.")


def unlabelled_news() -> list[Story]:
    """Return three articles with four quotes, one of which a spreadsheet would run as a formula."""

    def pair(of: Row, content: str, cue: str, source: str, speaker: str | None, label: str, p: float):
        row = quote(of, content, cue=cue, source=source, speaker=speaker)
        return row, stances(row, label, p=p)

    sarkel = pair(NO_TRUCE, "“We will not stop,”", "said", "Nadia Sarkel", "Nadia Sarkel", "against", 0.9)
    formula = pair(FERRIES, "=SUM(1)", "wrote", "the mayor", None, "neutral", 0.4)
    wheat = pair(FERRIES, "“Wheat is cheap,”", "added", "he", None, "unrelated", 0.8)
    renn = pair(TALKS, "a truce would save lives", "said", "Pavlo Renn", "Pavlo Renn", "unrelated", 0.6)
    return [Story(NO_TRUCE, [sarkel]), Story(FERRIES, [formula, wheat]), Story(TALKS, [renn])]


def war_news() -> list[Story]:
    """Return seven articles: a copied quote, a hostile article, one without quotes, and one with thirty."""
    words = "“We will sign the truce on Friday,”"
    doves = "🕊️ doves would not buy one inch 🕊️ of the Basin"
    cry = f"“Cease {HOSTILE} {RLO}fire,”"
    ferries = [f"“Ferry number {n} waits,”" for n in range(30)]

    def story(title: str, body: str, source: str | None, day: str | None, url: str | None = None, path: str = "text"):
        row = article(f"{title}\n\n{body}", source=source, published_at=day, url=url, raw_path=f"own/{path}.txt")
        return Story(row, [])

    def add(
        to: Story, content: str, cue: str, source: str, speaker: str | None,
        *labels: str, p: float, abstained: bool = False, **columns: object,
    ) -> None:  # fmt: skip
        row = quote(to.article, content, cue=cue, source=source, speaker=speaker, certainty=1.0, **columns)
        to.quotes.append((row, stances(row, *labels, p=p, abstained=abstained)))

    body = f"Rain fell. {words} Ilse Korvath said in Tolvar. Nobody cheered."
    first = story("Kestria ready to sign", body, "Northwire", "2024-03-01", "https://northwire.example/1")
    body = f"{words} Ilse Korvath said, Northwire reports."
    copy = story("Truce nearer", body, "Daily Ledger", "2024-03-02T08:00:00Z")
    for of in (first, copy):
        add(of, words, "said", "Ilse Korvath", "Ilse Korvath", "favor", "unrelated", p=0.93, group_id="g1")
    no_inch = story("No inch", f"Anton Gavrel told the Citadel that {doves}.", "Northwire", "2025-01-20")
    add(no_inch, doves, "told", "Anton Gavrel", "Anton Gavrel", "neutral", "against", p=0.7)
    hostile = story(HOSTILE, f"{cry} Vuk said.", "<b>Harbour</b> Post", "2024-06-01", "javascript:window.hacked=3")
    add(hostile, cry, "said", "Vuk", "Vuk", "favor", "conditional", p=0.85)
    bare = story("A note", "A baker said that the guns had stopped.", None, None)
    add(bare, "the guns had stopped", "said", "A baker", None, "neutral", "unrelated", p=0.4, abstained=True)
    silent = story("Weather", "It rained on the Anse.", "Northwire", "2024-04-01")
    body = "\n\n".join(f"{ferry} said Mattias Lunde." for ferry in ferries)
    long = story("Thirty ferries", body, "Amsel Gazette", "2023-11-11", path="ferries")
    for ferry in ferries:
        add(long, ferry, "said", "Mattias Lunde", "Mattias Lunde", "unrelated", "unrelated", p=0.99)
    return [first, copy, no_inch, hostile, bare, silent, long]


_HARBOUR = (
    "No halt, says the harbour of {place}\n\n"
    "“We will sign no truce {n} while a single one of their boats lies in the channel off {place} and its {n} nets "
    "stay cut, and we shall say so to anybody who asks,” said {name}, who has fished there for {n} years.\n\n"
    "The mayor of {place} counted {n} empty berths and told the council that the ice house would close.\n\n{own}"
)
_WORDS = ("boat", "net", "quay", "cod", "gull", "rope", "tide", "ice", "berth", "crate", "lamp", "oar", "sail", "wind")
_PLACES = ("Port Amsel", "Little Corrin", "Harrow Ford", "Minska Dol", "Brestik", "Zelen", "Kolm", "Belhaven")


def harbour_article(n: int, path: str = "sample/a.jsonl", text: str | None = None) -> Row:
    """Return an article that shares hardly five words in a row with the others."""
    own = " ".join(Random(n).choices(_WORDS, k=150))
    text = text or _HARBOUR.format(place=f"{_PLACES[n % 8]} {n}", n=n * 7 + 3, name=f"Ada Wrede{n}", own=own)
    return article(text, source="Harbour Post", url=f"https://harbour.example/{n}", raw_path=path)


def harbour_quote(of: Row, **columns: object) -> Row:
    """Return the quote of a harbour article, in two parts."""
    text = of["text"]
    first, second = text[text.index("“") : text.index("”") + 1].split(" while")
    name = text[text.index("Ada") : text.index(", who")]
    return quote(of, first, f"while{second}", cue="said", source=name, speaker=name, **columns)


def harbour_articles(n: int = 24) -> list[Row]:
    """Return articles of the sample, and every third from elsewhere, in the order of their ids."""
    articles = [harbour_article(i, "mine/b.jsonl" if i % 3 == 0 else "sample/a.jsonl") for i in range(n)]
    return sorted(articles, key=lambda row: row["article_id"])
