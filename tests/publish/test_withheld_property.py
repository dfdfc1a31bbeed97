"""Whatever fields hold, no more of a withheld article than its limit can be rebuilt from all that is for others.

`pytest -m "long or not long" tests/publish/test_withheld_property.py` tries 500 projects. Each article counts alone:
what it shares with another article is not part of this.
"""

import pytest

from tests.publish.hostile_projects import build, excesses, write_hostile


@pytest.mark.parametrize("seed", [*range(25), *(pytest.param(n, marks=pytest.mark.long) for n in range(25, 500))])
def test_at_most_the_limit_of_a_withheld_article_can_be_rebuilt(tmp_path, seed):
    write_hostile(tmp_path, seed)
    build(tmp_path)
    assert excesses(tmp_path) == []
