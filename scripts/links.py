"""Check the documents: every relative link, picture and anchor leads somewhere, and every Python example is Python."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def main() -> int:
    """Print what is wrong; the exit status is 1 where something is."""
    files = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
    wrong = [f"{file.relative_to(ROOT)}: {said}" for file in files for said in (*broken_links(file), *broken_examples(file))]
    print("\n".join([*wrong, f"links: {len(files)} documents, {len(wrong)} mistakes"]))
    return bool(wrong)


def broken_links(file: Path) -> Iterator[str]:
    """The links and pictures of a document that lead nowhere; those to other sites are not followed."""
    text = FENCE.sub("", file.read_text(encoding="utf-8"))
    for link in LINK.findall(text):
        path, _, anchor = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        if re.match(r"[a-z]+:", link):
            continue
        if not target.exists():
            yield f"{link} leads nowhere"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            yield f"{link}: there is no such heading"


def anchors(file: Path) -> set[str]:
    """The anchors of a document's headings, made the way GitHub makes them."""
    headings = re.findall(r"^#+ +(.+)$", FENCE.sub("", file.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_examples(file: Path) -> Iterator[str]:
    """The Python examples of a document that do not compile."""
    for language, example in FENCE.findall(file.read_text(encoding="utf-8")):
        if language == "python":
            try:
                compile(example, str(file), "exec")
            except SyntaxError as error:
                yield f"an example is not Python: {error}"


if __name__ == "__main__":
    sys.exit(main())
