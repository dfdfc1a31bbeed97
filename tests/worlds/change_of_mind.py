"""Articles in which an invented president rejects a truce, and later calls for one."""

from tests.worlds.project import Story
from tests.worlds.rows import article, quote, stances

BEFORE = "“There will be no truce while a single gun of theirs stands within sight of our harbour and its lights,”"
AFTER = "“We want a truce, and we want it before the ice closes the river and the boats have to stay at home,”"


def story(
    words: str, label: str, day: str | None, speaker: str = "Ilse Korvath", n: int = 0, **columns: object
) -> Story:
    """Return an article of one quote with its stance toward both targets; evidence is the word `truce`."""
    text = f"News {n} of {day}\n\n{words} said {speaker} in Tolvar. Rain fell on the market until the evening came."
    of = article(text, source="Northwire", published_at=day, raw_path=f"mine/{n}.txt")
    row = quote(of, words, cue="said", source=speaker, speaker=speaker, certainty=1.0, side_certainty=0.0, **columns)
    start = text.index("truce")
    evidence = [{"start": start, "end": start + len("truce")}]
    return Story(of, [(row, [{**stance, "evidence": evidence} for stance in stances(row, label, p=0.9)])])


def change_of_mind() -> list[Story]:
    return [story(BEFORE, "against", "2024-03-01", n=1), story(AFTER, "favor", "2024-11-20T08:00:00", n=2)]
