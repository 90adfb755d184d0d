"""`uncial train`: what it says, keeps and writes. What takes time is done by tools that only note what they were asked for."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
import pytest

from uncial.cli.talk import set_verbosity
from uncial.cli.training import Asked, learn, make, tune
from uncial.errors import OutputError, RecipeInvalid, TrainingDataEmpty, TrainingMissing, TrainingUnhelpful
from uncial.train.lines import LabelledLine
from uncial.train.recipe import Fit, Recipe, Synth, as_yaml
from uncial.train.run import FIRST_WATCHED, RunFolder, opened, run_of
from uncial.train.shelf import put, shelved
from uncial.train.tools import Tools, check_extra
from uncial.train.tune import recipe_for, verdict

Run = Callable[..., tuple[int, bytes, str]]
RECIPE = Recipe("mine", synth=Synth(lines=3, kinds={"printed": 2, "code": 1, "table": 0}), fit=Fit(watched=2))


@dataclass(frozen=True)
class Seen:
    """A look as a fit tells it."""

    step: int
    seconds: float
    lines: int
    cer: Mapping[str, float]
    best: bool = True


@dataclass(frozen=True)
class Ended:
    """What a fit came to."""

    before: Mapping[str, float]
    after: Mapping[str, float]


@dataclass
class Bench:
    """Tools that note what they are asked for."""

    after: Mapping[str, float] = field(default_factory=lambda: {"given": 0.05, "printed": 0.01})
    interrupted: bool = False
    made: list[tuple[int, int, str]] = field(default_factory=list)
    learned: list[Recipe] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)

    @property
    def tools(self) -> Tools:
        return Tools(self.make_lines, self.fit, self.export)

    def make_lines(self, synth, seed, first, count, folder, processes, told):
        self.made.append((first, count, folder.name))
        if not shelved(folder):
            put(folder, [LabelledLine(np.zeros((48, 96, 3), np.uint8), "x", "printed") for _ in range(count)])
        told(count)

    def fit(self, recipe, run, told, taught):
        self.learned.append(recipe)
        taught(1.0)
        run.state.write_bytes(b"state")
        if self.interrupted:
            raise KeyboardInterrupt
        look = {"step": 50, "seconds": 60.0, "lines": 800, "loss": 1.0, "rate": 1e-4, "cer": dict(self.after), "best": True}
        run.log.write_text(json.dumps(look) + "\n")
        told(Seen(50, 60.0, 800, self.after))
        return Ended({"given": 0.1, "printed": 0.01}, self.after)

    def export(self, run, recipe, path):
        self.learned.append(recipe)
        self.written.append(path)
        path.write_bytes(b"weights")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every test begins in an empty folder, with what the command has to say on stderr."""
    monkeypatch.chdir(tmp_path)
    set_verbosity(0)


def lines(folder: Path, *texts: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        cv2.imwrite(str(folder / f"{number:02}.png"), np.full((40, 400, 3), 255, np.uint8))
        (folder / f"{number:02}.gt.txt").write_text(text, encoding="utf-8")
    return folder


def twenty(folder: Path, more: str = "") -> Path:
    return lines(folder, *(f"Zeile {number} aus der Setzmaſchine{more}" for number in range(20)))


def tuning(folder: Path, minutes: float = 20) -> tuple[Recipe, RunFolder]:
    recipe = recipe_for([folder], "mine", "ppocr-v6-tiny", minutes)
    return recipe, run_of(recipe)


# ---- runs


def test_a_run_keeps_its_recipe_and_makes_lines_to_learn_and_others_to_watch():
    bench, run = Bench(), RunFolder(Path("run"))
    make(RECIPE, run, Asked(), bench.tools)
    assert bench.made == [(0, 3, "lines"), (FIRST_WATCHED, 4, "watched")]
    assert opened(Path("run")) == (RECIPE, run)


def test_a_fit_goes_on_with_what_is_there_and_draws_its_curve(capsys: pytest.CaptureFixture[str]):
    bench, run = Bench(), RunFolder(Path("run"))
    learn(RECIPE, run, Asked(), bench.tools)
    before = run.state.stat().st_ino, (run.lines / "samples.jsonl").stat().st_ino
    learn(replace(RECIPE, fit=replace(RECIPE.fit, minutes=5)), run, Asked(), bench.tools)
    assert before == (run.state.stat().st_ino, (run.lines / "samples.jsonl").stat().st_ino)
    assert run.curve.read_text().startswith("<svg") and opened(Path("run"))[0].fit.minutes == 5
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "other", [{"base": "ppocr-v6-small"}, {"seed": 2}, {"more": "ſ"}, {"teacher": None}, {"synth": Synth(kinds={"code": 1})}]
)
def test_a_run_does_not_go_on_with_another_recipe_unless_it_begins_afresh(other: dict[str, Any]):
    bench, run = Bench(), RunFolder(Path("run"))
    learn(RECIPE, run, Asked(), bench.tools)
    run.teacher.mkdir()
    changed = replace(RECIPE, **other)
    with pytest.raises(RecipeInvalid, match="begun with other"):
        learn(changed, run, Asked(), bench.tools)
    assert run.state.exists() and run.teacher.exists() and len(bench.learned) == 1
    learn(changed, run, Asked(afresh=True), bench.tools)
    assert not run.teacher.exists() and bench.learned[-1].seed == changed.seed


def test_more_lines_of_the_same_kind_may_be_made_at_any_time():
    bench, run = Bench(), RunFolder(Path("run"))
    learn(RECIPE, run, Asked(), bench.tools)
    learn(replace(RECIPE, synth=replace(RECIPE.synth, lines=30)), run, Asked(), bench.tools)
    assert (0, 30, "lines") in bench.made and run.state.exists()


def test_letters_of_given_lines_become_part_of_the_alphabet(tmp_path: Path):
    bench, run = Bench(), RunFolder(Path("run"))
    recipe = replace(RECIPE, more="ß", given=(lines(tmp_path / "a", "Maß der Waſchſchüſſel"),))
    learn(recipe, run, Asked(), bench.tools)
    assert bench.learned[0].more == "ßüſ" and opened(Path("run"))[0].more == "ß"


def test_given_lines_that_changed_are_noticed(tmp_path: Path):
    bench, run = Bench(), RunFolder(Path("run"))
    recipe = replace(RECIPE, given=(twenty(tmp_path / "a"),))
    learn(recipe, run, Asked(), bench.tools)
    twenty(tmp_path / "a", more="!")
    with pytest.raises(RecipeInvalid, match="lines of your own"):
        learn(recipe, run, Asked(), bench.tools)
    assert "!" not in shelved(run.given)[0].text and not (run.folder / "given.partial").exists()
    learn(recipe, run, Asked(replaceable=True), bench.tools)
    assert "!" in shelved(run.given)[0].text


def test_who_interrupts_is_told_how_to_go_on(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(click.Abort):
        learn(RECIPE, RunFolder(Path("run")), Asked(), Bench(interrupted=True).tools)
    assert "same command goes on" in capsys.readouterr().err


def test_a_run_that_cannot_be_kept_is_told():
    Path("run").write_text("a file")
    with pytest.raises(OutputError, match="written"):
        make(RECIPE, RunFolder(Path("run")), Asked(), Bench().tools)


# ---- tuning


def test_weights_that_help_are_written_and_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    bench, out = Bench(), Path("mine.onnx")
    tune(*tuning(twenty(tmp_path / "a")), out, Asked(), bench.tools)
    assert bench.written == [out] and bench.learned[-1].more == "ſ"
    assert 4.5 < (bench.learned[0].fit.minutes or 0) <= 18, "making lines and writing weights takes a part of the time"
    said = capsys.readouterr()
    assert "It helped" in said.out and "10.0% to 5.0%" in said.out and "| given" in said.out and not said.err


@pytest.mark.parametrize("after", [{"given": 0.1, "printed": 0.0}, {"given": 0.05, "printed": 0.02}])
def test_weights_that_do_not_help_are_not_written_unless_they_are_wanted_anyway(tmp_path: Path, after: dict[str, float]):
    bench, out, told = Bench(after), Path("mine.onnx"), tuning(twenty(tmp_path / "a"))
    with pytest.raises(TrainingUnhelpful, match="did not help") as caught:
        tune(*told, out, Asked(), bench.tools)
    assert "--anyway" in caught.value.hint and not bench.written
    with pytest.raises(TrainingUnhelpful, match="did not help"):
        tune(*told, out, Asked(), bench.tools, anyway=True)
    assert bench.written == [out]


def test_a_few_lines_prove_nothing(tmp_path: Path):
    folder = lines(tmp_path / "a", "eine Zeile", "noch eine")
    with pytest.raises(TrainingUnhelpful, match="2 lines are too few"):
        tune(*tuning(folder), Path("mine.onnx"), Asked(), Bench().tools)


def test_lines_that_cannot_be_used_are_told_one_by_one_up_to_ten(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = twenty(tmp_path / "a")
    for number in range(13):
        (folder / f"x{number:02}.gt.txt").write_text("no image\x1b")
    tune(*tuning(folder), Path("mine.onnx"), Asked(), Bench().tools)
    said = capsys.readouterr().err
    assert said.count("not used:") == 10 and "3 more cannot be used" in said and "\x1b" not in said


def test_the_verdict_weighs_what_was_learned_against_what_was_forgotten():
    start = {"given": 0.2, "printed": 0.01, "receipt": 0.03}
    assert verdict(start, {"given": 0.1, "printed": 0.013, "receipt": 0.029}, 40).helped
    assert not verdict(start, {"given": 0.1, "printed": 0.02, "receipt": 0.03}, 40).helped
    assert not verdict(start, {"given": 0.2, "printed": 0.0, "receipt": 0.0}, 40).helped
    assert not verdict({"given": 0.2}, {"given": 0.0}, 14).helped


@pytest.mark.parametrize(("name", "called"), [("mine", "mine"), ("meine Schrift é", "meine-Schrift-"), ("...", "mine")])
def test_weights_have_a_name_that_any_system_takes(name: str, called: str):
    assert recipe_for([], name, "ppocr-v6-tiny", 1).name == called


# ---- the command


def test_what_is_wrong_is_told_before_anything_is_done(uncial: Run, tmp_path: Path):
    Path("bad.yaml").write_text("name: x\nbogus: 1")
    status, _, said = uncial("train", "fit", "bad.yaml")
    assert status == 9 and "bogus" in said and "[recipe-invalid]" in said
    twenty(tmp_path / "a")
    for arguments, code in [
        (("tune", "a", "-o", "mine.txt"), 1),
        (("tune", "a", "-o", "none/mine.onnx"), 5),
        (("tune", "a", "-o", "mine.onnx", "--base", "large"), 9),
        (("tune", "a", "-o", "mine.onnx", "--minutes", "0"), 1),
        (("tune", "a"), 1),
        (("export", "a"), 5),
        (("synth", "nothing.yaml"), 1),
    ]:
        assert uncial("train", *arguments)[0] == code, arguments
    assert not Path("build").exists() and not list(Path().glob("*.onnx"))


def test_lines_of_a_benchmark_are_never_learned(tmp_path: Path):
    (twenty(tmp_path / "a") / "labels.jsonl").write_text("{}")
    bench = Bench()
    with pytest.raises(Exception, match="for measuring"):
        tune(*tuning(tmp_path / "a"), Path("mine.onnx"), Asked(), bench.tools)
    (tmp_path / "b").mkdir()
    with pytest.raises(TrainingDataEmpty):
        tune(*tuning(tmp_path / "b"), Path("mine.onnx"), Asked(), bench.tools)
    assert not bench.learned


def test_packages_that_are_missing_are_named_with_the_command_that_installs_them():
    with pytest.raises(TrainingMissing, match="torch, wordfreq, which are not") as caught:
        check_extra(lambda module: None if module in ("torch", "wordfreq") else object())
    assert "pip install 'uncial[train]'" in caught.value.hint
    check_extra(lambda module: object())


@pytest.mark.parametrize("command", ["synth", "fit", "export", "evaluate", "tune"])
def test_the_help_tells_exit_statuses(uncial: Run, command: str):
    status, out, _ = uncial("train", command, "--help")
    assert status == 0 and b"Exit status" in out


def test_a_recipe_that_was_kept_is_read_again(tmp_path: Path):
    path = tmp_path / "r.yaml"
    path.write_bytes(as_yaml(RECIPE))
    assert opened(path) == (RECIPE, RunFolder(Path("build/train/mine")))
    assert opened(path, Path("else"))[1].folder == Path("else")
