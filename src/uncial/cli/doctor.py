"""`uncial doctor`: what is installed, which weights are here, and whether a page that we draw ourselves is read right.

With `--server` the same of a service, as far as it shows from outside.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, requires, version
from itertools import takewhile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from uncial.cores import lent_cores
from uncial.errors import EngineFailed, UncialError

if TYPE_CHECKING:
    from uncial.client import Client

CODECS = {"jpg": "JPEG", "zlib": "PNG", "webp": "WebP", "libtiff": "TIFF", "jpg_2000": "JPEG 2000", "avif": "AVIF"}
SELF_TEST = ("Grace be unto you", "and peace, 1234567890")
SERVICE_SECONDS, SELF_TEST_SECONDS = 10.0, 120.0
"""How long a service may take to answer, and to read the page with all that waits before it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    said: str
    well: bool = True


@dataclass(frozen=True, slots=True)
class Checkup:
    """Everything that was looked at."""

    checks: tuple[Check, ...]

    @property
    def well(self) -> bool:
        """Whether nothing that is needed is missing."""
        return all(check.well for check in self.checks)

    def table(self) -> str:
        """A line for each check, and a sentence at the end."""
        width = max(len(check.name) for check in self.checks)
        lines = [f"{'ok ' if check.well else 'NO '} {check.name:{width}}  {check.said}" for check in self.checks]
        bad = sum(not check.well for check in self.checks)
        return "\n".join([*lines, "", f"{bad} of these need mending." if bad else "Everything is as it should be."])

    def to_json(self) -> str:
        """The same for programs."""
        return json.dumps({"well": self.well, "checks": [asdict(check) for check in self.checks]}, ensure_ascii=False, indent=1)


def examine(models: Path | None = None, weights: Path | None = None) -> Checkup:
    """Look at everything, and read the built-in page. Raises nothing: what is missing is a check that went wrong."""
    return Checkup(
        (
            Check("python", f"{platform.python_version()} on {platform.platform()}"),
            *(_package(name) for name in ("uncial", *_needed())),
            _told("image codecs", _codecs),
            _heif(),
            *examine_models(models),
            *_own_weights(weights),
            _told("tesseract", partial(_tesseract, models)),
            _told("threads", lambda: str(lent_cores())),
            _told("data folder", _data_folder),
            _told("reading a page", lambda: _self_test(models)),
        )
    )


def examine_service(url: str, key: str | None = None, *, quick: bool = False) -> Checkup:
    """Ask a service how it is and, unless it has to be quick, have it read the built-in page.

    Raises `OptionInvalid` for what is no address or no key.
    """
    from uncial.client import Client

    with Client(url, key, timeout=SERVICE_SECONDS, patience=0.0) as client:
        reached = _told("version", lambda: _version(client))
        if not reached.well:
            return Checkup((reached,))
        looks = {
            "alive": lambda: _alive(client),
            "ready": lambda: ", ".join(client.ready()["checks"]),
        }
        more = {
            "limits": lambda: _limits(client),
            "engines": lambda: ", ".join(str(engine["name"]) for engine in client.engines()),
            "reading a page": lambda: _self_test_there(client),
        }
        return Checkup((reached, *(_told(name, look) for name, look in (looks if quick else looks | more).items())))


def examine_models(models: Path | None = None) -> list[Check]:
    """A check for each weight file: where it is, what it is for and its licence, or how to get it."""
    from uncial.models import MODELS, load_model, look_up

    def look(name: str) -> str:
        card = MODELS[name]
        if card.optional and look_up(card, models) is None:
            return f"{card.help} {card.licence}, optional and not here: uncial models pull {name}"
        load_model(name, models)
        return f"{card.help} {card.licence}, {look_up(card, models)}"

    return [_told(name, partial(look, name)) for name in MODELS]


def _own_weights(weights: Path | None) -> list[Check]:
    """A check for weights of one's own. The built-in page is read without them: they may have been made for other pages."""
    from uncial.cli.weights import summary

    return [_told("weights", lambda: summary(weights))] if weights else []


def _told(name: str, look: Callable[[], str]) -> Check:
    """The check that a look gives; a failure with a code, or a library that is not there, is a check that went wrong."""
    try:
        return Check(name, look())
    except UncialError as error:
        return Check(name, f"{error.message} {error.hint} [{error.code}]", well=False)
    except ImportError as error:
        return Check(name, f"{error}. Install it again: pip install --force-reinstall uncial", well=False)


def _needed() -> list[str]:
    """The packages that Uncial asks for, extras left out."""
    lines = [line for line in requires("uncial") or () if "extra ==" not in line]
    return ["".join(takewhile(lambda letter: letter.isalnum() or letter in "-_.", line)) for line in lines]


def _package(name: str) -> Check:
    try:
        return Check(name, version(name))
    except PackageNotFoundError:
        return Check(name, f"It is not installed: pip install {name}", well=False)


def _heif() -> Check:
    """HEIC is an extra, so that it is no illness to be without it."""
    try:
        return Check("heif", f"pillow-heif {version('pillow-heif')}")
    except PackageNotFoundError:
        return Check("heif", "HEIC is not read here: pip install 'uncial[heif]'")


def _tesseract(models: Path | None) -> str:
    """Which Tesseract there is, and its packs; its own messages name the files."""
    from uncial.engines.tesseract.packs import find_packs, packs_for

    packs = find_packs(models)
    packs_for(["en"], packs)
    return f"tesserocr {version('tesserocr')}, packs: {' '.join(sorted(packs))}"


def _codecs() -> str:
    from PIL import features

    there = [name for feature, name in CODECS.items() if features.check(feature)]
    missing = [name for feature, name in CODECS.items() if not features.check(feature)]
    return ", ".join(there) + (f"; without {', '.join(missing)}" if missing else "")


def _data_folder() -> str:
    from uncial.service import Settings

    return str(Settings().data_dir)


def _self_test(models: Path | None) -> str:
    from uncial.engines import EngineConfig, load_engine
    from uncial.options import Options
    from uncial.reader import read

    page = _drawn_page()
    begun = perf_counter()
    engine = load_engine(Options().engine, EngineConfig(models=models))
    loaded = perf_counter()
    text = read(page, engine=engine).text
    done = perf_counter()
    _judge(text, "Install Uncial again, and report it if that does not help.")
    return f"right; models loaded in {loaded - begun:.1f} s, read in {done - loaded:.1f} s"


def _version(client: Client) -> str:
    from uncial import __version__

    found = client.version()
    return found if found == __version__ else f"{found}; this command is of {__version__}"


def _alive(client: Client) -> str:
    begun = perf_counter()
    client.alive()
    return f"answered in {1000 * (perf_counter() - begun):.0f} ms"


def _limits(client: Client) -> str:
    """Those that somebody who sends a document meets first."""
    told = {row["name"]: row["value"] for row in client.limits()}
    return ", ".join(f"{name} {told[name]}" for name in ("max_bytes", "max_pages", "time_limit", "queue_size") if name in told)


def _self_test_there(client: Client) -> str:
    begun = perf_counter()
    job = client.submit(_drawn_page(), name="doctor.png")
    job = client.wait(job.id, SELF_TEST_SECONDS)
    if not job.state.ended:
        client.cancel(job.id)
        raise EngineFailed(
            f"The page was not read within {SELF_TEST_SECONDS:g} seconds.",
            hint="See whether workers run, and how many jobs wait.",
        )
    _judge(client.document(job.id).text, "See the log of the service, and run there: uncial doctor")
    return f"right; {perf_counter() - begun:.1f} s from sending it to its text"


def _judge(text: str, hint: str) -> None:
    """Raise `EngineFailed` unless that is what stands on the built-in page."""
    if any(word not in _words(text) for word in _words(" ".join(SELF_TEST))):
        raise EngineFailed(f"The page was read as {text!r}.", hint=hint)


def _words(text: str) -> list[str]:
    return ["".join(letter for letter in word if letter.isalnum()) for word in text.lower().split()]


def _drawn_page() -> bytes:
    """A page of two lines as PNG, drawn with the font that Pillow brings along."""
    from io import BytesIO

    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (1000, 300), "white")
    ImageDraw.Draw(image).multiline_text((60, 60), "\n".join(SELF_TEST), "black", ImageFont.load_default(60), spacing=30)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
