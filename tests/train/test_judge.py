import json
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from recognisers import Says, sure
from uncial.engines.neural.ctc import Reading
from uncial.errors import WeightsInvalid
from uncial.evaluate.profiles import Profile
from uncial.train.judge import judged, read_with, recogniser_for
from uncial.train.lines import LabelledLine


def line(text: str, kind: str = "printed", height: int = 30, width: int = 300, stretch: float = 1.0) -> LabelledLine:
    image = np.full((height, width, 3), 255, np.uint8)
    image[height // 3 : 2 * height // 3, 10 : width // 2] = 0
    return LabelledLine(image, text, kind, stretch=stretch)


def test_errors_are_summed_over_the_lines_of_a_kind_and_not_averaged():
    reader = Says(sure("ab"), sure("cdefghijkx"))
    judgement = judged({"one": reader}, [line("xy"), line("cdefghijkl")])
    score = judgement.kinds["printed"]["one"]
    assert (score.lines, score.right, score.edits) == (2, 0, (3, 12))
    assert score.cer == pytest.approx(0.25)


def test_each_kind_has_its_own_score_and_all_of_them_one_together():
    judgement = judged({"one": Says(sure("abcd"))}, [line("abcd"), line("abcx", "receipt")])
    assert judgement.cer("one") == {"printed": 0.0, "receipt": 0.25}
    assert judgement.all["one"].cer == pytest.approx(0.125)
    assert judgement.all["one"].right == 1


def test_recognisers_take_turns_and_another_one_begins_each_time():
    heard: list[str] = []

    def said(name: str) -> Callable[[np.ndarray], Reading]:
        def heard_and_said(_: np.ndarray) -> Reading:
            heard.append(name)
            return sure("a")

        return heard_and_said

    judged({"first": Says(said("first")), "second": Says(said("second"))}, [line("a"), line("a"), line("a")])
    assert heard == ["first", "second", "second", "first", "first", "second"]


def test_all_of_them_see_the_same_image_of_a_line():
    one, two = Says(sure("a")), Says(sure("a"))
    judged({"one": one, "two": two}, [line("a")])
    assert np.array_equal(one.shown[0], two.shown[0])


def test_a_line_is_cut_as_the_engine_cuts_it_from_its_page():
    reader = Says(sure("a"))
    assert read_with(reader, line("a", height=24, width=300)) == "a"
    assert reader.shown[0].shape == (48, 512, 3)  # 300 / 24 * 48 * .85 = 510
    assert reader.stretches == [0.85]


def test_a_line_that_was_cut_out_already_is_read_as_it_is():
    reader, cut = Says(sure("a")), line("a", height=48, width=328, stretch=0.85)
    read_with(reader, cut)
    assert np.array_equal(reader.shown[0], cut.image)


def test_what_counts_as_the_same_text_is_for_the_profile_to_say():
    lines = [line("TOTAL 4.50")]
    assert judged({"one": Says(sure("Total 4.50"))}, lines).all["one"].edits.errors == 4
    assert judged({"one": Says(sure("Total 4.50"))}, lines, Profile(fold_case=True)).all["one"].edits.errors == 0


def test_lines_are_taken_one_by_one():
    reader = Says(sure("a"))

    def lines() -> Iterator[LabelledLine]:
        for number in range(3):
            assert reader.asked == number
            yield line("a")

    assert judged({"one": reader}, lines()).all["one"].lines == 3


def test_no_lines_give_an_empty_judgement():
    judgement = judged({"one": Says(sure("a"))}, [])
    assert judgement.all == {}
    assert json.loads(judgement.to_json()) == {}


def test_the_table_has_a_row_for_each_kind_and_one_for_all_of_them():
    judgement = judged({"one": Says(sure("abcd"))}, [line("abcd"), line("abcx", "receipt")])
    rows = [[cell.strip() for cell in row.split("|")[1:-2]] for row in judgement.table().split("\n")]
    assert rows[0] == ["kind", "lines", "one CER", "one right"]
    assert rows[2:] == [["printed", "1", "0.0000", "100%"], ["receipt", "1", "0.2500", "0%"], ["all", "2", "0.1250", "50%"]]


def test_the_json_has_what_the_table_has():
    judgement = judged({"one": Says(sure("abcd"))}, [line("abcd"), line("abcx", "receipt")])
    told = json.loads(judgement.to_json())
    assert set(told) == {"printed", "receipt", "all"}
    assert told["receipt"]["one"].items() >= {"lines": 1, "right": 0, "errors": 1, "characters": 4, "cer": 0.25}.items()


def test_a_name_that_is_none_of_ours_and_no_file_is_refused(tmp_path):
    with pytest.raises(WeightsInvalid):
        recogniser_for(tmp_path / "nothing.onnx")
