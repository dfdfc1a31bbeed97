"""A small project with labelled quotes of an invented war."""

import pytest

from tests.worlds.stance_project import training_rows, write_labels, write_project


@pytest.fixture
def rows():
    return training_rows()


@pytest.fixture
def put():
    """Function that writes rows as the annotations of a project."""
    return write_labels


@pytest.fixture
def project(tmp_path):
    """A project with one target and labelled quotes."""
    return write_project(tmp_path)
