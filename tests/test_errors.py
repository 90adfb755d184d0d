import pickle
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from uncial import errors
from uncial.errors import OptionInvalid, SourceDamaged, UncialError


def below(kind: type[UncialError]) -> list[type[UncialError]]:
    """The classes of the tree right below it; what others keep for themselves, whoever imported them, is not in the tree."""
    return [child for child in kind.__subclasses__() if child.__module__ == errors.__name__]


def tree(kind: type[UncialError] = UncialError) -> Iterator[type[UncialError]]:
    yield kind
    for child in below(kind):
        yield from tree(child)


CLASSES = list(tree())
GROUPS = {kind for kind in CLASSES if below(kind)} - {OptionInvalid}  # which is raised as well, and not only what is below it


@dataclass(frozen=True)
class Drawn:
    """A line of the tree at the top of errors.py."""

    name: str
    parent: str
    row: tuple[str, ...]


def drawn() -> list[Drawn]:
    lines = [text for text in (errors.__doc__ or "").splitlines() if "──" in text]
    found, parents = [], ["UncialError"]
    for text in lines:
        depth = text.index("──") // 4
        name, *row = text.lstrip("│├└─ ").split()
        found.append(Drawn(name, parents[depth], tuple(row)))
        parents[depth + 1 :] = [name]
    return found


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_says_its_own_code_statuses_and_title(kind: type[UncialError]):
    own = vars(kind)
    assert {"code", "exit_status", "http_status", "title"} <= set(own)
    assert 1 <= kind.exit_status <= 15
    assert 400 <= kind.http_status <= 599
    assert own["__doc__"]


def test_no_two_errors_share_a_code():
    assert len({kind.code for kind in CLASSES}) == len(CLASSES)


def test_the_tree_at_the_top_of_the_module_is_the_tree_of_the_classes():
    there = {kind.__name__: kind.__bases__[0].__name__ for kind in CLASSES if kind is not UncialError}
    assert {entry.name: entry.parent for entry in drawn()} == there


def test_the_tree_at_the_top_of_the_module_tells_the_codes_and_statuses_of_the_classes():
    there = {kind.__name__: (kind.code, str(kind.exit_status), str(kind.http_status)) for kind in CLASSES if kind not in GROUPS}
    assert {entry.name: entry.row for entry in drawn() if entry.row} == there


def test_an_error_crosses_a_process_boundary_whole():
    error = SourceDamaged("It is torn.", stage="pages", page=3)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is SourceDamaged
    assert vars(again) == vars(error)
    assert str(again) == "It is torn."


def test_an_error_has_its_class_hint_unless_it_brings_its_own():
    assert SourceDamaged("It is torn.").hint == SourceDamaged.default_hint != ""
    assert OptionInvalid("No.", hint="Say yes.").hint == "Say yes."
