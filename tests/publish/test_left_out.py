"""A person of `configs/left_out.csv` is in nothing that is for others, and in all that is for yourself."""

import pytest

from pipeline.cli.project_check import check_project
from pipeline.core import paths
from pipeline.core.errors import ConfigError
from pipeline.core.left_out import LeftOut, read_left_out
from pipeline.core.publish_config import load_publish_config
from pipeline.core.schema.data_tables import QUOTES
from pipeline.core.storage import tables
from pipeline.core.storage.withholding import plan_withholding
from tests.publish.hostile_projects import build, letters, published_texts
from tests.worlds.news import harbour_articles, harbour_quote
from tests.worlds.project import copy_configs
from tests.worlds.published_project import write_project
from tests.worlds.rows import gold_quote, write_json_lines

HEAD = "name,reason,since,by\n"


@pytest.fixture
def project(tmp_path):
    """Return a project in which Ada Wrede1 asked to be left out: she speaks in one article, and is named in another."""
    articles = harbour_articles(6)
    for of in articles:
        of["url"] = f"https://harbour.example/{'ada%20wrede1' if 'Wrede1,' in of['text'] else 'other'}"
    other = next(of for of in articles if "Wrede2," in of["text"])
    other["title"] += " – and Ada  Wrede1"
    root = write_project(tmp_path, articles)
    copy_configs(root, "publish.yaml", "targets.yaml", "languages/en.yaml")
    gold = [gold_quote(a, harbour_quote(a)) for a in articles]  # annotators may write less than the full name
    write_json_lines(root / paths.ANNOTATIONS / "quotes.jsonl", [row | {"speaker": row["speaker"][4:]} for row in gold])
    tables.write_text(root / "configs/left_out.csv", f"{HEAD}Ada Wrede1,she asked,2031-02-03,our desk\n")
    tables.write(QUOTES, [row | {"side": "Amsel"} for row in tables.read(root / paths.QUOTES)], root / paths.QUOTES)
    build(root)
    return root


def test_nothing_for_others_names_her_and_what_is_for_yourself_does(project):
    texts = published_texts(project)
    assert not [text for text in texts if "wrede1" in letters(text)]
    assert [text for text in texts if "wrede2" in letters(text)]
    # Offsets still hold: her name is covered sign by sign.
    assert [text for text in texts if "said ███ ██████, who" in text]
    # Her quotes are dropped, and others kept.
    published, full, gold = (
        [row["quote_id"] for row in tables.iterate_rows(project / place)]
        for place in (paths.PUBLISHED / "quotes", paths.FULL / "quotes", paths.PUBLISHED / "gold")
    )
    (dropped,) = set(full) - set(published)
    assert dropped not in gold
    assert not [text for text in texts if dropped in text]  # nor among the stances of her side
    assert len(gold) == 5 + 20
    assert "1 annotated quote is withheld whole" in (project / paths.PUBLISHED / "README.md").read_text("utf-8")
    plan = plan_withholding(project, load_publish_config(project / paths.CONFIGS))
    assert [*map(plan.hides, plan.people.articles)] == [True]  # no report has an example of her article
    # What is for yourself names her.
    assert "Ada Wrede1" in (project / paths.LOCAL_PAGE).read_text(encoding="utf-8")
    assert any("Ada Wrede1" in row["text"] for row in tables.iterate_rows(project / paths.FULL / "articles"))


def test_check_names_what_leaves_out_nobody_and_nothing(project):
    copy_configs(project)
    tables.write_text(project / "configs/left_out.csv", f"{HEAD}Ada Wrede1,,,us\nBo Nobody,,,us\n")
    config = project / "configs/publish.yaml"
    text = config.read_text(encoding="utf-8").replace("out: []", "out: ['*/none.txt', '*']")
    tables.write_text(config, text.replace("path: sample/*", "path: '*'\n    license: x\n  - path: b/*"))
    warnings = " ".join(line for kind, line in check_project(project, no_input=True) if kind == "warning")
    words = ("`Bo Nobody`", "`*/none.txt`", "entry 2 of `licenses`", "Wrede1", "`*`", "entry 1 ")
    assert [each in warnings for each in words] == [True, True, True, False, False, False]


@pytest.mark.parametrize(("text", "says"), [
    ("", "columns are wrong"), ("name,by\n", "columns are wrong"), (f"{HEAD},x,,me\n", "`name` or `by` is empty"),
    (f"{HEAD}Ada\n", "a row has 4 cells"),
])  # fmt: skip
def test_a_damaged_file_stops_publishing(tmp_path, text, says):
    tables.write_text(tmp_path / "left_out.csv", text)
    with pytest.raises(ConfigError, match=says):
        read_left_out(tmp_path)


@pytest.mark.parametrize(("name", "text", "is_covered"), [
    ("Siobhan O'Brien", "I agree with Siobhan O’Brien.", True), ("José Ruiz", "Jose\u0301 Ruiz agreed", True),
    ("Jean-Luc Marl", "JEAN LUC MARL", True), ("Jean-Luc Marl", "Jean\u2011Luc\u00a0Marl", True),
    ("Ada Wrede", "Ad\u00ada\u200b Wrede", True),
    ("Ada Wrede", "Ada Wredes Haus", True), ("Ada Wrede", "Ada Wredestone", False), ("Ada Wrede", "Wrede, Ada", True),
    ("Ada Wrede", "Ada “the Owl” Wrede", True), ("Anna Strauss", "Anna Strauß", True), ("Jo Ruiz", "JÓ RUÍZ", True),
    ("Jean O’Hara", "JEAN OʼHARAʹS", True), ("Jean O'Hara", "Jean OHara", True), ("Ilker Isik", "İlker Işık", True),
    ("Ada Wrede", "Ada and Wrede", False), ("Ada Wrede", "Ada M. Wrede", True), ("Ada Wrede", "Ada May WREDE", True),
    ("Jean O'Hara", "Jean O Hara", True), ("Jean O'Hara", "O HARA, JEAN", True), ("Jean O'Hara", "Jean Hara", False),
    ("Rita DiMarco", "Rita Di Marco", True), ("Rita DiMarco", "DI MARCO, RITA", True), ("Rita DiMarco", "Di", False),
    ("Heyl, Óskar van der", "OSKAR VAN DER HEYL", True), ("Óskar van der Heyl", "van der Heyl, Óskar", True),
    ("Soren Lokke", "Søren Løkke", True), ("Łukasz Æther", "Lukasz Aether’s", True),
    ("Ada Wrede", "Ada May “Owl” WREDE", True), ("Ada Wrede", "Ada May Eva Wrede", True),
    ("Ada May Wrede", "https://paper.example/ada-may-wrede", True),
])  # fmt: skip
def test_a_name_is_covered_however_it_is_written(name, text, is_covered):
    people = LeftOut([name])
    covered = people.cover(text)
    assert len(covered) == len(text)
    assert (covered != text) is is_covered
    people.add_article("a", text)
    assert list(people.absent) == ([] if is_covered else [name])


def test_parts_of_a_name_are_covered_in_an_article_that_has_all_of_it():
    people = LeftOut(["ada May WREDE", "Bo O'Hara", "Noël d'Ormont", "Eva Le Fèvre"])
    people.add_article("d", "Noël d’Ormont, Eva Le Fevre")
    shown = people.cover("D’Ormont, D'Ormonts, d'Ormont, Ormont, LeFevre, Lefèvre", "d")
    assert shown == "████████, █████████, ████████, ██████, ███████, ███████"
    people.add_article("c", "Bo O’Hara and Ada May Wre-\n\nde left.")
    text = "Ada\nMay WREDE came. Wredes left in May, she may stay. “Wrede government”, Wrede’s"
    people.add_article("a", text)
    shown = "███\n███ █████ came. ██████ left in ███, she may stay. “█████ government”, ███████"
    assert people.cover(text, "a") == shown
    # Elsewhere, Wrede may be anybody.
    assert people.cover("Wrede left", "b") == "Wrede left"
    speakers = [("ada may wrede", "b"), ("Wrede", "a"), ("Ada’s", "a"), ("Wrede", "b"), ("Bo Lind", "a"), ("…", "a")]
    speakers = [("O Hara", "c"), ("Ada May Wre", "c"), *speakers]
    assert [people.speaks({"speaker": n, "article_id": i}) for n, i in speakers] == [True] * 5 + [False] * 3
    assert LeftOut(["José Ruiz"]).is_in("https://paper.example/jose-ruiz.html")
    assert [people.is_in("https://paper.example/wrede-said.html", i) for i in ("a", "b")] == [True, False]


def test_a_speaker_under_half_a_name_is_known_by_the_sources():
    people = LeftOut(["Ada Wrede"])
    rows = (("x", "May Wrede", "Ada May Wrede"), ("y", "Eva Wrede", "she"), ("z", "Bo Lind", "Ada Wrede"))
    for speaker_id, name, source in rows:
        people.add_speaker({"speaker_id": speaker_id, "name": name, "aliases": None}, [source])
    assert [people.speaks({"speaker_id": row[0], "speaker": row[1]}) for row in rows] == [True, False, False]
    assert people.speaks({"speaker_id": "z", "speaker": "Bo Lind", "source": "Ada Wrede"})


def test_a_body_with_a_word_of_the_name_is_covered_as_in_the_article():
    people = LeftOut(["Ada Wrede"])
    for article_id, text in (("a", "Ada Wrede left Wrede Holdings."), ("b", "Wrede Works said no.")):
        people.add_article(article_id, text)
        for name in ("Wrede Holdings", "Wrede Works"):
            if name in text:
                people.add_names({"speaker_id": name, "name": "Bo", "aliases": None, "side": name}, article_id)
    assert people.cover(["Wrede Holdings", "Wrede Works"]) == ["█████ Holdings", "Wrede Works"]
    assert people.hidden_ids == {"Wrede Holdings"}
    people.add_names({"speaker_id": "x", "name": "Ada Wrede and Bo Wrede", "aliases": ["Wrede"]}, "a")
    assert people.cover("Ada Wrede and Bo Wrede") == "███ █████ and Bo █████"
    assert people.cover("office of Ada Wrede") == "office of ███ █████"
    people.add_speaker({"speaker_id": "g", "name": "Bo and her", "aliases": None, "members": ["Bo Lind", "Ada Wrede"]})
    assert people.speaks({"speaker_id": "g", "speaker": "Bo and her"})
