"""`uncial template`: templates of fields, made from corrected samples, checked, and explained."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from uncial.cli.flags import chosen, flags_of
from uncial.errors import SourceNotFound, TemplateInvalid
from uncial.options import KINDS, Limits, Options
from uncial.template_files import read_templates

if TYPE_CHECKING:
    from uncial.document import Document

BESIDE = ".fields.json"
"""Added to a sample's name, or put in the place of its suffix: the file with its fields."""
NOT_ALL = 14
OTHER = "other"
EXAMPLE = '{"total": "9.00", "date": "2018-12-25"}'
LISTS = "lists of items are not learned; tell it under rows, as docs/templates.md shows"

__all__ = ["read_templates", "template"]
_log = logging.getLogger("uncial.cli")

LEARN_EPILOG = """\
\b
A SAMPLE is an image, a PDF, or a document that uncial read wrote as JSON. What its fields say stands in scan.jpg.fields.json
or scan.fields.json beside it, or in the file behind an equals sign: scan.jpg=right.json. It is what uncial extract -f json
wrote, put right, or names with values: {"total": "9.00", "date": "2018-12-25"}.

\b
Exit status:
    0  every field was learned
    9  nothing could be learned, or a sample's fields cannot be understood
   14  some fields were not learned; stderr says which, and why
"""


@click.group()
def template() -> None:
    """Make templates of fields from corrected samples, check them, and show what may stand in them."""


@template.command(epilog=LEARN_EPILOG)
@click.argument("samples", nargs=-1, required=True, metavar="SAMPLE...", type=click.Path())
@click.option(
    "-o",
    "--out",
    metavar="NAME.yaml",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where it goes.  [default: standard output]",
)
@click.option("--name", metavar="NAME", help="The template's name.  [default: OUT's]")
@click.option(
    "--kind",
    type=click.Choice(KINDS[1:]),
    metavar="KIND",
    help="The kind of document.  [default: what the samples' fields say, else other]",
)
@flags_of(Options)
def learn(samples: tuple[str, ...], out: Path | None, name: str | None, kind: str | None, **given: Any) -> int:
    """Make a template from one to three corrected samples of a form."""
    from uncial.fields.templates import parse_templates
    from uncial.fields.templates.learning import learn as learned_from

    options = chosen(Options, given)
    told = [_sample(text) for text in samples]
    says = [_says(file) for _, file in told]
    documents = [_document(file, options) for file, _ in told]
    kinds = {each.kind for each in says}
    called = name or (out or told[0][0]).stem
    learned = learned_from(
        [(document, each.values) for document, each in zip(documents, says, strict=True)],
        called,
        kind or (kinds.pop() if len(kinds) == 1 else OTHER),
    )
    if {field for each in says for field, value in each.values.items() if value.strip()} <= learned.missed.keys():
        raise TemplateInvalid(
            "No field could be learned.", hint=" ".join(f"{field}: {why}." for field, why in learned.missed.items())
        )
    parse_templates(learned.text)
    _write(learned.text, out)
    missed = {**{name: LISTS for each in says for name in each.lists}, **learned.missed}
    for field, why in missed.items():
        _log.warning("%s: not learned: %s.", field, why)
    return NOT_ALL if missed else 0


@template.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> int:
    """Say what is wrong with templates, each error with its line. Exit status 9 where something is."""
    from uncial.fields.templates import parse_templates, what_is_wrong

    text = read_templates(files)
    wrong = what_is_wrong(text)
    for error in wrong:
        click.echo(f"{error.message} {error.hint}")
    if not wrong:
        names = [each.name for each in parse_templates(text)]
        click.echo(f"{len(names)} template{'' if len(names) == 1 else 's'}, nothing wrong: {', '.join(names)}")
    return TemplateInvalid.exit_status if wrong else 0


@template.command()
@click.option("--schema", is_flag=True, help="Print it as a JSON Schema, for editors that complete and check YAML.")
def show(schema: bool) -> None:
    """Show every word that may stand in a template."""
    from uncial.fields.templates.vocabulary import schema as made
    from uncial.fields.templates.vocabulary import told

    click.echo(json.dumps(made(), indent=2, ensure_ascii=False) if schema else told())


# ---- samples


@dataclass(frozen=True, slots=True)
class _Says:
    """What the fields of a sample say."""

    values: dict[str, str]
    lists: tuple[str, ...]
    """Those that are lists of items."""
    kind: str


def _sample(text: str) -> tuple[Path, Path]:
    """A sample's file and the file with its fields."""
    file, equals, fields = text.rpartition("=")
    if equals and not Path(text).exists():
        return _there(Path(file)), _there(Path(fields))
    path = _there(Path(text))
    for beside in (path.with_name(path.name + BESIDE), path.with_name(path.stem + BESIDE)):
        if beside.is_file():
            return path, beside
    hint = f"Put what they say into {path.name}{BESIDE}, as {EXAMPLE}, or name the file: {path.name}=FIELDS.json."
    raise SourceNotFound(f"There are no fields for {path}.", hint=hint)


def _there(path: Path) -> Path:
    if not path.is_file():
        raise SourceNotFound(f"There is no file {path}.", hint="Name an image, a PDF, or a document as JSON.")
    return path


def _says(file: Path) -> _Says:
    from uncial.sources import read_bytes

    data, _ = read_bytes(file, Limits())
    try:
        told = json.loads(data, parse_float=str)  # 9.00 stays what it is
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise TemplateInvalid(f"{file}{line}: this is no JSON.", hint=f"Write {EXAMPLE}.") from None
    if not isinstance(told, dict):
        raise TemplateInvalid(f"{file}: fields are names with values.", hint=f"Write {EXAMPLE}.")
    extracted = isinstance(told.get("fields"), dict)
    values = {name: _value(each) for name, each in (told["fields"] if extracted else told).items()}
    lists = tuple(name for name, value in values.items() if isinstance(value, list | dict))
    plain = {name: _said(value) for name, value in values.items() if value is not None and name not in lists}
    kind = told.get("kind") if extracted else OTHER
    return _Says(plain, lists, kind if kind in KINDS[1:] else OTHER)


def _value(told: Any) -> Any:
    return told["value"] if isinstance(told, dict) and "value" in told else told


def _said(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _document(file: Path, options: Options) -> Document:
    """The document that was read before, as JSON, or one that is read now."""
    if file.suffix.lower() == ".json":
        from uncial.formats.reading import read_back
        from uncial.sources import read_bytes

        return read_back(read_bytes(file, Limits())[0])
    from uncial.reader import read

    return read(file, options)


def _write(text: str, out: Path | None) -> None:
    from uncial.cli.outputs import write_file

    if out is None:
        click.echo(text, nl=False)
    else:
        write_file(out, text.encode())
