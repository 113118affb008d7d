"""`uwsgilint explain`: one page on an option, a plugin, a subsystem or a rule."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from uwsgilint.cli import completing, exits
from uwsgilint.cli.options import Format
from uwsgilint.cli.rules import RulesOption  # noqa: TC001  (Typer reads the annotation at run time)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from uwsgilint.lint.registry import Rule

__all__ = ["command"]

_NARROWEST, _WIDEST = 80, 100


class _Found(NamedTuple):
    """A page, and what else has its name: what to write behind `explain` for that."""

    page: dict[str, Any]
    also: list[str]


def command(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            autocompletion=completing.names,
            help="An option such as cheaper, a plugin, a subsystem, or a rule such as UW101.",
            show_default=False,
        ),
    ],
    plugin: Annotated[bool, typer.Option("--plugin", help="NAME is a plugin, whatever else is called so.")] = False,
    subsystem: Annotated[bool, typer.Option("--subsystem", help="NAME is a subsystem, whatever else is.")] = False,
    rules: RulesOption = None,
    form: Annotated[Format, typer.Option("--format", help="How to show it.")] = Format.text,
) -> None:
    """Explain an option, a plugin, a subsystem, or a rule by its code or name, those of your own as well."""
    if plugin and subsystem:
        raise typer.BadParameter("a name is one or the other", param_hint="--plugin, --subsystem")
    name = name.strip()
    found = _find(name, plugin=plugin, subsystem=subsystem)
    if found is None and not (plugin or subsystem):
        found = _own(name, rules)
    if found is None:
        typer.echo(f"uwsgilint: {_unknown(name, plugin=plugin, subsystem=subsystem)}", err=True)
        raise typer.Exit(exits.USAGE)
    if form is Format.json:
        import json  # noqa: PLC0415

        sys.stdout.write(json.dumps([found.page], indent=2) + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _text(found)))


def _find(name: str, *, plugin: bool, subsystem: bool) -> _Found | None:
    """Look for what is asked for first, then for the other things of that name."""
    from uwsgilint.schema import page  # noqa: PLC0415  (a check needs none of this)

    kinds = {"--subsystem": page.describe_subsystem, "--plugin": page.describe_plugin}
    if plugin or subsystem:
        kinds = {flag: kind for flag, kind in kinds.items() if flag == ("--plugin" if plugin else "--subsystem")}
    else:
        kinds = {"": page.describe_option, **kinds}
    found = {}
    for flag, kind in kinds.items():
        try:
            found[flag] = kind(name)
        except page.UnknownNameError:
            continue
    if not found:
        rule = None if plugin or subsystem else _rule(name)
        return None if rule is None else _Found(rule, [])
    first, *others = found
    return _Found(found[first], [f"{flag} {name}" for flag in others])


def _rule(name: str) -> dict[str, Any] | None:
    from uwsgilint.lint import registry  # noqa: PLC0415

    rule = registry.rule(name) or registry.rule(name.upper())
    if rule is None:
        return None
    return {**_shown(rule), "page": registry.page(rule.code)}


def _shown(rule: Rule) -> dict[str, Any]:
    """Return what a page in JSON says of a rule besides its text."""
    shown = ("code", "name", "group", "severity", "fix", "status")
    return {"type": "rule", **{member: getattr(rule, member) for member in shown}}


def _own(name: str, folder: Path | None) -> _Found | None:
    """Look for a rule of one's own."""
    from uwsgilint.cli.rules import rules_here  # noqa: PLC0415  (most names are those of built-in things)

    own, pages = rules_here(folder)
    known = {} if own is None else own.rules
    rule = next((rule for rule in known.values() if name in (rule.name, rule.code) or name.upper() == rule.code), None)
    if rule is None:
        return None
    # Its page is called after it, or at least says its code in what stands at the top.
    said = re.compile(rf"""^code\s*=\s*["']{re.escape(rule.code)}["']""", re.MULTILINE)
    text = next((text for text in pages.values() if said.search(text)), "")
    return _Found({**_shown(rule), "page": text.rpartition("\n+++\n")[2].lstrip("\n")}, [])


def _unknown(name: str, *, plugin: bool, subsystem: bool) -> str:
    """Say that nothing has this name, and what was probably meant."""
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.catalog import subsystems  # noqa: PLC0415
    from uwsgilint.schema import page  # noqa: PLC0415

    names: Iterable[str]
    if plugin:
        what, names = "plugin", catalog.plugins()
    elif subsystem:
        what, names = "subsystem", subsystems.NAMES
    else:
        what, names = "option, plugin, subsystem or rule", [*page.known(), *_rule_names()]
    near = catalog.suggest(name, names, 3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    if not hint and re.fullmatch(r"[A-Za-z]+[0-9]+", name):
        hint = "; `uwsgilint rules` lists the rules"
    return f"no {what} is called {name!r}{hint}"


def _rule_names() -> Iterator[str]:
    from uwsgilint.lint import registry  # noqa: PLC0415

    return (word for rule in registry.rules() for word in (rule.name, rule.code))


# -- text -------------------------------------------------------------------------------------------


def _text(found: _Found) -> Iterator[str]:
    page, kind = found.page, found.page["type"]
    if kind == "rule":
        yield page["page"].removesuffix("\n")
        return
    width = min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)
    yield from {"option": _option, "plugin": _plugin, "subsystem": _subsystem}[kind](page, width)
    for other in found.also:
        yield ""
        yield f"Also: `uwsgilint explain {other}`"


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> Iterator[str]:
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ""
        yield from textwrap.wrap(
            " ".join(paragraph.split()),
            width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )


def _labelled(rows: list[tuple[str, str]], width: int) -> Iterator[str]:
    """Print labels and texts in two columns."""
    column = max((len(label) for label, _ in rows), default=0) + 4
    for label, text in rows:
        yield from _wrapped(text, width, f"  {label:<{column - 2}}", " " * column)


def _option(page: dict[str, Any], width: int) -> Iterator[str]:
    from uwsgilint.schema.page import facts, is_free, spelling  # noqa: PLC0415

    yield page["name"]
    yield ""
    if page["setting"] != page["name"]:
        yield f"Another name for `{page['setting']}`."
        yield ""
    yield from _wrapped(page["description"], width)
    if page["catch"]:
        yield ""
        yield from _wrapped(f"Catch: {page['catch']}", width)
    yield ""
    yield from _labelled([*facts(page), ("subsystem", page["subsystem"])], width)
    if not is_free(page):
        yield ""
        yield from _wrapped(spelling(page), width)
    if page["order"]:
        yield ""
        yield from _wrapped(f"Order: {' '.join(page['order'])}", width)
    if page["parts"]:
        for paragraph in page["note"].split("\n\n")[1:]:
            yield ""
            yield from _wrapped(paragraph, width)
        yield ""
        yield "Parts:"
        yield ""
        yield from _labelled([(part["name"], _part(part)) for part in page["parts"]], width)
    for title, example in (("TOML", page["toml"]), ("INI", page["ini"])):
        yield ""
        yield f"{title}:"
        yield ""
        yield from textwrap.indent(example.rstrip("\n"), "    ").split("\n")
    if page["examples"][1:]:
        yield ""
        yield from _wrapped("Or: " + ", ".join(f"`{text}`" for text in page["examples"][1:]), width)
    if page["see"]:
        yield ""
        yield from _wrapped(f"See also: {', '.join(page['see'])}", width)


def _part(part: dict[str, Any]) -> str:
    from uwsgilint.schema.page import part_facts  # noqa: PLC0415

    told = part_facts(part)
    return f"{part['description']} ({'; '.join(told)})" if told else str(part["description"])


def _plugin(page: dict[str, Any], width: int) -> Iterator[str]:
    from uwsgilint.schema.page import plugin_facts  # noqa: PLC0415

    yield f"{page['name']}: a plugin" if page["name"] != "core" else page["name"]
    yield ""
    yield from _wrapped(page["description"], width)
    yield ""
    yield from _labelled(plugin_facts(page), width)
    if page["name"] == "core":
        yield ""
        yield f"It has {len(page['options'])} settings: `uwsgilint options --plugin core` lists them."
    else:
        yield from _mentions(page["options"], width)


def _subsystem(page: dict[str, Any], width: int) -> Iterator[str]:
    yield f"{page['title']}: the options of [{page['name']}]"
    yield ""
    yield from _wrapped(page["description"], width)
    yield from _mentions(page["options"], width)


def _mentions(options: list[dict[str, str]], width: int) -> Iterator[str]:
    if options:
        yield ""
        yield "Options:"
        yield ""
    for option in options:
        yield f"  {option['name']}"
        yield from _wrapped(option["description"], width, "      ", "      ")
