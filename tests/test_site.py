"""The documentation site: everything has its page, and a browser shows it without faults."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import os
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tools import site
from tools.rules import read_pages
from uwsgilint.catalog import subsystems

# `make docs-test` says that all of it has to be there; elsewhere what is missing skips the tests that need it.
NEEDED = bool(os.environ.get("UWSGILINT_SITE"))
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = {"desktop": (1280, 800), "phone": (390, 844)}
SCHEMES = ("light", "dark")
CHEAPER = "rules/UW401-cheaper-not-below-workers/"
SHOWN = (
    *("", "tutorial/", CHEAPER, "rules/", "reference/cheapening/", "compared/", "formats/", "settings/", "cli/"),
    *("rules-report/", "reference/", "examples/routing/", "changelog/"),
)


# -- the sources, which need nothing ----------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sources of the site."""
    folder = tmp_path_factory.mktemp("site") / "pages"
    site.assemble(folder)
    return folder


def test_every_page_has_its_place(pages: Path) -> None:
    """Nothing that is written is missing in the menu, and nothing in the menu is missing."""
    assert site.unplaced(pages) == []


def test_every_rule_has_its_page(pages: Path) -> None:
    """The page of a rule tells severity, profile and fix, and where its proof was shown, and no front matter."""
    for page in read_pages():
        text = (pages / "rules" / page.path.name).read_text("utf-8")
        assert text.startswith(f"# {page.name} ({page.code})\n")
        assert f'uw-{page.front["severity"]}">{page.front["severity"]}<' in text
        assert "+++" not in text
        assert "```proof" not in text
    shown = (pages / "rules" / "UW401-cheaper-not-below-workers.md").read_text("utf-8")
    assert re.search(r"shown on uWSGI <b>2\.0\.18, .*2\.0\.31</b>", shown)
    assert "`cheaper` keeps 4 workers, and there are 4 in all" in shown


def test_every_subsystem_has_its_page(pages: Path) -> None:
    """There is a page with the options of each subsystem."""
    assert {f"{name}.md" for name in subsystems.NAMES} <= {path.name for path in (pages / "reference").iterdir()}


def test_the_list_of_rules_has_them_all(pages: Path) -> None:
    """Each rule is there with what it finds, in a sentence that is whole, and what it can be chosen by."""
    text = (pages / "rules" / "index.md").read_text("utf-8")
    listed = {match[2]: match for match in re.finditer(r'<li ([^>]*)>.*?href="([^"]*)">.*?<p>(.*)</p></li>', text)}

    assert listed.keys() == {page.path.name for page in read_pages()}
    for page in read_pages():
        chosen, _, sentence = listed[page.path.name].groups()
        assert f'data-severity="{page.front["severity"]}"' in chosen
        assert f'data-fix="{page.front["fix"]}"' in chosen
        assert ("security" in chosen) is page.front["security"]
        assert sentence
        assert "`" not in sentence
    assert listed["UW401-cheaper-not-below-workers.md"][3] == (
        "A <code>cheaper</code> that is as large as the number of workers, or larger"
    )


def test_options_and_rules_lead_to_each_other(pages: Path) -> None:
    """An option lists the rules about it, and a rule the options that it is about."""
    options = (pages / "reference" / "cheapening.md").read_text("utf-8")
    rule = (pages / "rules" / "UW401-cheaper-not-below-workers.md").read_text("utf-8")

    cheaper = options.partition("\n### cheaper\n")[2].partition("\n### ")[0]
    assert "- **rules**: [UW401&nbsp;cheaper-not-below-workers](../rules/UW401-cheaper-not-below-workers.md)" in cheaper
    assert "[`cheaper`](../reference/cheapening.md#cheaper)" in rule


def test_links_follow_their_files(pages: Path) -> None:
    """A link of the project leads to the page that its file became; where there is none, only its words stay."""
    reading = (pages / "reading.md").read_text("utf-8")
    start = (pages / "start.md").read_text("utf-8")
    compared = (pages / "compared.md").read_text("utf-8")

    assert "(rules/UW012-inline-comment.md)" in reading
    assert "(examples/django.md#uwsgitoml)" in start
    assert "tests/" not in compared
    assert "`test_sarif_is_valid`" in compared


def test_reports_are_coloured_and_linked(pages: Path) -> None:
    """What a check printed stands there as a terminal shows it, and the code of a rule leads to its page."""
    home = (pages / "index.md").read_text("utf-8")

    assert re.search(r'<span class="uw-error">error\[<a href="rules/UW\d+-[\w-]+\.md">UW\d+</a>\]</span>', home)


# -- the site, which needs the generator ------------------------------------------------------------


def missing(*modules: str) -> str:
    """What is not installed, as a reason to skip; empty when everything is there."""
    lacking = [name for name in modules if importlib.util.find_spec(name) is None]
    return f"the site needs {', '.join(lacking)}: make docs-test" if lacking else ""


def need(reason: str) -> None:
    """Skip a test that lacks something, unless it was promised that everything is there."""
    if reason and NEEDED:
        pytest.fail(reason, pytrace=False)
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built with strict links."""
    need(missing("zensical"))
    return site.build(tmp_path_factory.mktemp("built"))


@pytest.mark.site
def test_nothing_leads_nowhere(built: Path) -> None:
    """Every link and every anchor of the site leads somewhere, and nothing is fetched from another host."""
    assert site.faults(built) == []


@pytest.mark.site
def test_faults_are_told(built: Path, tmp_path: Path) -> None:
    """A page that is gone, an anchor that never was, and a script from elsewhere are faults."""
    (tmp_path / "other.html").write_text('<h1 id="here">')
    (tmp_path / "index.html").write_text(
        '<a href="other.html#here"><a href="gone/"><a href="other.html#there">'
        '<script src="https://cdn.example/x.js"></script><a href="https://example.org/">'
        '<pre class="mermaid"><p style="background: url(//img.example/x.png)">'
    )
    (tmp_path / "site.css").write_text('@import "https://css.example/x.css"; @font-face { src: url(x.woff) }')

    assert site.faults(tmp_path) == [
        "site.css: fetches https://css.example/x.css",
        "index.html: fetches //img.example/x.png",
        "index.html: fetches what shows mermaid",
        "index.html: gone/ leads nowhere",
        "index.html: other.html#there has no such anchor",
        "index.html: fetches https://cdn.example/x.js",
    ]


# -- the browser --------------------------------------------------------------------------------------


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


class Shown(NamedTuple):
    """A page in a browser, and what went wrong on the way.

    Attributes:
        page: playwright's page.
        faults: errors of the console, and requests to other hosts.
    """

    page: Any
    faults: list[str]


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    """Where the site is served."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(built)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    need(missing("playwright"))
    names = [os.environ.get("UWSGILINT_BROWSER", ""), *BROWSERS]
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    need("" if path else "the site is looked at in Chromium, which is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def shown(browser: Any, address: str, path: str, *, width: str = "desktop", scheme: str = "light") -> Shown:
    """Open a page of the site."""
    across, down = WIDTHS[width]
    page = browser.new_context(viewport={"width": across, "height": down}, color_scheme=scheme).new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(address) else faults.append(asked.url))
    page.goto(f"{address}{path}")
    page.wait_for_load_state("networkidle")
    return Shown(page, faults)


@pytest.mark.site
@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.strip("/").replace("/", "-") or "home")
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_shown(browser: Any, address: str, path: str, width: str, scheme: str) -> None:
    """At both widths, light and dark, a page has its title, never scrolls sideways, and the console stays empty."""
    page, faults = shown(browser, address, path, width=width, scheme=scheme)

    assert page.locator("h1").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert all(text.strip() for text in page.locator("a.md-nav__link, a.md-tabs__link").all_text_contents())
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    light = sum(int(part) for part in re.findall(r"\d+", background)[:3]) > 3 * 128
    assert light == (scheme == "light")
    assert faults == []
    page.context.close()


@pytest.mark.site
def test_the_home_page_shows_a_report_in_one_screen(browser: Any, address: str) -> None:
    """On a desktop what uwsgilint does is seen without scrolling, with a real finding in it."""
    page, _ = shown(browser, address, "")
    terminal = page.locator(".uw-hero .uw-terminal").bounding_box()

    assert terminal["y"] + terminal["height"] <= WIDTHS["desktop"][1]
    assert "is not a whole number" in page.locator(".uw-hero .uw-terminal").inner_text()
    page.context.close()


@pytest.mark.site
def test_the_comparison_is_seen_whole(browser: Any, address: str) -> None:
    """On a desktop no table of it has to be scrolled."""
    page, _ = shown(browser, address, "compared/")
    cut = "e => e.parentElement.scrollWidth > e.parentElement.clientWidth"

    assert page.locator("article table").count() > 5
    assert [row for row in page.locator("article table").all() if row.evaluate(cut)] == []
    page.context.close()


@pytest.mark.site
@pytest.mark.parametrize("width", WIDTHS)
def test_search_finds(browser: Any, address: str, width: str) -> None:
    """Who searches for cheaper finds its options and its rule, and gets there."""
    page, faults = shown(browser, address, "", width=width)
    page.locator(".md-search__button, label[for=__search]").filter(visible=True).first.click()
    page.keyboard.type("cheaper")
    option = page.locator('a[href*="/reference/cheapening/"][href*="#cheaper"]').filter(visible=True).first
    rule = page.locator('a[href*="/rules/UW401-cheaper-not-below-workers/"]').filter(visible=True).first
    option.wait_for()
    assert page.locator('a[href*="?h=cheaper"]').first.get_attribute("href").endswith("#cheaper")
    rule.click()
    page.wait_for_url("**/rules/UW401-cheaper-not-below-workers/**")
    assert page.locator("h1").first.inner_text().startswith("cheaper-not-below-workers")
    assert faults == []
    page.context.close()


@pytest.mark.site
@pytest.mark.parametrize("width", WIDTHS)
def test_rules_can_be_narrowed_down(browser: Any, address: str, width: str) -> None:
    """By words, by what a rule is, and by an address that says both."""
    page, faults = shown(browser, address, "rules/", width=width)
    listed = page.locator(".uw-rules > li").filter(visible=True)
    assert listed.count() == len(read_pages())

    page.locator(".uw-filter input").fill("cheaper")
    page.locator(".uw-filter [name=severity]").select_option("error")
    page.locator(".uw-filter [name=group]").select_option("processes")
    wanted = [p for p in read_pages() if (p.front["group"], p.front["severity"]) == ("processes", "error")]
    assert 0 < listed.count() < len(wanted)
    assert listed.locator('a[href*="UW401"]').count() == 1
    assert page.locator("h2").filter(visible=True).all_inner_texts() == ["Processes\u00b6"]
    assert page.locator(".uw-filter output").inner_text() == f"{listed.count()} of {len(read_pages())} rules"

    again = shown(browser, address, page.url.removeprefix(address), width=width).page
    assert again.locator(".uw-rules > li").filter(visible=True).count() == listed.count()
    again.locator(".uw-filter input").fill("no such rule")
    assert again.locator(".uw-filter output").inner_text() == "no rule is like that"
    assert faults == []
    again.context.close()
    page.context.close()


@pytest.mark.site
def test_what_is_copied_can_be_typed(browser: Any, address: str) -> None:
    """The button beside commands copies them without prompts and output."""
    page, _ = shown(browser, address, "adopting/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("button[data-clipboard-target]").first.click()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "uwsgilint check . --baseline uwsgilint-baseline.json"
    page.context.close()


@pytest.mark.site
def test_it_works_from_a_disk(browser: Any, built: Path) -> None:
    """Opened without a server, links lead to pages, and the search finds, with nothing from elsewhere."""
    page, faults = shown(browser, f"{built.as_uri()}/", "index.html")
    page.get_by_role("link", name="In five minutes").filter(visible=True).first.click()
    page.wait_for_url("**/tutorial/index.html")
    page.locator(".md-search__button").click()
    page.keyboard.type("cheaper")
    result = '.md-search a[href*="rules/UW401-cheaper-not-below-workers/index.html"]'
    page.locator(result).or_(page.locator(result.replace(".md-search ", ""))).filter(visible=True).first.click()
    page.wait_for_url("**/rules/UW401-cheaper-not-below-workers/index.html*")
    assert page.locator("h1").first.inner_text().startswith("cheaper-not-below-workers")
    assert [fault for fault in faults if "crbug/1173575" not in fault] == []
    page.context.close()


# How little a text stands out from what is behind it, at the worst place of each kind: WCAG asks for 4.5.
CONTRAST = """() => {
  const parts = (colour) => [...colour.match(/[\\d.]+/g).map(Number), 1].slice(0, 4);
  const over = (a, b) => [...[0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])), 1];
  const light = (colour) => colour.slice(0, 3)
    .map((v) => (v / 255 < 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    const colours = [];
    for (let each = element; each; each = each.parentElement) {
      colours.unshift(parts(getComputedStyle(each).backgroundColor));
    }
    return colours.reduce((below, colour) => over(colour, below), [255, 255, 255, 1]);
  };
  const poor = {};
  for (const element of document.querySelectorAll("article *, .md-tabs *, .md-nav *")) {
    const said = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!said || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const ground = behind(element);
    const [a, b] = [light(over(parts(getComputedStyle(element).color), ground)), light(ground)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor[`${element.tagName} ${element.className}`] = [ratio, element.innerText];
  }
  return poor;
}"""


@pytest.mark.site
@pytest.mark.parametrize("scheme", SCHEMES)
def test_everything_can_be_read(browser: Any, address: str, scheme: str) -> None:
    """Text stands out from what is behind it, light and dark."""
    for path in SHOWN:
        page = shown(browser, address, path, scheme=scheme).page
        assert page.evaluate(CONTRAST) == {}, path
        page.context.close()
