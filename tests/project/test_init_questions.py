"""`parley init` asks for columns and names, guesses them, and takes those that options name."""

import click
import pytest
import yaml

from pipeline.core.publish_config import load_publish_config
from tests.project.own_articles import init, story, write_articles
from tests.worlds.rows import write_json_lines


def test_answers_change_columns_and_names(tmp_path):
    done = init(tmp_path, answers=["n", "", "Nr", "", "", "", "", "day", "y", "y", "Boats", "Ada", "cc-by-4.0"])
    assert "title from `Nr`" in done.output
    configs = tmp_path / "project/configs"
    ingesting = yaml.safe_load((configs / "ingest.yaml").read_text(encoding="utf-8"))
    assert (ingesting["columns"]["title"][0], ingesting["date_order"]) == ("Nr", "day")
    assert "Without a date: 2. Take the days" in done.output
    assert ingesting["file_dates"] is True
    publishing = load_publish_config(configs)
    assert (publishing.name, publishing.creator) == ("Boats", "Ada")
    assert publishing.allows_text(publishing.licence_of({"raw_path": "a.txt", "source": None}))


def test_an_answer_that_is_no_column_is_asked_again(tmp_path):
    done = init(tmp_path, answers=["n", "", "Nope", "Nr", "", "", "", "", "auto", "y", "", "", "", "CCBY"])
    assert "no file has a column `Nope`" in done.output
    assert "title from `Nr`" in done.output
    assert "warning: licence `CCBY` is not one of those under which texts are published: cc0-1.0, " in done.output


def test_where_no_column_has_the_text_it_is_asked_for(tmp_path):
    write_json_lines(tmp_path / "a.jsonl", [{"k": "short"}] * 30 + [{"k": story(0)}])
    done = init(tmp_path, articles="a.jsonl", answers=["k", "", "", "", "", "", "auto", "y", "", "", ""])
    assert done.output.index("Which column has it?") < done.output.index("Is this right?")


@pytest.mark.parametrize(("options", "files"), [
    # A table without the named column is read by guesses, or by known names.
    (["--text", "Volltext"], {"archiv.csv": "text from `Volltext`, title from `Überschrift`",
                              "export.csv": "text from `story`, title from `kop`",
                              "wire/releases.jsonl": "text from `body`"}),
    (["--text", "VOLLTEXT", "--text", "story"], {"archiv.csv": "text from `Volltext`",
                                                 "export.csv": "text from `story`"}),
    # The named one is first, what is known comes after it.
    (["--title", "Nr", "--title", "body"], {"archiv.csv": "title from `Nr`",
                                            "export.csv": "title from `kop`",
                                            "wire/releases.jsonl": "title from `body` or `headline`"}),
])  # fmt: skip
def test_named_columns_come_first_and_guesses_after_them(tmp_path, options, files):
    articles = write_articles(tmp_path / "articles")
    rows = [f'A quay is shut for {n} days,"{story(n)}"\n' for n in (8, 9)]
    (articles / "export.csv").write_text("kop,story\n" + "".join(rows), encoding="utf-8")
    output = init(tmp_path, *options).output
    lines = output.splitlines()
    for file, says in files.items():
        (at,) = [n for n, line in enumerate(lines) if line.startswith(f"  {file} ")]
        assert says in lines[at + 1]
    assert "10 articles taken" in output


THERE = "(there are: `Nr`, `Überschrift`, `Datum`, `Zeitung`, `Volltext`, `headline`,"


@pytest.mark.parametrize(("options", "says"), [
    (["--text", "Xyz"], [f"no file has a column `Xyz` {THERE}", "→ name a column as its table does"]),
    (["--text", "Volltext", "--text", "Nope"], [f"`Nope` {THERE}"]),
    (["--author", "Volltex"], [f"`Volltex` {THERE}", "→ did you mean `Volltext`? name a column"]),
])  # fmt: skip
def test_a_named_column_that_no_file_has_is_an_error(tmp_path, options, says):
    done = init(tmp_path, *options, status=1)
    assert [words for words in says if words not in done.output] == []


def test_a_column_that_only_late_rows_have_may_be_named(tmp_path):
    late = [{"body": story(n)} for n in range(8, 38)] + [{"meta": {"by": "Ada"}}]
    write_json_lines(write_articles(tmp_path / "articles") / "late.jsonl", late)
    init(tmp_path, "--author", "meta.by")


@pytest.mark.parametrize(("file", "content", "says", "not_said"), [
    ("a.txt", "", "put texts into the files that are empty", "--text"),
    ("a.csv", "k\nshort\n", "name the column of the text with --text", "empty"),
    ("a.txt", "Too short.", "no article can be taken", "--text"),
])  # fmt: skip
def test_what_to_do_where_no_article_is_taken_fits_the_files(tmp_path, file, content, says, not_said):
    (tmp_path / file).write_text(content)
    done = init(tmp_path, articles=file, status=1)
    assert says in done.stderr
    assert not_said not in done.stderr


@pytest.mark.parametrize("answers", [[], ["n"], ["y"], ["y", "n", "Boats"], "Ctrl-C"])
def test_an_input_that_ends_at_a_question_sets_nothing_up_and_says_so(tmp_path, monkeypatch, answers):
    def interrupt(*_, **__):
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt:
            raise click.Abort from None  # as click does

    if answers == "Ctrl-C":
        monkeypatch.setattr("click.confirm", interrupt)
    done = init(tmp_path, answers=answers, status=130 if answers == "Ctrl-C" else 1)
    assert "Nothing was set up or written. Run the command again; with --yes it asks nothing" in done.stderr
    assert "Aborted" not in done.stderr
    assert not (tmp_path / "project").exists()
