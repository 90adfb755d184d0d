"""Check that everything that `pip install uncial` brings along has a licence that we may build on.

It walks the default dependencies of the installed `uncial`, as their metadata names them for this machine. `-v` prints the table.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ALLOWED = {
    "0bsd", "apache-2.0", "bsd-2-clause", "bsd-3-clause", "cc0-1.0", "cnri-python", "hpnd", "isc", "mit", "mit-0", "mit-cmu",
    "mpl-2.0", "psf-2.0", "python-2.0", "unicode-3.0", "unlicense", "zlib",
}  # fmt: skip

SPELLINGS = {
    "apache 2.0": "apache-2.0",
    "apache software license": "apache-2.0",
    "apache2": "apache-2.0",
    "3-clause bsd license": "bsd-3-clause",
    "bsd license": "bsd-3-clause",
    "mit license": "mit",
    "mozilla public license 2.0 (mpl 2.0)": "mpl-2.0",
}
"""How older metadata says it, without SPDX."""

REVIEWED = {
    "pypdfium2": ("BSD-3-Clause AND Apache-2.0", "“dependency licenses” are PDFium's own: BSD, MIT, FTL, zlib, libtiff, IJG"),
}
"""Packages whose metadata is not clear, with what their licence files were found to say."""


def main(arguments: list[str]) -> int:
    """Print what is wrong, or with -v everything; the exit status is 1 where a licence is not allowed."""
    rows = sorted((name, stated(found)) for name, found in reachable("uncial").items())
    bad = [(name, licence) for name, licence in rows if not allowed(licence)]
    for name, licence in rows if "-v" in arguments else bad:
        print(f"{'ok ' if allowed(licence) else 'NO '} {name:26} {licence or 'none stated'}")
    print(f"licences: {len(rows)} distributions, {len(bad)} not allowed")
    return bool(bad)


def reachable(root: str) -> dict[str, Distribution]:
    """All distributions that the root needs without extras, by name; itself too."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = {(root, frozenset[str]())}
    while waiting:
        name, extras = next_one = waiting.pop()
        seen.add(next_one)
        found[name] = distribution(name)
        waiting |= set(needs(found[name], extras)) - seen
    return found


def needs(found: Distribution, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """What a distribution requires on this machine, each with the extras that are asked of it."""
    for requirement in map(Requirement, found.requires or ()):
        environments = [{"extra": extra} for extra in extras or {""}]
        if requirement.marker is None or any(map(requirement.marker.evaluate, environments)):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)


def stated(found: Distribution) -> str:
    """The licence of a distribution, as SPDX where it says so itself."""
    if found.name in REVIEWED:
        return REVIEWED[found.name][0]
    classifiers = [
        line.rsplit(" :: ", 1)[1] for line in said(found, "Classifier") if line.startswith("License :: OSI Approved :: ")
    ]
    short = [line for line in said(found, "License") if len(line) < 60]
    return next(iter([*said(found, "License-Expression"), *short, " OR ".join(classifiers)]))


def said(found: Distribution, field: str) -> list[str]:
    """All that the metadata says in that field."""
    return [line for line in found.metadata.get_all(field, []) if line]


def allowed(licence: str) -> bool:
    """Whether an SPDX expression, or a name that means one, is on the list: with AND all of it, with OR one part."""
    parts = re.split(r"\s+AND\s+", licence.strip("() "))
    return all(any(listed(choice) for choice in re.split(r"\s+OR\s+", part.strip("() "))) for part in parts)


def listed(name: str) -> bool:
    """Whether this one licence is on the list."""
    plain = name.strip("() ").lower()
    return SPELLINGS.get(plain, plain) in ALLOWED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
