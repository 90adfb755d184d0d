import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from uncial.errors import RecipeInvalid, SourceDamaged, TrainingDataEmpty
from uncial.models import load_model
from uncial.train.base import base_of
from uncial.train.lines import LabelledLine
from uncial.train.recipe import Fit, Recipe
from uncial.train.run import RunFolder
from uncial.train.shelf import put, shelved

pytest.importorskip("torch", reason="the extra [train] is not installed")
import torch

from uncial.train.fit import Outcome, _standing, best_layers, fit
from uncial.train.graph import read_layers
from uncial.train.network import network_of
from uncial.train.pupil import Pupil, layers_of, sharpened

RECIPE = Recipe("little", teacher=None, fit=Fit(rate=3e-4, batch=8, steps=12, every=4, bfloat16=False))
WORDS = ("Inkwell", "42 Quarts", "harbour", "Ferry 7", "lantern", "No. 19", "tin cup", "Meadow")


def lines(count: int, first: int = 0) -> Iterator[LabelledLine]:
    for i in range(first, first + count):
        text = WORDS[i % len(WORDS)]
        image = np.full((48, 30 * len(text), 3), 250 - i % 9, np.uint8)
        cv2.putText(image, text, (6, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (30, 30, 30), 2, cv2.LINE_AA)
        yield LabelledLine(image, text, "printed", "strokes")


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """Threads of torch that wait for each other on cores that others use cost minutes."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores) if os.getpid() % 2 else max(cores)})
    yield
    os.sched_setaffinity(0, cores)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    made = RunFolder(tmp_path)
    put(made.lines, lines(24))
    put(made.watched, lines(8, 100))
    return made


def losses(outcome: Outcome) -> list[float]:
    return [look["loss"] for look in outcome.looks]


def test_a_fit_learns(run: RunFolder):
    outcome = fit(RECIPE, run)
    assert outcome.reason == "steps"
    assert [look["step"] for look in outcome.looks] == [0, 4, 8, 12]
    assert outcome.looks[-1]["loss"] < outcome.looks[1]["loss"]
    assert best_layers(RECIPE, run)[0].weight.shape == (24, 3, 3, 3)


def test_weights_are_blended_with_those_they_started_from():
    layers = base_of(RECIPE).layers
    pupil = Pupil(layers, replace(RECIPE.fit, blend=0.25), 1)
    for each in pupil.average.parameters():
        each.data += 1.0
    pupil.blend()
    pupil.keep()
    blended = layers_of(pupil.saved("a base"), layers)
    assert all(np.allclose(after.weight, before.weight + 0.25, atol=1e-6) for before, after in zip(layers, blended, strict=True))


def test_sharpened_weights_read_the_same_and_are_surer_of_it():
    layers = read_layers(load_model("ppocr-v6-tiny-rec"))
    line = torch.rand(1, 3, 48, 96) * 2 - 1
    with torch.inference_mode():
        before, after = (network_of(each).eval()(line) for each in (layers, sharpened(layers, 1.5)))
    assert torch.allclose(after, 1.5 * before, atol=1e-3)


def test_a_teacher_is_asked_once(run: RunFolder):
    recipe = replace(RECIPE, teacher="ppocr-v6-small", fit=replace(RECIPE.fit, steps=2))
    parts: list[float] = []
    outcome = fit(recipe, run, taught=parts.append)
    lessons = list(run.teacher.glob("**/*.npz"))
    written = [path.stat().st_mtime_ns for path in lessons]
    fit(replace(recipe, fit=replace(recipe.fit, steps=3)), run)
    assert parts == [1.0]
    assert set(outcome.looks[0]["teacher"]) == {"printed"}
    assert len(lessons) == 2
    assert [path.stat().st_mtime_ns for path in lessons] == written


def test_a_fit_that_was_killed_goes_on_to_the_same_curve(run: RunFolder, tmp_path: Path):
    whole = RunFolder(tmp_path / "whole")
    put(whole.lines, lines(24))
    put(whole.watched, lines(8, 100))
    straight = fit(RECIPE, whole)
    kill_after_looks(run.folder, 2)
    assert 2 <= len(run.log.read_text().splitlines()) < 4, "it was killed on the way"
    resumed = fit(RECIPE, run)
    assert losses(resumed) == pytest.approx(losses(straight), rel=1e-3)
    assert [look["cer"] for look in resumed.looks] == [look["cer"] for look in straight.looks]
    told = [json.loads(line) for line in run.log.read_text().splitlines()]
    assert [each["step"] for each in told] == [0, 4, 8, 12]


def kill_after_looks(folder: Path, looks: int) -> None:
    """Run the fit in a process of its own, which kills itself with -9 in the middle of the steps after so many looks."""
    program = (
        "import os, sys; from pathlib import Path\n"
        "from test_fit import RECIPE; from uncial.train import pupil; from uncial.train.fit import fit\n"
        "from uncial.train.run import RunFolder\n"
        "seen = []\n"
        "learn = pupil.Pupil.learn\n"
        "def dying(self, step):\n"
        f"    if len(seen) == {looks} and self.progress.step % 4 == 2: os.kill(os.getpid(), 9)\n"
        "    return learn(self, step)\n"
        "pupil.Pupil.learn = dying\n"
        "fit(RECIPE, RunFolder(Path(sys.argv[1])), seen.append)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([sys.executable, "-c", program, str(folder)], env=environment, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL


def test_given_lines_are_learned_and_some_of_them_are_only_watched(run: RunFolder):
    put(run.given, [replace(line, kind="till") for line in lines(20, 50)])
    outcome = fit(replace(RECIPE, fit=replace(RECIPE.fit, steps=4)), run)
    assert set(outcome.before) == {"printed", "given"}
    assert set(outcome.after) == {"printed", "given"}


def test_time_is_an_end_too(run: RunFolder):
    began = time.monotonic()
    outcome = fit(replace(RECIPE, fit=replace(RECIPE.fit, steps=None, minutes=0.01)), run)
    assert outcome.reason == "minutes"
    assert time.monotonic() - began < 60


def test_a_fit_that_gets_no_better_stops_by_itself(run: RunFolder):
    stuck = replace(RECIPE, fit=replace(RECIPE.fit, rate=0.0, steps=None, every=1, patience=2))
    assert fit(stuck, run).reason == "no better"


def test_other_weights_do_not_go_on_from_a_state(run: RunFolder):
    fit(replace(RECIPE, fit=replace(RECIPE.fit, steps=1)), run)
    with pytest.raises(RecipeInvalid, match="alphabet"):
        fit(replace(RECIPE, more="☃"), run)


def test_a_damaged_state_is_said_so(run: RunFolder):
    run.state.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(SourceDamaged, match="state"):
        fit(RECIPE, run)


def test_no_lines_are_an_error(tmp_path: Path):
    with pytest.raises(TrainingDataEmpty):
        fit(RECIPE, RunFolder(tmp_path))
    with pytest.raises(TrainingDataEmpty):
        best_layers(RECIPE, RunFolder(tmp_path))


def test_lines_come_back_from_disk_as_they_were(tmp_path: Path):
    line = LabelledLine(np.random.default_rng(1).integers(0, 255, (40, 90, 3), np.uint8), "„Ärger“ ½", "receipt", "a till", 0.85)
    put(tmp_path, [line])
    (sample,) = shelved(tmp_path)
    assert (sample.text, sample.kind, sample.source, sample.stretch) == ("„Ärger“ ½", "receipt", "a till", 0.85)
    assert sample.size() == (40, 90)
    assert (sample.image() == line.image).all()


def test_one_lucky_look_is_no_better_than_several_good_ones():
    start, lucky, usual, good = ({"given": rate, "printed": 0.01} for rate in (0.08, 0.05, 0.075, 0.06))
    early = _standing([start, lucky])
    assert _standing([start, lucky, usual, usual]) > early
    assert _standing([start, lucky, usual, usual, good, good, good]) < early


def test_looks_that_saw_the_same_are_no_better_for_being_more():
    same = {"given": 0.0853, "printed": 0.0314}
    assert len({_standing([same] * count) for count in range(1, 6)}) == 1
