"""`parley init` sets up a project that reads the articles as it says; it asks for columns and names."""

import configparser
import os
import re
import subprocess
from pathlib import Path

import click
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core import paths
from pipeline.core.errors import ConfigError
from pipeline.core.publish_config import load_publish_config
from pipeline.core.storage import tables
from pipeline.ingest.formats import READERS
from pipeline.project.new_project import set_values
from tests.project.own_articles import init, story, write_articles
from tests.worlds.project import ingest_input, parley
from tests.worlds.rows import ROOT, write_json_lines


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, str]:
    """A project with its articles beside it, and what `parley init` printed."""
    folder = tmp_path_factory.mktemp("newsroom")
    return folder / "project", init(folder, "--name", "Boats", "--creator", "Harbour Post").output


@pytest.fixture(scope="module")
def read(made) -> Path:
    ingest_input(made[0])
    return made[0]


def test_the_columns_dates_and_rejects_are_shown(made):
    _, output = made
    for line in (
        "text from `Volltext`, title from `Überschrift`, date from `Datum`, source from `Zeitung`",
        "8 articles taken; without title 1, date 3, source 5, author 8, url 8",
        "date '20.02.2023' is read as 2023-02-20",
        "date 'Feb. 25, 2023 9:41 am EST' is read as 2023-02-25",
        "'2 hours ago' in wire/releases.jsonl, row 2: relative",
        "sources: Harbour Post 3",
        ": bad_row: 2 fields where the header has 5",
        "rejected: boats again.txt: near_duplicate",
        "rejected: notes.xyz: unknown_format",
        "withheld from data/published (licence unknown): 8 articles",
        "dvc repro, then `parley summary` (the numbers) and `parley open` (the page)",
    ):
        assert line in output


def test_check_says_what_the_run_does(read):
    done = parley("check", "--root", read)
    assert "8 articles taken" in done.output
    articles, rejects = (tables.read(read / place) for place in (paths.ARTICLES, paths.REJECTS))
    assert len(articles) == 8
    assert f"{len(rejects)} inputs would be rejected." in done.output
    lines = [line for line in done.output.splitlines() if line.startswith("rejected: ")]
    assert len(lines) == len(rejects) == 3
    for reject in rejects:
        row = f":{reject['row']}" if reject["row"] else ""
        assert f"rejected: {reject['raw_path']}{row}: {reject['reason']}: {reject['detail']}" in lines
    assert {row["published_at"] for row in articles} == {"2023-02-20", "2023-02-21", "2023-02-22", "2023-02-25", None}


def test_nothing_is_published_whole_and_nothing_of_the_sample_is_left(made):
    project, _ = made
    publishing = load_publish_config(project / paths.CONFIGS)
    assert (publishing.name, publishing.creator, publishing.license) == ("Boats", "Harbour Post", "other")
    assert not publishing.gold
    own, sample = (yaml.safe_load((root / "configs/publish.yaml").read_text("utf-8")) for root in (project, ROOT))
    assert {key for key in sample if own[key] == sample[key] and sample[key]} == {
        *("redistributable", "excerpt_words", "excerpt_share", "splits")
    }
    licence = publishing.licence_of({"raw_path": "archiv.csv", "source": "Harbour Post"})
    assert (licence, publishing.allows_text(licence)) == ("unknown", False)
    assert "invented" not in (project / "configs/speakers.csv").read_text(encoding="utf-8")
    assert (project / "data/annotations/quotes.jsonl").read_text(encoding="utf-8").strip() == ""
    assert not list(project.rglob("sample"))


def untracked(root: Path) -> list[str]:
    """Return the files that git would add."""
    command = ["git", "ls-files", "--others", "--exclude-standard", "-z"]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")[:-1]


def test_git_takes_no_text_and_no_build(read):
    for name in ("data/full/x", "data/published/x", "reports/index.html", "reports/public.html", "data/raw/x"):
        (read / name).parent.mkdir(parents=True, exist_ok=True)
        (read / name).write_text("Ada Wrede", encoding="utf-8")
    seen = untracked(read)
    assert {name.split("/")[0] for name in seen} == {
        *(".dvc", ".dvcignore", ".gitignore", "README.md", "benchmarks", "configs", "data", "dvc.yaml")
    }
    assert {"/".join(name.split("/")[:2]) for name in seen if name.startswith("data/")} == {"data/annotations"}


def test_stages_depend_on_files_that_are_there_or_made_and_on_the_code_by_its_digest(made):
    stages = yaml.safe_load((made[0] / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    own = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert list(stages) == ["code", *own]
    for name in own:
        stage, original = stages[name], own[name]
        assert {"data/interim/code.json": [name]} in stage["params"]
        assert stage["deps"] == [path for path in original["deps"] if not path.startswith("pipeline/")]
        assert stage["outs"] == original["outs"]
    project, _ = made
    text = (project / "dvc.yaml").read_text(encoding="utf-8")
    stages = yaml.safe_load(text)["stages"].values()
    listed = [out for stage in stages for out in (*stage["outs"], *stage.get("metrics", []))]
    outs = {name for out in listed for name in (out if isinstance(out, dict) else [out])}
    made_later = {*outs, *(parent.as_posix() for out in outs for parent in Path(out).parents)}
    for stage in stages:
        params = [file for entry in stage.get("params", []) for file in entry]
        for name in (*stage["deps"], *params) if "deps" in stage else ():
            assert name in made_later or "$" in name or (project / name).exists(), name


@pytest.mark.parametrize("place", ["my articles", "data/raw"])
def test_articles_in_the_folder_of_the_project_are_kept_out_of_git(tmp_path, monkeypatch, place):
    write_articles(tmp_path / place)
    monkeypatch.chdir(tmp_path)
    parley("init", place, "--yes")
    assert yaml.safe_load((tmp_path / "configs/ingest.yaml").read_text(encoding="utf-8"))["input"] == place
    assert not [name for name in untracked(tmp_path) if name.startswith(place)]
    assert ingest_input(tmp_path)["articles"] == 8


@pytest.mark.parametrize("command", ["init", "quotes"])
def test_the_help_lists_the_formats_that_are_read(command):
    listed = set(re.findall(r"(?<!\w)\.[a-z]+", parley(command, "--help").output.partition("Options:")[0]))
    assert listed - {".gz", ".speaker"} == set(READERS)


@pytest.mark.parametrize(
    ("licence", "warned"),
    [("CCBY", True), ("CC-BY-4.0", True), ("cc-by-4.0", False), ("all-rights-reserved", False), ("", False)],
)
def test_a_licence_that_withholds_all_is_warned_of(tmp_path, licence, warned):
    made = init(tmp_path, "--license", licence)
    checked = parley("check", "--root", tmp_path / "project")
    says = f"warning: licence `{licence}` is not one of those under which texts are published: cc0-1.0, "
    for done in (made, checked):
        warnings = [line.startswith(says) for line in done.output.splitlines() if line.startswith("warning: ")]
        assert warnings == [True] * warned
        assert ("data/published will have the first words of each quote and offsets, no text" in done.output) == warned


@pytest.mark.parametrize(("project", "says"), [
    ("articles/inside", "among the articles"),
    ("articles", "among the articles"),
    ("used", "it contains letter.txt"),
    ("letter.txt", "this is a file"),
    (str(ROOT / "mine"), "in the code of Parley itself"),
])  # fmt: skip
def test_a_project_is_not_set_up_over_other_things(tmp_path, monkeypatch, project, says):
    monkeypatch.chdir(tmp_path)
    write_articles(tmp_path / "articles")
    (tmp_path / "used").mkdir()
    for name in ("letter.txt", "used/letter.txt"):
        (tmp_path / name).write_text("Dear Ada", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    assert says in parley("init", "articles", project, "--yes", status=1).output
    assert sorted(tmp_path.rglob("*")) == before
    assert not (ROOT / "mine").exists()


@pytest.mark.parametrize(("name", "says"), [
    *((f"project/{name}", "project's own files") for name in ("reports", "data/interim/articles", "data", ".git")),
    (os.fsdecode(b"bad\xff"), "bad\\xff: a config cannot hold this name"),
])  # fmt: skip
def test_articles_in_a_place_that_cannot_be_read_are_refused(tmp_path, name, says):
    assert says in init(tmp_path, articles=name, status=1).output


@pytest.mark.parametrize(("git", "expected"), [
    ("none", {"no_scm": "true"}),  # DVC does not look for it
    ("made", {"autostage": "true"}),  # DVC adds its files without a hint to do so
    ("above", {"autostage": "false"}),  # the index of a repository that was there is left alone
])  # fmt: skip
def test_what_dvc_does_with_git(tmp_path, monkeypatch, git, expected):
    if git == "none":
        monkeypatch.setenv("PATH", str(tmp_path))
    if git == "above":
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    init(tmp_path)
    config = configparser.ConfigParser()
    config.read(tmp_path / "project/.dvc/config", encoding="utf-8")
    assert expected.items() <= dict(config["core"]).items()
    assert (tmp_path / "project/.git").exists() == (git == "made")


@pytest.mark.parametrize(("text", "values", "expected"), [
    ("a: 1\n# of b\nb: 2\n", {"b": 3}, "a: 1\n# of b\nb: 3\n"),
    ("a:\n  - 1\n  - 2\nb: 2\n", {"a": []}, "a: []\nb: 2\n"),
    ("a:\n- 1\n# next\nb: 2\n", {"a": [3]}, "a: [3]\n# next\nb: 2\n"),
    ("a: 1\n", {"a": "no: words"}, "a: 'no: words'\n"),
    ("a: {}\n", {"a": {"b": ["c", "d"]}}, "a:\n  b: [c, d]\n"),
    ("aa: 1\na: 2\n", {"a": 3}, "aa: 1\na: 3\n"),
])  # fmt: skip
def test_a_value_of_a_config_is_changed_and_all_else_stays(text, values, expected):
    assert set_values(text, values) == expected
    with pytest.raises(ConfigError, match="`none`"):
        set_values(text, {"none": 2})


INGEST = (ROOT / "configs/ingest.yaml").read_text(encoding="utf-8")
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(name=NAMES, column=NAMES, patterns=st.lists(NAMES, max_size=3))
def test_any_words_come_back_and_no_comment_is_lost(name, column, patterns):
    ingest = set_values(INGEST, {"input": name, "columns": {"text": [column]}, "exclude": patterns})
    read, before = (yaml.load(text, yaml.CSafeLoader) for text in (ingest, INGEST))
    assert read == before | {"input": name, "columns": {"text": [column]}, "exclude": patterns}
    comments = [[line for line in text.splitlines() if line.startswith("#")] for text in (INGEST, ingest)]
    assert comments[0] == comments[1]


def test_answers_change_columns_and_names(tmp_path):
    done = init(tmp_path, answers=["n", "", "Nope", "Nr", *[""] * 4, "day", "y", "y", "Boats", "Ada", "cc-by-4.0"])
    assert "no file has a column `Nope`" in done.output
    assert "title from `Nr`" in done.output
    configs = tmp_path / "project/configs"
    ingesting = yaml.safe_load((configs / "ingest.yaml").read_text(encoding="utf-8"))
    assert (ingesting["columns"]["title"][0], ingesting["date_order"]) == ("Nr", "day")
    assert "Without a date: 2. Take the days" in done.output
    assert ingesting["file_dates"] is True
    publishing = load_publish_config(configs)
    assert (publishing.name, publishing.creator) == ("Boats", "Ada")
    assert publishing.allows_text(publishing.licence_of({"raw_path": "a.txt", "source": None}))


def test_where_no_column_has_the_text_it_is_asked_for(tmp_path):
    write_json_lines(tmp_path / "a.jsonl", [{"k": "short"}] * 30 + [{"k": story(0)}])
    done = init(tmp_path, articles="a.jsonl", answers=["k", "", "", "", "", "", "auto", "y", "", "", ""])
    assert done.output.index("Which column has it?") < done.output.index("Is this right?")


@pytest.mark.parametrize(("options", "files"), [
    # A table without the named column is read by guesses, or by known names.
    (["--text", "Volltext"], {"archiv.csv": "text from `Volltext`, title from `Überschrift`",
                              "export.csv": "text from `story`, title from `kop`",
                              "wire/releases.jsonl": "text from `body`"}),
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
