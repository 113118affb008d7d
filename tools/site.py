"""Build the documentation site, `build/site`: `python -m tools.site`, or `--assemble` for its sources alone.

Nothing is written for the site that stands elsewhere. The pages of `docs/`, the rules, the examples and the files
that GitHub shows are laid out below `build/pages`: front matter off, addresses changed to those of the site, reports
in colour.
`NAVIGATION` says where each is found; `docs/site/` has the home page, the look and the settings of the generator.

A link or an anchor that leads nowhere ends the program: first the generator is asked (`--strict`), then everything
that was built is gone through, for it looks only at Markdown. So does whatever a browser would fetch from elsewhere.
"""

from __future__ import annotations

import argparse
import html
import json
import posixpath
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from tools import proofs
from tools.rules import GROUPS, ROOT, Page, read_pages
from uwsgilint import catalog
from uwsgilint.lint.engine import check_text
from uwsgilint.lint.registry import SEVERITIES
from uwsgilint.lint.selection import RECOMMENDED, Selection
from uwsgilint.report import text as report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["NAVIGATION", "assemble", "build", "faults", "sources", "unplaced"]

BUILD = ROOT / "build"
LOOK = ROOT / "docs" / "site"

# What stands in the menu, from left to right and from top to bottom. What is called * is filled in: there are too many,
# and they are in order already. A page that is not there is left out; one that is there and not here is an error.
NAVIGATION: dict[str, str | dict[str, str]] = {
    "Home": "index.md",
    "Start": {
        "In five minutes": "tutorial.md",
        "Getting started": "start.md",
        "A repository with findings": "adopting.md",
        "In the editor": "editor.md",
        "In CI": "ci.md",
        "Examples": "examples/*",
    },
    "uWSGI": {
        "How it reads your file": "reading.md",
        "What a configuration means": "understanding.md",
        "The syntaxes": "formats.md",
        "What a change changes": "diff.md",
    },
    "Write": {
        "The authoring format": "authoring.md",
        "Moving to another syntax": "convert.md",
        "Python objects": "python.md",
    },
    "Use": {
        "The command line": "cli.md",
        "Settings": "settings.md",
        "Reports": "reports.md",
    },
    "Rules": {
        "Every rule": "rules/index.md",
        "Severities, profiles, your own": "own-rules.md",
        "Conditions": "rules/conditions.md",
        "How a page is written": "rules/format.md",
        "In real configurations": "rules-report.md",
        "What was refused": "rules/refused.md",
        "*": "rules/*",
    },
    "Options": {
        "Every option": "reference/index.md",
        "*": "reference/*",
    },
    "Project": {
        "Security": "security.md",
        "Versions": "versioning.md",
        "Compared": "compared.md",
        "Benchmarks": "benchmarks.md",
        "Where facts come from": "facts.md",
        "Contributing": "contributing.md",
        "Changelog": "changelog.md",
    },
}

# Where a file stands on the site, unless it keeps its path below docs/.
_PLACES = {
    "README.md": "index.md",
    "docs/site/home.md": "index.md",
    "docs/index.md": "start.md",
    # rules.md and rules/index.md would be one address.
    "docs/rules.md": "own-rules.md",
    "rules": "rules/index.md",
    "rules/README.md": "rules/format.md",
    "rules/CONDITIONS.md": "rules/conditions.md",
    "rules/REFUSED.md": "rules/refused.md",
    "examples": "examples/index.md",
    "schemas": "facts.md",
    "schemas/README.md": "facts.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "docs/reference": "reference/index.md",
}
# The schemas that editors and programs fetch.
_SCHEMAS = tuple(f"schemas/{name}.schema.json" for name in ("uwsgilint", "uwsgilint-settings", "uwsgilint-report"))
_FENCE = re.compile(
    r"^(?P<ticks>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=ticks)[ ]*(?:\n|\Z)", re.MULTILINE | re.DOTALL
)
_COMMENT = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)
_OPTION = re.compile(r"(?m)^### ([\w-]+)$")
_LINK = re.compile(r"(?<!!)\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?![a-z]+:)(?P<target>[^)\s]+)\)")
_FINDING = re.compile(r"^(?P<severity>error|warning|advice)\[(?P<code>UW\d+)\] (?P<message>.*)$")
# What the colours of a language are called that the generator does not know.
_LEXERS = {"proof": "toml"}


class _Group(NamedTuple):
    """A heading of the menu for what there is too much of."""

    title: str
    pages: list[tuple[str, str]]


# -- the sources ------------------------------------------------------------------------------------


def sources() -> dict[str, str]:
    """Return the place on the site of every file that has one, by its path in the project."""
    found = {f"docs/{path.name}": path.name for path in sorted((ROOT / "docs").glob("*.md"))}
    found |= {
        f"docs/reference/{path.name}": f"reference/{path.name}" for path in (ROOT / "docs/reference").glob("*.md")
    }
    found |= {str(page.path.relative_to(ROOT)): f"rules/{page.path.name}" for page in read_pages()}
    for folder in _examples():
        found[f"examples/{folder.name}"] = f"examples/{folder.name}.md"
    found |= {schema: schema for schema in _SCHEMAS}
    return found | {name: place for name, place in _PLACES.items() if (ROOT / name).exists()}


def assemble(folder: Path) -> None:
    """Lay out the sources of the site in a folder, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    places = sources()
    rules = {str(page.path.relative_to(ROOT)): page for page in read_pages()}
    # README.md is for GitHub: the site has a home page of its own, to which its links lead.
    prose = [name for name in places if name.endswith(".md") and name != "README.md" and name not in rules]
    written = {places[name]: _laid_out((ROOT / name).read_text("utf-8"), name, places) for name in prose}
    for word, number in _numbers(rules).items():
        written["index.md"] = written["index.md"].replace(f"{{{word}}}", f"{number:,}")
    table = proofs.results()
    about = _about(rules.values(), written)
    for name, page in rules.items():
        options = {option: place for option, (place, those) in about.items() if page in those}
        written[places[name]] = _rule(page, table, places, options)
    for place in {place for place, _ in about.values()}:
        written[place] = _with_rules(written[place], about)
    written["rules/index.md"] = _all_rules(list(rules.values()))
    written["examples/index.md"] = _all_examples()
    for example in _examples():
        written[f"examples/{example.name}.md"] = _example(example)
    for place, text in written.items():
        _write(folder / place, text)
    for schema in _SCHEMAS:
        _write(folder / schema, (ROOT / schema).read_text("utf-8"))
    for look in (*LOOK.glob("*.css"), *LOOK.glob("*.svg"), *LOOK.glob("*.js")):
        _write(folder / look.name, look.read_text("utf-8"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _examples() -> list[Path]:
    return sorted(path for path in (ROOT / "examples").iterdir() if path.is_dir())


def _laid_out(text: str, name: str, places: Mapping[str, str]) -> str:
    """Return a page as the generator is to have it."""
    place = places[name]
    return _by_fence(
        text,
        prose=lambda part: _COMMENT.sub("", _LINK.sub(lambda match: _link(match, name, places), part)),
        fence=lambda info, body: _fenced(info, body, place),
    ).lstrip("\n")


def _by_fence(text: str, *, prose: Callable[[str], str], fence: Callable[[str, str], str]) -> str:
    """Return a text with what stands in fences treated in one way, and the rest in another."""
    parts, end = [], 0
    for match in _FENCE.finditer(text):
        parts += [prose(text[end : match.start()]), fence(match["info"].strip(), match["body"])]
        end = match.end()
    return "".join([*parts, prose(text[end:])])


def _link(match: re.Match[str], name: str, places: Mapping[str, str]) -> str:
    """Return a link with its address on the site; of a file that is there only in the project the label stays."""
    target, _, fragment = match["target"].partition("#")
    if not target:
        return match[0]
    wanted = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
    if wanted not in places and posixpath.dirname(wanted) in places and wanted.startswith("examples/"):
        # A file of an example has a heading on the page of that example.
        wanted, fragment = posixpath.dirname(wanted), _slug(posixpath.basename(wanted))
    if wanted not in places:
        return match["label"] if (ROOT / wanted).exists() else match[0]
    address = posixpath.relpath(places[wanted], posixpath.dirname(places[name]) or ".")
    return f"[{match['label']}]({address}{'#' if fragment else ''}{fragment})"


def _slug(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it, and the generator with the settings that it is given."""
    return re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")


def _fenced(info: str, body: str, place: str) -> str:
    """Return a block in a language that the generator colours; a report is coloured here."""
    language, _, _ = info.partition(" ")
    if language in {"console", "text"} and any(_FINDING.match(line) for line in body.splitlines()):
        return _terminal(body, place)
    ticks = "`" * (3 if "```" not in body else 4)
    return f"{ticks}{_LEXERS.get(language, language)}\n{body}{ticks}\n"


def _terminal(text: str, place: str) -> str:
    """Return what a command printed, in the colours that a terminal shows it in, with the codes of rules as links."""
    parts = []
    for line in text.rstrip("\n").split("\n"):
        found = _FINDING.match(line)
        said = re.match(r" *= (?P<help>help: )?", line)
        shown = html.escape(line)
        if found:
            href = posixpath.relpath(f"rules/{_RULES[found['code']]}.md", posixpath.dirname(place) or ".")
            parts.append(
                f'<span class="uw-line"><span class="uw-{found["severity"]}">{found["severity"]}'
                f'[<a href="{href}">{found["code"]}</a>]</span> <b>{html.escape(found["message"])}</b></span>'
            )
        elif said:
            # A sentence may be wider than the screen: it is wrapped, and the lines below it begin where it does.
            indent = said[0].index("=") + 2
            kind = " uw-help" if said["help"] else ""
            parts.append(f'<span class="uw-line{kind}" style="--uw-indent: {indent}ch">{shown}</span>')
        elif line.startswith("$ "):
            parts.append(f'<span class="uw-prompt">$</span> <b>{html.escape(line[2:])}</b>\n')
        elif re.fullmatch(r" *\|[ ^~-]*\^[^|]*", line):
            edge, bar, marks = shown.partition("|")
            parts.append(f'{edge}{bar}<span class="uw-mark">{marks}</span>\n')
        elif re.match(r" *(-->|:::) ", line):
            parts.append(f'<span class="uw-dim">{shown}</span>\n')
        else:
            parts.append(f"{shown}\n")
    return f'<div class="uw-terminal"><pre tabindex="0"><code>{"".join(parts)}</code></pre></div>\n'


_RULES = {page.code: page.path.stem for page in read_pages()}


# -- pages that are made of others ------------------------------------------------------------------


def _numbers(rules: Mapping[str, Page]) -> dict[str, int]:
    """Return what the home page counts."""
    return {"rules": len(rules), "options": len(catalog.names(catalog.LATEST)), "releases": len(catalog.RELEASES)}


def _about(pages: Iterable[Page], written: Mapping[str, str]) -> dict[str, tuple[str, list[Page]]]:
    """Return for each option where it is described, and which rules point at it or name it in their message."""
    found: dict[str, tuple[str, list[Page]]] = {}
    for place, text in written.items():
        if place.startswith("reference/"):
            found |= {name: (place, []) for name in _OPTION.findall(text)}
    for page in pages:
        named = [page.front.get(key, []) for key in ("at", "each")]
        listed = [name for part in named for name in ([part] if isinstance(part, str) else part)]
        said = re.findall(r"`([\w-]+)`", str(page.front.get("message", "")))
        for name in dict.fromkeys([*listed, *said]):
            setting = catalog.setting_of(name) if catalog.option(name) else ""
            if setting in found and page not in found[setting][1]:
                found[setting][1].append(page)
    return {name: entry for name, entry in found.items() if entry[1]}


def _with_rules(text: str, about: Mapping[str, tuple[str, list[Page]]]) -> str:
    """Return a page of options with the rules about each at the end of the list of its facts."""
    parts = re.split(r"(?m)^(?=### )", text)
    for number, part in enumerate(parts):
        heading = _OPTION.match(part)
        facts = re.search(r"(?m)(?:^- .*\n)+", part)
        if heading and facts and heading[1] in about:
            those = about[heading[1]][1]
            links = ", ".join(f"[{page.code}&nbsp;{page.name}](../rules/{page.path.name})" for page in those)
            parts[number] = f"{part[: facts.end()]}- **rules**: {links}\n{part[facts.end() :]}"
    return "".join(parts)


def _rule(
    page: Page,
    table: Mapping[str, Mapping[str, object]],
    places: Mapping[str, str],
    about: Mapping[str, str],
) -> str:
    """Return the page of a rule: what it is at a glance, its text, and what a report says of its example."""
    name, front = str(page.path.relative_to(ROOT)), page.front
    title, _, rest = proofs.told(page, table).lstrip("\n").partition("\n")
    tags = [f'<span class="uw-tag uw-{front["severity"]}">{front["severity"]}</span>']
    profile = front.get("profile", RECOMMENDED)
    tags.append(f'<span class="uw-tag">profile <b>{profile}</b></span>')
    fix = {"none": "no fix", "safe": "<b>safe</b> fix", "unsafe": "<b>unsafe</b> fix"}[front["fix"]]
    tags.append(f'<span class="uw-tag">{fix}</span>')
    if front["security"]:
        tags.append('<span class="uw-tag uw-security">security</span>')
    if front["status"] != "stable":
        tags.append(f'<span class="uw-tag">{front["status"]}</span>')
    tags.append(f'<span class="uw-tag">since <b>{front["since"]}</b></span>')
    states = table.get(page.code, {}).get("on", {})
    shown = [release for release, state in states.items() if state == "shown"] if isinstance(states, dict) else []
    where = f"shown on uWSGI <b>{', '.join(shown)}</b>" if shown else "held by tests: see the proof"
    tags.append(f'<span class="uw-tag">{where}</span>')
    text = f'{title}\n\n<p class="uw-tags" data-search-exclude>{" ".join(tags)}</p>\n{rest}'
    if about:
        links = ", ".join(f"[`{option}`](../../docs/{place}#{option})" for option, place in about.items())
        text += f"\nOptions: {links}\n"
    head, prefer, tail = text.partition("\n## Prefer\n")
    told = _told(page)
    if told:
        head += f"\nWhat a report says of the first one:\n\n```text\n{told}```\n"
    return _laid_out(f"{head}{prefer}{tail}", name, places)


def _told(page: Page) -> str:
    """Return what a report says of the first example to avoid."""
    if not page.avoid or page.avoid[0].written:
        return ""
    example = page.avoid[0]
    found = check_text(f"uwsgi.{example.syntax}", example.data, selection=Selection(extend=(page.name,)))
    return report.full([finding for finding in found if finding.code == page.code][:1], counts=False)


def _all_rules(pages: Sequence[Page]) -> str:
    """Return the list of all rules, by group, which docs/site/site.js narrows down."""
    fixed = sum(1 for page in pages if page.front["fix"] != "none")
    groups = {group: [page for page in pages if page.front["group"] == group] for group in GROUPS.values()}
    lines = [
        "# Every rule\n\n",
        f"{len(pages)} rules, {fixed} of them with a fix. Each has a page with examples, which the tests run, and\n",
        "what the real server did with them, or why it has no say. `uwsgilint explain CODE` shows it on a terminal;\n",
        "[severities and profiles](../own-rules.md) say which of them run.\n\n",
        _filter([group for group, members in groups.items() if members]),
    ]
    for group, members in groups.items():
        if members:
            lines.append(f'\n## {group.capitalize()}\n\n<ul class="uw-rules" data-search-exclude>\n')
            lines += [_listed(page) for page in members]
            lines.append("</ul>\n")
    return "".join(lines)


def _filter(groups: Sequence[str]) -> str:
    """Return the form above the list of rules, which is shown when there is a script to answer it."""
    choices = {
        "group": groups,
        "severity": SEVERITIES,
        "profile": (RECOMMENDED, "production", "security", "pedantic"),
        "fix": ("safe", "unsafe", "none"),
    }
    fields = []
    for name, values in choices.items():
        options = "".join(f'<option value="{value}">{value}</option>' for value in values)
        fields.append(
            f'<select name="{name}" aria-label="{name}"><option value="">any {name}</option>{options}</select>'
        )
    words = '<input type="search" name="q" placeholder="Words, an option, a code" aria-label="words">'
    return f'<form class="uw-filter" data-search-exclude hidden>{words}{"".join(fields)}<output></output></form>\n'


def _listed(page: Page) -> str:
    """Return a rule as the list of all has it: its name, what it finds in one sentence, what it is at a glance."""
    front = page.front
    does = " ".join(line for line in page.sections["What it does"] if line)
    # The end of a sentence is no full stop between backticks.
    first = re.match(r"(?:`[^`]*`|[^`])*?[.:](?= |$)", does)
    sentence = html.escape(re.sub(r"^Finds ", "", (first[0] if first else does).rstrip(".:")), quote=False)
    sentence = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", sentence)
    sentence = re.sub(r"`([^`]*)`", r"<code>\1</code>", sentence)
    profiles = [front.get("profile", RECOMMENDED), *(["security"] if front["security"] else [])]
    data = {"group": front["group"], "severity": front["severity"], "profile": " ".join(profiles), "fix": front["fix"]}
    attributes = " ".join(f'data-{key}="{value}"' for key, value in data.items())
    fix = "" if front["fix"] == "none" else f"{front['fix']} fix"
    profile = "" if profiles[0] == RECOMMENDED else profiles[0]
    said = " · ".join(word for word in (profile, "security" if front["security"] else "", fix) if word)
    more = f" <small>{said}</small>" if said else ""
    link = f'<a href="{page.path.name}">{page.code} {page.name}</a>'
    tag = f'<span class="uw-tag uw-{front["severity"]}">{front["severity"]}</span>'
    return f"<li {attributes}>{tag} {link}{more}<p>{sentence[:1].upper()}{sentence[1:]}</p></li>\n"


def _shown(folder: Path) -> list[Path]:
    """Return the files of an example that are text, the source first."""
    order = {".toml": 0, ".yaml": 0, ".ini": 1, ".py": 2}
    found = [path for path in folder.rglob("*") if path.suffix in order and path.read_text("utf-8").strip()]
    return sorted(found, key=lambda path: (len(path.relative_to(folder).parts), order[path.suffix], path))


def _example(folder: Path) -> str:
    """Return a page with all the files of an example."""
    lines = [f"# {folder.name}: an example\n"]
    for path in _shown(folder):
        language = {"py": "python"}.get(path.suffix[1:], path.suffix[1:])
        heading = path.relative_to(folder).as_posix()
        lines.append(f"\n## {heading}\n\n```{language}\n{path.read_text('utf-8').rstrip()}\n```\n")
    return "".join(lines)


def _all_examples() -> str:
    """Return the table of examples, which stands in the introduction, with links to their pages."""
    start = (ROOT / "docs" / "index.md").read_text("utf-8")
    table = "\n".join(line for line in start.splitlines() if line.startswith(("| [", "| example")))
    table = re.sub(r"\(\.\./examples/([\w-]+)/[\w.]+\)", r"(\1.md)", table).replace("\n", "\n|---|---|\n", 1)
    head = "Configurations worth copying, but for the last: the tests check, compile and start them."
    return f"# Examples\n\n{head}\n\n{table}\n"


# -- the menu ---------------------------------------------------------------------------------------


def _menu(folder: Path) -> list[object]:
    """Return the menu for the pages that are there, as the generator wants it."""
    menu: list[object] = []
    for title, part in NAVIGATION.items():
        if isinstance(part, str):
            menu.append({title: part})
            continue
        entries: list[object] = []
        for name, place in part.items():
            if place.endswith("/*"):
                groups = list(_many(place, folder))
                inner = [{each.title: [{label: page} for label, page in each.pages]} for each in groups]
                if name != "*":
                    entries += [{name: [{label: page} for each in groups for label, page in each.pages]}]
                elif len(groups) == 1:
                    entries += [{label: page} for label, page in groups[0].pages]
                else:
                    entries += inner
            elif (folder / place).is_file():
                entries.append({name: place})
        menu.append({title: entries})
    return menu


def _many(place: str, folder: Path) -> Iterator[_Group]:
    kind = place.partition("/")[0]
    if kind == "rules":
        for group in GROUPS.values():
            members = [page for page in read_pages() if page.front["group"] == group]
            if members:
                pages = [(f"{page.code} {page.name}", f"rules/{page.path.name}") for page in members]
                yield _Group(group.capitalize(), pages)
        return
    paths = sorted((folder / kind).glob("*.md"))
    titles = {path.name: path.read_text("utf-8").partition("\n")[0].removeprefix("# ") for path in paths}
    # Behind the colon stands what the menu says already: "Cheapening: the options of `[cheapening]`".
    named = [(title.partition(":")[0], f"{kind}/{name}") for name, title in titles.items() if name != "index.md"]
    index = [("All of them", f"{kind}/index.md")] if kind == "examples" else []
    yield _Group(kind.capitalize(), [*index, *named])


def unplaced(folder: Path) -> list[str]:
    """Return the assembled pages that the menu does not lead to."""
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")}
    return sorted(there - set(_placed(_menu(folder))))


def _placed(menu: object) -> Iterator[str]:
    if isinstance(menu, str):
        yield menu
    elif isinstance(menu, dict):
        for part in menu.values():
            yield from _placed(part)
    elif isinstance(menu, list):
        for part in menu:
            yield from _placed(part)


def _toml(value: object) -> str:
    """Write the menu as TOML, in which a text is written as in JSON."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    return json.dumps(value)


# -- building, and looking at what was built ----------------------------------------------------------


def build(target: Path = BUILD) -> Path:
    """Build the site below a folder and return where it is; what is wrong with it ends the program."""
    pages, site = target / "pages", target / "site"
    assemble(pages)
    if lost := unplaced(pages):
        raise SystemExit(f"site: not in NAVIGATION of tools/site.py: {', '.join(lost)}")
    settings = (LOOK / "zensical.toml").read_text("utf-8")
    head, _, tail = settings.partition("[project]\n")
    _write(target / "zensical.toml", f"{head}[project]\nnav = {_toml(_menu(pages))}\n{tail}")
    shutil.rmtree(site, ignore_errors=True)
    command = [sys.executable, "-m", "zensical", "build", "--clean", "--strict", "--config-file", "zensical.toml"]
    done = subprocess.run(command, cwd=target, check=False, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"site: the generator refuses it:\n{done.stdout}{done.stderr}")
    _improve_search(site)
    wrong = faults(site)
    if wrong:
        raise SystemExit("\n".join(["site: what was built has faults:", *wrong]))
    return site


def _improve_search(site: Path) -> None:
    """Make the search find an option by its name first, and find without a server, too."""
    index = json.loads((site / "search.json").read_text("utf-8"))
    options = [item for item in index["items"] if item["level"] == 3 and item["location"].startswith("reference/")]
    for item in options:
        # Who types the beginning of many names means the one that is no longer: the path counts as the title does.
        if any(other["title"].startswith(f"{item['title']}-") for other in options):
            item["path"] = [*item["path"], item["title"]]
    _write(site / "search.json", json.dumps(index, ensure_ascii=False))
    # A page that is opened from a disk loads scripts, but neither data nor folders.
    for item in index["items"]:
        item["location"] = re.sub(r"(^|/)(?=#|$)", r"\1index.html", item["location"], count=1)
    _write(site / "search.js", f"var __index = {json.dumps(index, ensure_ascii=False)}\n")


_ADDRESS = re.compile(r'<(?P<tag>\w+)(?P<before>[^<>]*?)\s(?P<kind>href|src)="?(?P<address>[^"\s>]*)"?')
# What the script of the generator fetches libraries from other hosts for, and what a stylesheet may fetch.
_FETCHING = re.compile(r'\sclass="?[^">]*\b(mermaid|glightbox|pyodide)\b')
_STYLED = re.compile(r"(?:url\(|@import )\s*[\"']?((?:https?:)?//[^\"')\s;]+)")
_ANCHOR = re.compile(r'\s(?:id|name)="?([^"\s>]+)"?')


def faults(site: Path) -> list[str]:
    """Return what leads nowhere in a built site, and what a browser would fetch from another host."""
    texts = {path: path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}
    anchors = {path: {html.unescape(anchor) for anchor in _ANCHOR.findall(text)} for path, text in texts.items()}
    found = []
    for path in sorted(site.rglob("*.css")):
        found += [
            f"{path.relative_to(site).as_posix()}: fetches {each}" for each in _STYLED.findall(path.read_text("utf-8"))
        ]
    for path, text in texts.items():
        here = path.relative_to(site).as_posix()
        found += [f"{here}: fetches {each}" for each in _STYLED.findall(text)]
        found += [f"{here}: fetches what shows {each}" for each in _FETCHING.findall(text)]
        # What a 404 page links to is written for the root of a host.
        links = [] if here == "404.html" else _ADDRESS.finditer(text)
        for match in links:
            address = urlsplit(html.unescape(match["address"]))
            if address.scheme or address.netloc:
                fetched = match["tag"] != "a" and "canonical" not in match["before"]
                found += [f"{here}: fetches {address.geturl()}"] if fetched else []
                continue
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file():
                found.append(f"{here}: {match['address']} leads nowhere")
            elif address.fragment and target in anchors and unquote(address.fragment) not in anchors[target]:
                found.append(f"{here}: {match['address']} has no such anchor")
    return list(dict.fromkeys(found))


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the site, or lay out its sources."""
    parser = argparse.ArgumentParser(prog="python -m tools.site", description="Build the documentation site.")
    parser.add_argument("--assemble", action="store_true", help="only lay out the sources, in build/pages")
    if parser.parse_args(arguments).assemble:
        assemble(BUILD / "pages")
    else:
        print(f"{build().relative_to(ROOT)}/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
