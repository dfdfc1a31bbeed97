"""Invented articles in the files of a newsroom (other columns, several forms of dates, no licence)."""

import csv
from collections.abc import Iterable
from pathlib import Path

from click.testing import Result

from tests.worlds.project import parley
from tests.worlds.rows import write_json_lines

PLACES = ("Port Amsel", "Little Corrin", "Harrow Ford", "Zelen", "Kolm", "Belhaven", "Minska Dol")
_STORY = (
    "The harbour master of {place} counted {n} boats on Monday and {m} on Tuesday, most of them from {place} itself. "
    "“We will sign no truce while {n} of our boats lie in the channel,” said Ada Wrede, who has fished off {place} for "
    "{n} years. Nobody at the council of {place} answered the {m} letters that she has written since the winter.\n\n"
)
_RAIN = "Rain fell on the quay at {place} for {n} hours, the ferry left {m} minutes late, and the ice house was shut. "


def story(n: int) -> str:
    """Return the text of an article that shares no five words in a row with those of other numbers, or few."""
    place = f"{PLACES[n % 7]} {n}"
    return _STORY.format(place=place, n=2 * n + 3, m=3 * n + 5) + _RAIN.format(place=place, n=n + 30, m=n + 60)


def write_articles(folder: Path) -> Path:
    """Write eight articles in five files, a near duplicate without outlet, a broken row, a file of an unknown kind."""
    folder.mkdir(parents=True)
    with (folder / "archiv.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(["Nr", "Überschrift", "Datum", "Zeitung", "Volltext"])
        for n in range(3):
            table.writerow([n, f"Boats counted again, part {n}", f"2{n}.02.2023", "Harbour Post", story(n)])
        table.writerow(["too", "few"])
    released = {"headline": "Letters to the council", "date": "Feb. 25, 2023 9:41 am EST", "body": story(3)}
    rows = [released, {**released, "date": "2 hours ago", "body": story(4)}, {**released, "body": story(5)}]
    write_json_lines(folder / "wire/releases.jsonl", rows)
    (folder / "boats.txt").write_text(story(6), encoding="utf-8")
    (folder / "boats again.txt").write_text(story(0).replace("shut", "closed"), encoding="utf-8")
    paragraphs = "".join(f"<p>{line}</p>" for line in story(7).split("\n") if line)
    page = f"<html><head><title>Page</title></head><body><article><h1>The quay</h1>{paragraphs}</article></body></html>"
    (folder / "page.html").write_text(page, encoding="utf-8")
    (folder / "notes.xyz").write_text("x", encoding="utf-8")
    return folder


def init(
    folder: Path, *options: str, answers: Iterable[str] | None = None, status: int = 0, articles: str = "articles"
) -> Result:
    """Set up a project for the articles there or those of `write_articles`; without `answers` nothing is asked."""
    place = folder / articles
    if not place.exists():
        write_articles(place)
    given = "".join(f"{answer}\n" for answer in answers or ())
    asked = ["--yes"] if answers is None else []
    done = parley("init", place, folder / "project", *asked, *options, text=given, status=status)
    assert status == 0 or not (folder / "project/configs").exists()
    return done
