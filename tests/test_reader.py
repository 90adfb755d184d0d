import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PIL import Image

from fakes import FakeEngine, install, line
from uncial.document import EngineUsed, Line, Page
from uncial.errors import EngineFailed, EngineMissing, OptionInvalid, SourceDamaged, SourceEmpty, UncialError
from uncial.geometry import Box
from uncial.options import Limits, Options, PageRanges
from uncial.raster import Raster
from uncial.reader import OpenDocument, open_document, read, read_page
from uncial.sources import open_source


def tiff(*colours: str) -> bytes:
    first, *others = [Image.new("RGB", (300, 200), colour) for colour in colours]
    out = io.BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=others, dpi=(150, 150))
    return out.getvalue()


def is_red(image: np.ndarray) -> bool:
    return tuple(image[0, 0]) == (255, 0, 0)


def breaks_on_red(image: np.ndarray) -> Sequence[Line]:
    if is_red(image):
        raise EngineFailed("It saw red.", hint="Try green.")
    return [line("all is well", 10, 10)]


def test_every_page_is_read_and_keeps_its_number_size_and_resolution():
    found = read(tiff("white", "white"), engine=FakeEngine(breaks_on_red))
    assert [(page.number, page.width, page.height, page.dpi, page.text) for page in found.pages] == [
        (1, 300, 200, 150.0, "all is well"),
        (2, 300, 200, 150.0, "all is well"),
    ]
    assert found.engine == EngineUsed("fake", "1")
    assert (found.source.media_type, found.source.bytes) == ("image/tiff", len(tiff("white", "white")))
    assert not found.partial


def test_a_page_that_fails_among_good_ones_stays_with_its_problem():
    found = read(tiff("white", "red", "white"), engine=FakeEngine(breaks_on_red))
    assert found.partial
    assert [page.text for page in found.pages] == ["all is well", "", "all is well"]
    problem = found.pages[1].problem
    assert problem is not None
    assert (problem.code, problem.message, problem.hint, problem.stage) == (
        "engine-failed",
        "It saw red.",
        "Try green.",
        "engine",
    )


def test_where_every_page_fails_the_first_failure_is_raised_and_names_its_page():
    with pytest.raises(EngineFailed) as caught:
        read(tiff("red", "red"), Options(pages=PageRanges.parse("2-")), engine=FakeEngine(breaks_on_red))
    assert caught.value.page == 2


def test_words_that_are_less_sure_than_was_asked_for_come_out_doubtful():
    engine = FakeEngine([line("clear", 10, 10, confidence=0.9), line("faint", 10, 60, confidence=0.3)])
    found = read(tiff("white"), Options(min_confidence=0.5), engine=engine)
    assert {word.text: word.doubtful for each in found.pages[0].lines for word in each.words} == {"clear": False, "faint": True}
    assert not any(word.doubtful for each in read(tiff("white"), engine=engine).pages[0].lines for word in each.words)


def test_an_error_of_our_own_making_is_not_told_as_a_page_that_failed():
    def mistaken(image: np.ndarray) -> Sequence[Line]:
        raise KeyError("a mistake in an engine")

    with pytest.raises(KeyError):
        read(tiff("white", "white"), engine=FakeEngine(mistaken))


def test_only_the_pages_that_were_asked_for_are_read():
    engine = FakeEngine(breaks_on_red)
    found = read(tiff("red", "white", "red", "white"), Options(pages=PageRanges.parse("2,4")), engine=engine)
    assert [page.number for page in found.pages] == [2, 4]
    assert len(engine.seen) == 2


def test_pages_that_are_not_there_are_an_error_and_not_an_empty_document():
    with pytest.raises(SourceEmpty):
        read(tiff("white"), Options(pages=PageRanges.parse("5-")), engine=FakeEngine())


def test_a_blank_page_is_an_empty_page_without_a_problem():
    found = read(tiff("white"), engine=FakeEngine())
    assert (found.text, found.pages[0].blocks, found.pages[0].problem) == ("", (), None)


def test_progress_is_told_after_each_page_with_how_many_there_are():
    told: list[tuple[int, int, bool]] = []

    def progress(page: Page, pages: int) -> None:
        told.append((page.number, pages, page.problem is not None))

    read(
        tiff("red", "white", "white"), Options(pages=PageRanges.parse("1,3")), engine=FakeEngine(breaks_on_red), progress=progress
    )
    assert told == [(1, 2, True), (3, 2, False)]


def test_the_languages_that_were_asked_for_reach_the_engine():
    engine = FakeEngine()
    read(tiff("white"), Options(languages=("de", "fr")), engine=engine)
    assert engine.seen == [((200, 300, 3), ("de", "fr"))]


@pytest.mark.parametrize(("options", "effort"), [(Options(), "balanced"), (Options(effort="best"), "best")])
def test_the_effort_that_was_asked_for_reaches_the_engine(options: Options, effort: str):
    engine = FakeEngine()
    read(tiff("white", "white"), options, engine=engine)
    assert engine.efforts == [effort] * 2


def test_an_engine_that_was_not_given_is_loaded_by_its_name(monkeypatch: pytest.MonkeyPatch):
    install(monkeypatch, lambda config: FakeEngine([line("loaded", 1, 1)]))
    assert read(tiff("white"), Options(engine="fake")).text == "loaded"


def test_an_engine_that_is_not_here_is_missing_and_those_that_are_here_are_named():
    with pytest.raises(EngineMissing) as caught:
        read(tiff("white"), Options(engine="crystal-ball"))
    assert "neural" in caught.value.hint


def test_what_cannot_be_opened_is_an_error_before_any_engine_is_loaded():
    with pytest.raises(SourceDamaged):
        read(tiff("white")[:8], engine=FakeEngine())
    with pytest.raises(OptionInvalid):
        read(tiff("white"), limits=Limits(max_pages=0), engine=FakeEngine())


@dataclass(frozen=True)
class TurningEngine:
    """Finds that every page lies on its side, and one word in the corner of the page that it is shown."""

    inner: FakeEngine
    info = FakeEngine.info

    def quarter_turns(self, image: np.ndarray) -> int:
        return 1

    def read(self, image: np.ndarray, languages: Sequence[str], effort: str = "balanced") -> list[Line]:
        return self.inner.read(image, languages)


def test_a_turned_page_is_read_upright_and_told_in_the_coordinates_of_its_own_image():
    engine = TurningEngine(FakeEngine([line("corner", 0, 0)]))
    found = read_page(Raster(np.full((300, 200, 3), 255, np.uint8)), engine, Options())
    assert engine.inner.seen == [((200, 300, 3), ("auto",))]
    assert (found.width, found.height, found.turned) == (200, 300, 90)
    # The upper left corner of the upright page is the lower left one of the page as it came.
    assert found.lines[0].quad.box == Box(0, 240, 20, 300)
    assert found.lines[0].quad.angle == -90


def test_a_page_is_left_as_it_lies_where_that_was_asked_for():
    engine = TurningEngine(FakeEngine([line("corner", 0, 0)]))
    found = read_page(Raster(np.full((300, 200, 3), 255, np.uint8)), engine, Options(orientation=False))
    assert (found.turned, found.lines[0].quad.box) == (0, Box(0, 0, 60, 20))


@pytest.mark.parametrize(("size", "shown"), [((100_000, 1), (10, 1)), ((3, 900), (3, 30)), ((300, 200), (300, 200))])
def test_of_a_long_strip_only_the_middle_tells_which_way_up_it_lies(size: tuple[int, int], shown: tuple[int, int]):
    seen: list[tuple[int, ...]] = []

    class Watching(TurningEngine):
        def quarter_turns(self, image: np.ndarray) -> int:
            seen.append(image.shape)
            return 0

    read_page(Raster(np.full((*size, 3), 255, np.uint8)), Watching(FakeEngine()), Options())
    assert seen == [(*shown, 3)]


@contextmanager
def opened(*colours: str, pages: str = "1-") -> Iterator[OpenDocument]:
    limits, options = Limits(), Options(pages=PageRanges.parse(pages))
    with open_document(open_source(tiff(*colours), limits), FakeEngine(breaks_on_red), options, limits) as document:
        yield document


def test_an_open_document_is_read_in_several_goes_and_put_together_as_if_in_one():
    colours = ("white", "red", "white", "white")
    with opened(*colours, pages="2-4") as document:
        assert document.numbers == (2, 3, 4)
        pages = [*document.read({4}), *document.read({2, 3}, ahead=False)]
        assert [page.number for page in pages] == [4, 2, 3]
    whole = read(tiff(*colours), Options(pages=PageRanges.parse("2-4")), engine=FakeEngine(breaks_on_red))
    with opened(*colours, pages="2-4") as document:  # by another who has read none of them
        assert document.whole(sorted(pages, key=lambda page: page.number)) == whole


@pytest.mark.parametrize("ahead", [True, False])
def test_each_page_is_told_before_it_is_read(ahead: bool):
    told: list[str] = []
    with opened("white", "red", "white") as document:
        for page in document.read(ahead=ahead, begun=lambda number: told.append(f"begun {number}")):
            told.append(f"done {page.number}")
    assert told == ["begun 1", "done 1", "begun 2", "done 2", "begun 3", "done 3"]


def test_where_every_page_has_failed_elsewhere_the_first_ones_error_is_raised_again():
    with opened("red", "red") as document:
        failed = list(document.read())
    with opened("red", "red") as document, pytest.raises(EngineFailed) as caught:
        document.whole(failed)
    assert (caught.value.message, caught.value.hint, caught.value.stage, caught.value.page) == (
        "It saw red.",
        "Try green.",
        "engine",
        1,
    )


def test_a_problem_that_nobody_here_knows_is_still_raised():
    with opened("red") as document:
        (failed,) = document.read()
        assert failed.problem
        strange = replace(failed, problem=replace(failed.problem, code="of-a-package"))
    with opened("red") as document, pytest.raises(UncialError, match="It saw red"):
        document.whole([strange])
