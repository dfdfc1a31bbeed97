import numpy as np
import pytest

from pipeline.stance.row_sampling import class_weights, row_weights


@pytest.mark.parametrize(
    ("flags", "related", "expected"),
    [
        ("any content", True, 1.0),
        ("any content context", False, 1.0),
        # Four rows imply the target and one does not: each counts so that the shares are as given.
        ("any context", True, 0.1 / 0.9 / 4),
        ("any context", False, 1.0),
        ("any", True, 0.01 / 0.99 / 4),
    ],
)
def test_rows_that_imply_the_target_count_as_often_as_expected(flags: str, related: bool, expected: float) -> None:
    rows = [("any content", True), ("any content context", False)]
    rows += 4 * [("any context", True), ("any", True)] + [("any context", False), ("any", False)]
    weights = row_weights([row for row, _ in rows], np.array([row for _, row in rows]), (0.1, 0.01))
    assert weights[rows.index((flags, related))] == pytest.approx(expected)


def test_rare_shares_are_not_raised() -> None:
    """A third of the rows implies the target, half of the texts to be labelled are expected to: each counts once."""
    weights = row_weights(["any", "any", "any"], np.array([True, False, False]), (0.5, 0.5))
    assert weights.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(("power", "expected"), [(0.0, [1.0, 1.0]), (1.0, [2 / 3, 2.0])])
def test_class_weights(power: float, expected: list[float]) -> None:
    assert list(class_weights(np.array([0, 0, 0, 1]), power).values()) == pytest.approx(expected)
