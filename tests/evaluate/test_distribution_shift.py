"""Distribution shift: quotes like the training quotes give no warning, others one for each measure."""

import pytest

from pipeline.evaluate.stance import distribution_shift

SHARES = {"favor": 0.5, "unrelated": 0.5}


def quotes(n=60, likeness=0.6, unseen=1, label="favor", p=0.8):
    """Quotes of ten words, every second one `unrelated`."""
    measured = [{"similarity": likeness, "words": 10, "unseen": unseen} for _ in range(n)]
    labelled = [{"label": label if k % 2 else "unrelated", "p": p} for k in range(n)]
    return measured, labelled


def parts():
    measures = {}
    for k, likeness in enumerate((0.55, 0.6, 0.65)):
        measures[f"author {k}"] = distribution_shift.measure_shift(
            *quotes(likeness=likeness, unseen=k, p=0.7 + k / 10), SHARES
        )
    return measures


def test_measures():
    measures = distribution_shift.measure_shift(*quotes(label="against"), SHARES)
    assert measures == pytest.approx({"likeness": 0.6, "unseen": 0.1, "labels": 0.5, "confidence": 0.8})


@pytest.mark.parametrize(
    ("changed", "beyond"),
    [
        ({}, []),
        ({"likeness": 0.4}, ["likeness"]),
        ({"unseen": 4}, ["unseen"]),
        ({"label": "against"}, ["labels"]),
        ({"p": 0.5}, ["confidence"]),
        # More alike, fewer new words and a surer model are no reason to warn.
        ({"likeness": 0.9, "unseen": 0, "p": 0.99}, []),
    ],
)
def test_values_beyond_the_usual_range_give_warnings(changed, beyond):
    shift = distribution_shift.summarise_shift(*quotes(**changed), SHARES, parts())
    assert [name for name, measure in shift["measures"].items() if measure["beyond"]] == beyond


def test_too_few_quotes_or_parts_give_no_warning():
    assert distribution_shift.summarise_shift(*quotes(n=20), SHARES, parts()) is None
    assert distribution_shift.summarise_shift([], [], SHARES, parts()) is None
    assert distribution_shift.summarise_shift(*quotes(), SHARES, {"author 0": parts()["author 0"]}) is None


def test_parts_are_compared_with_each_other():
    measured = [{"id": k, "part": "ab"[k % 2], "similarity": k / 10, "words": 5, "unseen": k} for k in range(4)]
    predicted = {k: {"gold": ("favor", "unrelated")[k % 2], "label": "favor", "p": 0.5} for k in range(4)}
    measures = distribution_shift.measure_parts(measured, predicted)
    assert measures["a"] == pytest.approx({"likeness": 0.1, "unseen": 0.2, "labels": 1.0, "confidence": 0.5})
    assert measures["b"]["labels"] == 0
