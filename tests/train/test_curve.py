import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from uncial.train.curve import curve_svg, read_log

SVG = "{http://www.w3.org/2000/svg}"


def look(lines: int, loss: float | None = 0.5, best: bool = False, **cer: float) -> dict[str, Any]:
    return {"step": lines // 16, "seconds": lines / 10, "lines": lines, "rate": 4e-5, "loss": loss, "cer": cer, "best": best}


LOOKS = [look(0, best=True, printed=0.02, receipt=0.05), look(1600, 0.4, True, printed=0.01, receipt=0.04)]


def words(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text")]


def paths(svg: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter(f"{SVG}path"))


def height(path: ET.Element) -> float:
    return float(path.attrib["d"].split()[1].split("H")[0].split("L")[0])


def test_there_is_a_picture_for_the_loss_and_for_each_kind():
    said = words(curve_svg(LOOKS, "mine"))
    assert {"loss", "printed", "receipt"} <= set(said)
    assert "0.0200 → 0.0100" in said
    assert "0.0500 → 0.0400" in said


def test_a_curve_goes_down_where_the_error_rate_does():
    (curve,) = [
        path.attrib["d"] for path in paths(curve_svg([look(0, None, a=0.4), look(100, None, a=0.1)], "mine")) if path.get("fill")
    ]
    first, second = (float(point.split()[1]) for point in curve[1:].split("L"))
    assert second > first  # y grows downwards


def test_the_figure_that_is_told_is_that_of_the_best_look_and_not_of_the_last():
    looks = [*LOOKS, look(3200, 0.3, printed=0.015, receipt=0.06)]
    said = words(curve_svg(looks, "mine"))
    assert "0.0200 → 0.0100" in said
    assert "best look, after 1,600 lines" in said


def test_the_starting_weights_are_a_level_and_so_is_the_teacher():
    dashed = [
        path for path in paths(curve_svg([look(0, a=0.4), look(100, a=0.3)], "mine", {"a": 0.1})) if path.get("stroke-dasharray")
    ]
    start, teacher = [path for path in dashed if height(path) > 50]  # the legend has two more
    assert height(start) < height(teacher)
    assert "0.4000 → 0.3000, teacher 0.1000" in words(curve_svg([look(0, a=0.4), look(100, a=0.3)], "mine", {"a": 0.1}))


def test_lines_are_told_beside_the_minutes_that_they_took():
    said = words(curve_svg([look(0, a=0.2), look(12_000, a=0.1)], "mine"))
    assert said[0].startswith("mine: 12,000 lines learned in 20 minutes")
    at = said.index("10k")
    assert said[at + 1] == "17 min"


@pytest.mark.parametrize(
    "looks", [[], LOOKS[:1], [look(0, float("nan"), a=0.0), look(10, None, a=0.0)], [look(5, 1.0), look(5, 1.0)]]
)
def test_a_run_that_has_hardly_begun_has_a_picture_too(looks):
    assert "mine" in words(curve_svg(looks, "mine"))[0]


def test_a_name_is_written_as_it_is():
    assert words(curve_svg(LOOKS, "<a&b>"))[0].startswith("<a&b>")


def test_a_record_that_was_cut_off_is_left_out(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(each) + "\n" for each in LOOKS) + '{"step": 300, "lin', "utf-8")
    assert read_log(log) == LOOKS
    assert read_log(tmp_path / "none.jsonl") == []
