"""The network that learns: one step at a time, with the mean of its weights kept beside it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from copy import deepcopy

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from uncial.train.batches import STRIDE, Batch, as_input
from uncial.train.checkpoint import Checkpoint, Progress
from uncial.train.graph import Layer
from uncial.train.network import Recogniser, network_of
from uncial.train.recipe import Fit
from uncial.train.teacher import collapsed

_WARM = 100
"""Steps over which the rate rises to its height, and at first the average follows quicker."""
_LEAST = 0.05
"""The part of the rate that is left at the end, where the number of steps is known."""
_TRIALS = 2
"""Steps of which the quicker counts when it is measured in which precision to reckon."""


class Pupil:
    """A recogniser that learns."""

    def __init__(self, layers: Sequence[Layer], fit: Fit, threads: int) -> None:
        torch.set_num_threads(threads)
        # oneDNN makes code for each shape, and forgets what does not fit: by default, after some eight of them.
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "50000")
        self._fit = fit
        self.network = network_of(layers).train().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = deepcopy(self.network).eval()
        self._start = [each.detach().clone() for each in self.network.parameters()]
        self._blended = deepcopy(self.average)
        self.best = deepcopy(self.average)
        self._optimiser = torch.optim.AdamW(self.network.parameters(), fit.rate, weight_decay=0.0, fused=True)
        self.progress = Progress()

    def go_on(self, saved: Checkpoint) -> None:
        """Go on from there."""
        self.progress = saved.progress
        for network, weights in ((self.network, saved.network), (self.average, saved.average), (self.best, saved.best)):
            network.load_state_dict(weights)
        self._optimiser.load_state_dict(saved.optimiser)

    def saved(self, base: str) -> Checkpoint:
        """All that is needed to go on from here."""
        weights = (self.network.state_dict(), self.average.state_dict(), self.best.state_dict())
        return Checkpoint(self.progress, *weights, self._optimiser.state_dict(), base)

    @torch.no_grad()
    def blend(self) -> None:
        """Take, of the way from the first weights to the averaged ones of now, the part that the recipe says: to be read with."""
        for own, first, average in zip(self._blended.parameters(), self._start, self.average.parameters(), strict=True):
            own.copy_(torch.lerp(first, average, self._fit.blend))

    def keep(self) -> None:
        """Take the blended weights for the best ones."""
        self.best.load_state_dict(self._blended.state_dict())

    def rate(self) -> float:
        """The learning rate of the next step: it rises at first and, where the number of steps is known, falls as a cosine."""
        step, last = self.progress.step, self._fit.steps
        height = min(1.0, (step + 1) / _WARM)
        if last:
            height *= _LEAST + (1 - _LEAST) * (1 + np.cos(np.pi * min(step / last, 1.0))) / 2
        return float(self._fit.rate * height)

    def learn(self, step: Sequence[Batch]) -> float:
        """Learn from these lines once; how far off it was, in nats a time step."""
        began = time.perf_counter()
        for group in self._optimiser.param_groups:
            group["lr"] = self.rate()
        loss = self._gradients(step)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self._optimiser.step()
        self.progress.step += 1
        self.progress.lines += sum(len(batch.lines) for batch in step)
        self._follow()
        self.progress.seconds += time.perf_counter() - began
        return loss

    def choose_precision(self, step: Sequence[Batch]) -> None:
        """Find out, by trying, whether this machine reckons quicker in bfloat16, where the recipe does not say."""
        if self._fit.bfloat16 is not None:
            self.progress.bfloat16 = self._fit.bfloat16
            return
        spent = []
        for self.progress.bfloat16 in (False, True):
            times = []
            for _ in range(_TRIALS):
                began = time.perf_counter()
                self._gradients(step)
                times.append(time.perf_counter() - began)
            spent.append(min(times))
        self.progress.bfloat16 = spent[1] < spent[0]

    def read(self, batch: Batch) -> list[tuple[int, ...]]:
        """The classes of the characters that the blended network reads on each line of the batch."""
        with torch.inference_mode(), self._precision():
            path = self._blended(_input(batch)).argmax(2).numpy()
        return [collapsed(each) for each in path]

    def _gradients(self, step: Sequence[Batch]) -> float:
        self._optimiser.zero_grad()
        times = sum(len(batch.lines) * batch.images.shape[2] // STRIDE for batch in step)
        total = 0.0
        for batch in step:
            with self._precision():
                logits = self.network(_input(batch))
            loss = self._loss(logits.float().log_softmax(2), batch) / times
            loss.backward()
            total += float(loss.detach())
        return total

    def _loss(self, log_chances: Tensor, batch: Batch) -> Tensor:
        """The sum over the lines, in nats."""
        trust = torch.tensor([line.trust for line in batch.lines])
        text = torch.tensor([line.text_weight(self._fit.text) for line in batch.lines])
        loss = (text * _text_loss(log_chances, batch)).sum()
        if any(line.lesson is not None for line in batch.lines) and self._fit.distil:
            loss = loss + self._fit.distil * (trust * _lesson_loss(log_chances, batch)).sum()
        return loss

    def _precision(self) -> AbstractContextManager[None]:
        return torch.autocast("cpu", torch.bfloat16, enabled=self.progress.bfloat16)

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the averaged weights a little towards those of now."""
        decay = min(self._fit.average, self.progress.step / (self.progress.step + 10))
        torch._foreach_lerp_(list(self.average.parameters()), list(self.network.parameters()), 1 - decay)


def layers_of(saved: Checkpoint, like: Sequence[Layer]) -> list[Layer]:
    """The best weights of a fit that started from such layers."""
    network: Recogniser = network_of(like)
    network.load_state_dict(saved.best)
    return network.layers()


def sharpened(layers: Sequence[Layer], times: float) -> list[Layer]:
    """Layers that read the same text, and are surer of it: the head's logits are so many times what they were."""
    *body, head = layers
    return [*body, Layer(head.weight * np.float32(times), head.bias * np.float32(times))]


def _input(batch: Batch) -> Tensor:
    return torch.from_numpy(as_input(batch.images)).to(memory_format=torch.channels_last)


def _text_loss(log_chances: Tensor, batch: Batch) -> Tensor:
    """How unlikely each line's true text is, in nats; 0 where the line is too narrow for it."""
    lengths = torch.tensor([len(line.classes) for line in batch.lines])
    targets = torch.tensor([each for line in batch.lines for each in line.classes])
    times = torch.full((len(batch.lines),), log_chances.shape[1])
    return functional.ctc_loss(log_chances.transpose(0, 1), targets, times, lengths, reduction="none", zero_infinity=True)


def _lesson_loss(log_chances: Tensor, batch: Batch) -> Tensor:
    """How far each line's time steps are from what the teacher says, in nats; 0 where it said nothing."""
    losses = []
    for line, own in zip(batch.lines, log_chances, strict=True):
        if line.lesson is None or not line.trust:
            losses.append(own.new_zeros(()))
            continue
        classes = torch.from_numpy(line.lesson.classes.astype(np.int64))
        chances = torch.from_numpy(line.lesson.chances.astype(np.float32))
        losses.append(-(chances * own.gather(1, classes)).sum())
    return torch.stack(losses)
