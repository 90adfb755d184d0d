"""Take the three pictures of docs/web.md: from a photo to a Word file, in the page as it is, against the service as it is.

`screenshots.py [FOLDER]` needs Chromium; it takes the photo itself, of the demo's page on a desk.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
FOLDER = ROOT / "docs" / "pictures"
WIDE, HIGH = 1200, 760


def take_photo(path: Path, tilt: float) -> None:
    """The demo's page, photographed on a desk from a little aside."""
    import numpy as np
    from PIL import Image
    from sample import draw

    from photographs import photographed, slanted

    draw(path)
    with Image.open(path) as drawn:
        page = np.asarray(drawn.convert("RGB").resize((800, 581)))
    sheet = np.full((1000, 800, 3), 246, np.uint8)
    sheet[40:621] = np.minimum(page, 246)
    Image.fromarray(photographed(sheet, slanted(sheet, tilt=tilt, pan=-6, roll=2))).save(path, quality=92)


def click(browser: Browser, url: str, photo: Path, folder: Path) -> None:
    """Three clicks, with a picture before each."""
    page = browser.new_page(viewport={"width": WIDE, "height": HIGH}, locale="en-GB")
    page.goto(url)
    choose = page.get_by_role("button", name="Choose files")
    choose.wait_for()
    page.screenshot(path=folder / "page-choose.png")
    with page.expect_file_chooser() as chooser:
        choose.click()
    chooser.value.set_files(photo)
    page.wait_for_function("() => document.querySelector('.sheet img')?.naturalWidth")
    page.screenshot(path=folder / "page-reading.png")
    page.wait_for_function("() => !document.querySelector('.downloads .primary').disabled")
    page.wait_for_timeout(1000)
    page.screenshot(path=folder / "page-word.png")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as Word").click()
    print(f"{download.value.suggested_filename}: {Path(download.value.path()).stat().st_size} bytes")


def main(folder: Path) -> None:
    """Do it twice: the first document finds a service that has just begun, and its picture comes late."""
    from playwright.sync_api import sync_playwright

    from running_service import DEFAULT, running

    with TemporaryDirectory() as scratch, running(Path(scratch), DEFAULT) as service, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        for tilt in (10, 14):
            photo = Path(scratch) / "page.jpg"
            take_photo(photo, tilt)
            click(browser, service.url, photo, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
