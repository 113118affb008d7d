"""`uwsgilint explain`: one page on an option or on a rule."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from uwsgilint.cli import exits
from uwsgilint.cli.options import Format, describe

if TYPE_CHECKING:
    from uwsgilint.catalog import Option

__all__ = ["command"]


def command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An option such as cheaper, or a rule such as UW101.")],
    form: Annotated[Format, typer.Option("--format", help="How to show it.")] = Format.text,
) -> None:
    """Explain an option, or a rule by its code or name."""
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.lint import registry  # noqa: PLC0415

    option = catalog.option(name)
    if option is not None:
        if form is Format.json:
            import json  # noqa: PLC0415

            sys.stdout.write(json.dumps([describe(option)], indent=2) + "\n")
        else:
            sys.stdout.write(_page(option))
        return
    known = registry.rule(name)
    if known is not None:
        sys.stdout.write(registry.page(known.code))
        return
    near = catalog.suggest(name) or catalog.suggest(name, [r.name for r in registry.rules()])
    hint = f"; did you mean {near[0]}?" if near else ""
    typer.echo(f"uwsgilint: no option and no rule is called {name!r}{hint}", err=True)
    raise typer.Exit(exits.USAGE)


def _page(option: Option) -> str:
    """Return what the catalogue knows of an option, a fact on a line."""
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.catalog import builds  # noqa: PLC0415
    from uwsgilint.values import KINDS  # noqa: PLC0415

    kind = KINDS[option.kind]
    ways = {"required": "--{0}=VALUE", "optional": "--{0} or --{0}=VALUE", "none": "--{0}"}
    facts = [
        ("kind", f"{kind.name}: {kind.expects}"),
        ("repeated", "each one adds" if option.repeatable else "the last one wins"),
        ("aliases", ", ".join(catalog.aliases(option.name)) or "none"),
        ("argument", ways[option.argument].format(option.name) + (f", -{option.short}" if option.short else "")),
        ("owner", "core" if option.plugin == "core" else f"plugin {', '.join(catalog.owners(option.name))}"),
        ("releases", f"{option.since} to {option.until or catalog.LATEST}"),
        ("implies", ", ".join(catalog.implies(option)) or "nothing"),
        ("needs", ", ".join(option.needs) or "nothing"),
        ("immediate", "yes: it acts when it is read, so placeholders in it are not filled")
        if "immediate" in option.flags
        else ("immediate", "no"),
        ("in builds", ", ".join(n for n in builds.names() if _in(n, option.name)) or "none of the known ones"),
    ]
    return f"{option.name}\n\n" + "".join(f"  {fact:<10} {text}\n" for fact, text in facts)


def _in(build_name: str, option_name: str) -> bool:
    from uwsgilint import catalog  # noqa: PLC0415
    from uwsgilint.catalog import builds  # noqa: PLC0415

    build = builds.build(build_name)
    return build is not None and catalog.exists_in(option_name, build.release) and build.has(option_name)
