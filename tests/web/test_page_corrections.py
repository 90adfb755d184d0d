from typing import TYPE_CHECKING, Any

from test_corrections import BY_NAME, WRITTEN, close, expected

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = {page["number"]: page for page in WRITTEN["pages"]}
FOLD = """async ({ pages, cases }) => {
  const { fold, finished } = await import(new URL("static/document/fold.js", document.baseURI));
  const folded = (corrections) =>
    pages.map((page) => finished(fold(page, corrections.filter((each) => each.page === page.number))));
  return cases.map((corrections) => {
    try {
      return { pages: folded(corrections) };
    } catch (error) {
      return { error: error.name };
    }
  });
}"""


def folded(page: "Page", cases: list[Any]) -> list[dict[str, Any]]:
    page.goto("/")
    found: list[dict[str, Any]] = page.evaluate(FOLD, {"pages": WRITTEN["pages"], "cases": cases})
    return found


def test_the_page_folds_corrections_as_the_service_does(page: "Page"):
    cases = {name: case for name, case in BY_NAME.items() if "error" not in case}
    found = folded(page, [case["corrections"] for case in cases.values()])
    made = dict(zip(cases, found, strict=True))
    assert len(made) > 30
    assert [name for name in made if not close(made[name].get("pages"), expected(cases[name]))] == []


def test_the_page_refuses_what_fits_nothing(page: "Page"):
    # A correction of a page that there is not is folded into no page here; the service alone sees it.
    cases = {
        name: case
        for name, case in BY_NAME.items()
        if "error" in case and all(each.get("page") in PAGES for each in case["corrections"])
    }
    found = folded(page, [case["corrections"] for case in cases.values()])
    assert dict(zip(cases, found, strict=True)) == {name: {"error": "RangeError"} for name in cases}


def test_what_was_not_corrected_is_the_same_object_as_before(page: "Page"):
    correction = BY_NAME["a word is typed"]["corrections"]
    page.goto("/")
    kept = page.evaluate(
        """async ({ read, corrections }) => {
          const { fold } = await import(new URL("static/document/fold.js", document.baseURI));
          const before = JSON.stringify(read);
          const made = fold(read, corrections);
          return [JSON.stringify(read) === before, made.blocks[0] === read.blocks[0], made.blocks[1] === read.blocks[1]];
        }""",
        {"read": PAGES[1], "corrections": correction},
    )
    assert kept == [True, False, True]


def test_numbers_are_rounded_as_python_rounds_them(page: "Page"):
    numbers = [0.125, 0.375, 2.675, 1.005, 0.00005, 0.00015, 0.28125, 12.345678, 99.995, 0.5]
    page.goto("/")
    made = page.evaluate(
        """async (numbers) => {
          const { rounded } = await import(new URL("static/document/quads.js", document.baseURI));
          return [2, 4].map((digits) => numbers.map((number) => rounded(number, digits)));
        }""",
        numbers,
    )
    assert made == [[round(number, digits) for number in numbers] for digits in (2, 4)]
