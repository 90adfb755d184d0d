from __future__ import annotations

import re
from datetime import date, datetime, time
from pathlib import Path

import pytest

from fakes import typed
from uncial.fields import extract_fields
from uncial.fields.model import Scalar

TICKETS = Path(__file__).parent.parent / "data" / "typed_tickets.txt"
"""Tickets as many carriers and halls print them. Of a name that is not there nothing may be said; ? is not judged."""


def samples() -> dict[str, tuple[dict[str, str], str]]:
    parts = re.split(r"^== ", TICKETS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    made = {}
    for part in parts:
        head, text = part.split("\n--\n", 1)
        name, *lines = head.splitlines()
        made[name] = (dict(line.split(": ", 1) for line in lines), text)
    return made


SAMPLES = samples()


def told(value: object) -> str:
    match value:
        case datetime():
            return value.isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case _:
            return str(value)


def compared(truth: dict[str, str], fields: dict[str, Scalar]) -> dict[str, str]:
    """What was found, in the words of the truth where it is one of its forms; what is not judged is left out."""
    said = {name: told(value) for name, value in fields.items() if truth.get(name) != "?"}
    return {name: truth[name] if name in truth and text in truth[name].split(" | ") else text for name, text in said.items()}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_ticket_of_another_layout_says_this_and_nothing_else(name: str):
    truth, text = SAMPLES[name]
    found = extract_fields(typed(text))
    assert found.kind == "ticket"
    fields = {name: field.value for name, field in found.fields.items() if not isinstance(field.value, tuple)}
    assert compared(truth, fields) == {name: value for name, value in truth.items() if value != "?"}
