"""The PP-OCRv6 recognisers, tiny and small, in torch: the same function as their ONNX graphs, and able to learn.

Both are a stem, a row of mixing blocks (depthwise convolution, squeeze and excitation, a pair of 1x1 convolutions: PP-LCNetV4 of
PaddleOCR), a mean over what is left of the height, a neck that looks along the line, and a head with a class for each character.
Layers are defined in the order in which the graphs have them, by which their weights find their places.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from uncial.errors import EngineFailed
from uncial.train.graph import Layer


class Block(NamedTuple):
    """One mixing block."""

    channels: int
    out: int
    excited: bool = False
    """Whether it weighs its channels by what the whole line shows (squeeze and excitation)."""
    step: int = 1
    """By how much it makes the line lower."""


class Excitation(nn.Module):
    """Weighs each channel by the mean of all of them (Hu et al., "Squeeze-and-Excitation Networks", 2018)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, channels // 4, 1)
        self.excite = nn.Conv2d(channels // 4, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """The same shape."""
        weight = functional.relu(self.squeeze(x.mean((2, 3), keepdim=True)))
        return x * functional.hardsigmoid(self.excite(weight))


class Mixer(nn.Module):
    """Mixes first neighbours, then channels; adds what came in where nothing changes its shape."""

    def __init__(self, block: Block) -> None:
        super().__init__()
        channels = block.channels
        self.around = nn.Conv2d(channels, channels, 3, (block.step, 1), 1, groups=channels)
        self.excitation = Excitation(channels) if block.excited else nn.Identity()
        self.wide = nn.Conv2d(channels, 2 * channels, 1)
        self.narrow = nn.Conv2d(2 * channels, block.out, 1)
        self.adds = channels == block.out and block.step == 1

    def forward(self, x: Tensor) -> Tensor:
        """N x channels x H x W to N x out x H / step x W."""
        x = self.excitation(self.around(x))
        mixed: Tensor = self.narrow(functional.gelu(self.wide(x)))
        return x + mixed if self.adds else mixed


class Recogniser(nn.Module):
    """Reads line images: N x 3 x 48 x W, as `uncial.network.as_batch` makes them, to N x W / 8 x classes, as logits."""

    body: nn.Sequential

    def features(self, x: Tensor) -> Tensor:
        """What the blocks see, a column of channels for each time step: N x channels x 1 x W / 8."""
        return functional.avg_pool2d(self.body(x), (3, 2))

    @torch.no_grad()
    def set_layers(self, layers: Sequence[Layer]) -> None:
        """Take these weights. Raises `EngineFailed` where they are those of another network."""
        own = list(weighted(self))
        if len(own) != len(layers):
            raise EngineFailed(f"This graph has {len(layers)} layers where {len(own)} were expected.")
        for module, layer in zip(own, layers, strict=True):
            if tuple(module.weight.shape) != layer.weight.shape:
                raise EngineFailed(f"A layer is {layer.weight.shape} where {tuple(module.weight.shape)} was expected.")
            module.weight.copy_(torch.from_numpy(np.array(layer.weight, np.float32)))
            assert module.bias is not None  # every layer here has one
            module.bias.copy_(torch.from_numpy(np.array(layer.bias, np.float32)))

    def layers(self) -> list[Layer]:
        """Its weights, as the graph takes them."""
        return [Layer(_values(each.weight), _values(each.bias)) for each in weighted(self)]


def _values(weights: Tensor | None) -> NDArray[np.float32]:
    assert weights is not None  # as above
    values: NDArray[np.float32] = weights.detach().numpy().copy()
    return values


class Tiny(Recogniser):
    """PP-OCRv6 tiny: 1.1 million weights with the alphabet that it comes with, a half of them in the head."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        blocks = [
            Block(48, 48, excited=True), Block(48, 48), Block(48, 96, step=2),
            Block(96, 96, excited=True), Block(96, 96), Block(96, 160, step=2),
            Block(160, 160, excited=True), Block(160, 160), Block(160, 160),
        ]  # fmt: skip
        stem = nn.Conv2d(3, 24, 3, 2, 1), nn.GELU(), nn.Conv2d(24, 48, 3, 2, 1)
        self.body = nn.Sequential(*stem, *map(Mixer, blocks))
        self.along = nn.Conv2d(160, 160, (1, 5), padding=(0, 2), groups=160)
        self.across = nn.Conv2d(160, 160, 1)
        self.narrow = nn.Linear(160, 80)
        self.head = nn.Linear(80, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        x = functional.hardswish(self.across(functional.hardswish(self.along(self.features(x)))))
        logits: Tensor = self.head(self.narrow(x.squeeze(2).transpose(1, 2)))
        return logits


class _SmallStem(nn.Module):
    """Two ways to halve the line, one with more convolutions, joined (PP-HGNetV2)."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 48, 3, 2, 1)
        self.second, self.third = nn.Conv2d(48, 24, 2), nn.Conv2d(24, 48, 2)
        self.join, self.last = nn.Conv2d(96, 48, 3, 2, 1), nn.Conv2d(48, 96, 1)

    def forward(self, x: Tensor) -> Tensor:
        """N x 3 x H x W to N x 96 x H / 4 x W / 4."""
        x = functional.relu(self.first(x))
        # Even kernels keep the size by a row and a column of zeros on the far side (ONNX: SAME_UPPER).
        seen = functional.relu(self.second(functional.pad(x, (0, 1, 0, 1))))
        seen = functional.relu(self.third(functional.pad(seen, (0, 1, 0, 1))))
        pooled = functional.max_pool2d(functional.pad(x, (0, 1, 0, 1)), 2, 1)
        joined = functional.relu(self.join(torch.cat((pooled, seen), 1)))
        return functional.relu(self.last(joined))


class Attention(nn.Module):
    """One transformer block over the time steps, normalised first (SVTR: Du et al. 2022)."""

    def __init__(self, channels: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before = nn.LayerNorm(channels, eps=1e-5)
        self.ask, self.answer = nn.Linear(channels, 3 * channels), nn.Linear(channels, channels)
        self.between = nn.LayerNorm(channels, eps=1e-5)
        self.wide, self.narrow = nn.Linear(channels, 2 * channels), nn.Linear(2 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """N x T x channels, the same shape."""
        asked = self.ask(self.before(x)).unflatten(2, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(asked[0], asked[1], asked[2])
        x = x + self.answer(seen.transpose(1, 2).flatten(2))
        mixed: Tensor = self.narrow(functional.silu(self.wide(self.between(x))))
        return x + mixed


class Small(Recogniser):
    """PP-OCRv6 small: 5.3 million weights with the alphabet that it comes with, two fifths of them in the head."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        blocks = [
            Block(96, 96, excited=True), Block(96, 96), Block(96, 96), Block(96, 192, step=2),
            Block(192, 192, excited=True), Block(192, 192), Block(192, 192, excited=True), Block(192, 192),
            Block(192, 192, excited=True), Block(192, 192), Block(192, 384, step=2),
            Block(384, 384, excited=True), Block(384, 384),
        ]  # fmt: skip
        self.body = nn.Sequential(_SmallStem(), *map(Mixer, blocks))
        self.short, self.long = nn.Conv2d(384, 120, 1), nn.Conv2d(384, 120, 1)
        self.along = nn.Conv2d(120, 120, (1, 7), padding=(0, 3), groups=120)
        self.attention = nn.Sequential(Attention(120, 8), Attention(120, 8))
        self.last = nn.LayerNorm(120, eps=1e-6)
        self.head = nn.Linear(120, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        seen = self.features(x)
        short, long = functional.silu(self.short(seen)), functional.silu(self.long(seen))
        long = long + functional.silu(self.along(long))
        steps = self.last(self.attention(long.squeeze(2).transpose(1, 2)))
        logits: Tensor = self.head(steps + short.squeeze(2).transpose(1, 2))
        return logits


SIZES: dict[str, type[Tiny] | type[Small]] = {"tiny": Tiny, "small": Small}
"""The networks by the size that PP-OCRv6 calls them."""


def network_of(layers: Sequence[Layer]) -> Recogniser:
    """The network with these layers, whichever size they are. Raises `EngineFailed` where they are of neither."""
    classes = len(layers[-1].bias)
    found = (kind(classes) for kind in SIZES.values())
    for network in found:
        if len(list(weighted(network))) == len(layers):
            network.set_layers(layers)
            return network
    raise EngineFailed("This graph is neither PP-OCRv6 tiny nor small.")


def weighted(network: nn.Module) -> list[nn.Conv2d | nn.Linear | nn.LayerNorm]:
    """All layers that have weights, in the order of the graph."""
    return [each for each in network.modules() if isinstance(each, nn.Conv2d | nn.Linear | nn.LayerNorm)]
