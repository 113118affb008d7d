"""Everything that is known of an option, a plugin or a subsystem, gathered as data.

What the catalogue says of names, what the models say of meaning, what the measured builds have, and
where order matters: `explain` prints it, and the reference pages are made of it.
"""

from __future__ import annotations

import inspect
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from uwsgilint import catalog
from uwsgilint.catalog import builds, subsystems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from uwsgilint.catalog import Option
    from uwsgilint.catalog.builds import Build
    from uwsgilint.schema.composite import Composite

__all__ = [
    "CORE",
    "UnknownNameError",
    "brief",
    "describe",
    "describe_option",
    "describe_plugin",
    "describe_subsystem",
    "facts",
    "first_sentence",
    "is_free",
    "known",
    "part_facts",
    "plugin_facts",
    "spelling",
]

Page = dict[str, Any]
CORE = "core"


class UnknownNameError(LookupError):
    """Nothing is called so."""


def describe(name: str) -> Page:
    """Return what is known of a name: of an option, else of a subsystem, else of a plugin or a plugin file.

    Raises:
        UnknownNameError: it is none of these.
    """
    for of_kind in (describe_option, describe_subsystem, describe_plugin):
        try:
            return of_kind(name)
        except UnknownNameError:
            continue
    raise UnknownNameError(name)


@cache
def known() -> tuple[str, ...]:
    """Return every name that `describe` takes, options first."""
    files = (file for build in _builds() for file, provided in build.loadable.items() if _from_source(provided))
    return tuple(dict.fromkeys((*catalog.names(), *subsystems.NAMES, *catalog.plugins(), CORE, *files)))


# -- options --------------------------------------------------------------------------------------


def brief(name: str) -> Page:
    """Return what a list tells of an option: the catalogue's facts, its subsystem, and what it does.

    Raises:
        UnknownNameError: there is no such option.
    """
    option = _option(name)
    return {
        "name": option.name,
        "aliases": list(catalog.aliases(name)),
        "kind": option.kind,
        "plugin": option.plugin,
        "since": option.since,
        "until": option.until,
        "repeatable": option.repeatable,
        "implies": list(catalog.implies(option)),
        "needs_build": list(option.needs),
        "description": _field(option.setting).description or "",
        "subsystem": _home(option.setting),
    }


def describe_option(name: str) -> Page:
    """Return everything about an option, by any of its names.

    Besides the members of `brief`: its `setting`; the forms of its `argument`; all `plugins` that have it; what its
    values may be (`expects`, `spellings`, `reading`, `unit`, `default`, `range`, `choices`); what its name alone does
    (`effects`, `immediate`) and where `order` matters; `changes` over releases; `builds` that have it, and how; the
    `composite` that its values are, with its `shape`, a `note` and the `parts`; `examples` as values, the first of them
    in `toml` and in `ini`; a `catch`; and what to `see`. A member with nothing to say is None, or an empty list.

    Raises:
        UnknownNameError: there is no such option.
    """
    from uwsgilint import schema  # noqa: PLC0415  (a list of options wants none of these)
    from uwsgilint.schema import sample  # noqa: PLC0415
    from uwsgilint.schema.order import EFFECTS, notes  # noqa: PLC0415
    from uwsgilint.schema.readings import READINGS  # noqa: PLC0415
    from uwsgilint.values import KINDS  # noqa: PLC0415

    option = _option(name)
    field = _field(option.setting)
    about = schema.about(field)
    composite = _composite(option.setting)
    spellings, reading = READINGS[option.kind]
    limits = {"least": about.get("ge"), "most": about.get("le")}
    examples = field.examples or _made_up(option, about)
    return {
        "type": "option",
        **brief(name),
        "setting": option.setting,
        "argument": _argument(option),
        "plugins": list(catalog.owners(name)),
        "expects": KINDS[option.kind].expects,
        "spellings": list(spellings),
        "reading": reading,
        "unit": about.get("unit"),
        "default": about.get("default"),
        "range": None if limits == {"least": None, "most": None} else limits,
        "choices": _choices(field.annotation),
        "effects": [EFFECTS[flag] for flag in option.flags if flag in EFFECTS],
        "immediate": "immediate" in option.flags,
        "order": notes(option),
        "changes": [change._asdict() for change in catalog.changes(name)],
        "builds": [_in_build(option, build) for build in _builds()],
        "composite": composite.__name__ if composite is not None else None,
        "shape": _shape(option, composite),
        "note": inspect.cleandoc(composite.__doc__ or "") if composite is not None else None,
        "parts": [] if composite is None else [_part(name, field) for name, field in composite.model_fields.items()],
        "examples": ["true" if example is True else str(example) for example in examples],
        "toml": sample.toml(option, examples[0]),
        "ini": sample.ini(option, examples[0]),
        "catch": about.get("catch"),
        "see": list(about.get("see", ())),
    }


def _option(name: str) -> Option:
    option = catalog.option(name)
    if option is None:
        raise UnknownNameError(name)
    return option


def _home(setting: str) -> str:
    home = subsystems.home(setting)
    if home is None:
        raise KeyError(setting)
    return home


def _field(setting: str) -> FieldInfo:
    from uwsgilint import schema  # noqa: PLC0415
    from uwsgilint.schema.base import python_name  # noqa: PLC0415

    return schema.subsystem(_home(setting)).model_fields[python_name(setting)]


def _composite(setting: str) -> type[Composite] | None:
    from uwsgilint.schema.composites.registry import COMPOSITES  # noqa: PLC0415

    return COMPOSITES.get(setting)


def _argument(option: Option) -> list[str]:
    ways = {"required": ["--{0}=VALUE"], "optional": ["--{0}", "--{0}=VALUE"], "none": ["--{0}"]}
    found = [way.format(option.name) for way in ways[option.argument]]
    if option.short:
        found.append(f"-{option.short}{' VALUE' if option.argument == 'required' else ''}")
    return found


def _choices(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(word) for word in get_args(annotation)]
    return [word for argument in get_args(annotation) for word in _choices(argument)]


def _part(name: str, field: FieldInfo) -> Page:
    """Return a part of a composite: its name in a table, and all that a key-value list may call it."""
    from uwsgilint import schema  # noqa: PLC0415

    about = schema.about(field)
    limits = {"least": about.get("ge"), "most": about.get("le")}
    return {
        "name": next(iter(about.get("keys", ())), name),
        "keys": list(about.get("keys", ())),
        "description": field.description or "",
        "required": field.is_required(),
        "choices": list(about.get("choices", ())) or _choices(field.annotation),
        "unit": about.get("unit"),
        "default": about.get("default"),
        "range": None if limits == {"least": None, "most": None} else limits,
    }


def _shape(option: Option, composite: type[Composite] | None) -> str | None:
    if option.kind == "route":
        if option.setting.endswith("-label"):
            return "NAME"
        test = {"if": "CONDITION:ARGUMENTS ", "not": "CONDITION:ARGUMENTS ", "run": ""}
        return test.get(option.setting.rpartition("-")[2], "EXPRESSION ") + "ACTION:ARGUMENTS"
    if composite is None:
        return None
    from uwsgilint import grammar  # noqa: PLC0415

    return grammar.shape(composite.grammar())


# -- plugins and subsystems -------------------------------------------------------------------------


def describe_plugin(name: str) -> Page:
    """Return everything about a plugin, by the name of its folder in uWSGI's source or of a file that brings it.

    Members: `name`, `description`, `requires` (plugins), its `options` with the first sentence of each, the route
    `actions`, `conditions` and `variables` that it brings, and `builds`: whether each has it `embedded`, and the
    `files` that load it.

    Raises:
        UnknownNameError: there is no such plugin.
    """
    from uwsgilint import routing  # noqa: PLC0415  (its tables are long)
    from uwsgilint.schema import purposes  # noqa: PLC0415

    plugin = name if name == CORE or name in catalog.plugins() else _provided_by(name)
    # What the core has besides options is told where it is used.
    brought = (routing.ACTIONS, routing.CONDITIONS, routing.VARIABLES) if plugin != CORE else ({}, {}, {})
    actions, conditions, variables = ([n for n, each in table.items() if each.plugin == plugin] for table in brought)
    return {
        "type": "plugin",
        "name": plugin,
        "description": purposes.purpose(plugin),
        "requires": [] if plugin == CORE else list(catalog.plugin_requires(plugin)),
        "options": [_mention(each) for each in _settings(plugin)],
        "actions": actions,
        "conditions": conditions,
        "variables": variables,
        "builds": [_plugin_in_build(plugin, build) for build in _builds()],
    }


def _settings(plugin: str) -> Iterator[str]:
    for name in catalog.names():
        if catalog.setting_of(name) == name and plugin in catalog.owners(name):
            yield name


def _mention(setting: str) -> Page:
    return {"name": setting, "description": first_sentence(_field(setting).description or "")}


def first_sentence(text: str) -> str:
    """Return the first sentence of a description."""
    found = re.match(r".+?[.!?)](?= [A-Z`'\"(\d]| uWSGI|$)", text, re.DOTALL)
    return text if found is None else found[0]


def _provided_by(file: str) -> str:
    for build in _builds():
        provided = _from_source(build.loadable.get(file, ()))
        if provided:
            return provided[0]
    raise UnknownNameError(file)


def _from_source(plugins: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what a distribution adds: the catalogue knows no such plugin."""
    return tuple(plugin for plugin in plugins if plugin in catalog.plugins())


def describe_subsystem(name: str) -> Page:
    """Return everything about a subsystem: `title`, `summary`, `description`, and its `options` in their order.

    Raises:
        UnknownNameError: there is no such subsystem.
    """
    if name not in subsystems.NAMES:
        raise UnknownNameError(name)
    from uwsgilint import schema  # noqa: PLC0415
    from uwsgilint.schema.base import native_name  # noqa: PLC0415

    model = schema.subsystem(name)
    return {
        "type": "subsystem",
        "name": name,
        "title": subsystems.title(name),
        "summary": subsystems.summary(name),
        "description": inspect.cleandoc(model.__doc__ or ""),
        "options": [_mention(native_name(field)) for field in model.model_fields],
    }


# -- builds -----------------------------------------------------------------------------------------


@cache
def _builds() -> tuple[Build, ...]:
    return tuple(build for name in builds.names() if (build := builds.build(name)) is not None)


def _in_build(option: Option, build: Build) -> Page:
    """Say whether a build has an option, and what has to be loaded or compiled in for it."""
    found: Page = {
        "build": build.name,
        "release": build.release,
        "has": False,
        "load": [],
        "package": None,
        "feature": None,
    }
    if not catalog.exists_in(option.name, build.release):
        return found
    if build.has(option.name):
        return {**found, "has": True}
    file = build.offers(option.name)
    if file is not None and file not in build.broken:
        return {**found, "load": [*build.needs.get(file, ()), file], "package": build.packages.get(file)}
    return {**found, "feature": build.optional_feature(option.name)}


def _plugin_in_build(plugin: str, build: Build) -> Page:
    """Say whether a build has a plugin, and which files bring it: those with little else, the plainest of a package."""
    files = [file for file, provided in build.loadable.items() if plugin in provided and file not in build.broken]
    least = min((len(build.loadable[file]) for file in files), default=0)
    plainest: dict[str | None, str] = {}
    for file in sorted(files, key=len):
        if len(build.loadable[file]) == least:
            plainest.setdefault(build.packages.get(file), file)
    return {
        "build": build.name,
        "release": build.release,
        "embedded": plugin in build.embedded_or_core,
        "files": [
            {"load": [*build.needs.get(file, ()), file], "package": package} for package, file in plainest.items()
        ],
    }


# -- examples ---------------------------------------------------------------------------------------


def _made_up(option: Option, about: dict[str, Any]) -> list[Any]:
    """Return a value for an option whose model shows none: on, or the number that it would have anyway."""
    from uwsgilint.values import KINDS  # noqa: PLC0415

    if KINDS[option.kind].expects.startswith(("true", "nothing")) or option.kind in {"action", "print"}:
        return [True]
    number = re.match(r"[1-9][0-9]*(?![\w.])", about.get("default", ""))
    return [int(number[0]) if number else about.get("ge") or 1]


# -- a page as labelled lines -------------------------------------------------------------------------

_SYSTEMS = {"freebsd": "FreeBSD", "linux": "Linux"}
_FEATURES = {
    "capabilities": "libcap",
    "json": "a JSON library",
    "libjail": "libjail",
    "pcre": "PCRE",
    "routing": "routing, which takes PCRE",
    "ssl": "OpenSSL",
    "xml": "an XML library",
    "yaml": "YAML",
    "zlib": "zlib",
}


def facts(page: Page) -> list[tuple[str, str]]:
    """Return the short facts of an option's page as labels and texts, the same for every form of the page."""
    found = [
        ("value", "" if is_free(page) else page["expects"]),
        ("shape", " or ".join(f"`{shape}`" for shape in (page["shape"] or "").split(" or ") if shape)),
        ("unit", page["unit"]),
        ("range", _range(page["range"])),
        ("choices", ", ".join(f"`{choice}`" for choice in page["choices"])),
        ("default", page["default"]),
        ("repeated", _repeated(page)),
        ("aliases", ", ".join(f"`{alias}`" for alias in page["aliases"])),
        ("argument", " or ".join(f"`{way}`" for way in page["argument"])),
        ("owner", CORE if page["plugins"] == [CORE] else f"plugin {', '.join(page['plugins'])}"),
        ("releases", f"{page['since']} to {page['until'] or catalog.LATEST}"),
        ("changed", "; ".join(map(_change, page["changes"]))),
        ("implies", _implied(page)),
        ("needs", _needed(page["needs_build"])),
        ("builds", _told_builds(page["builds"])),
    ]
    return [(label, text) for label, text in found if text]


def is_free(page: Page) -> bool:
    """Tell whether the kind says nothing of the value, because a language of its own does."""
    return bool(page["parts"]) and page["kind"] in {"string", "strings"}


def _range(limits: dict[str, int | None] | None) -> str:
    if limits is None:
        return ""
    least, most = limits["least"], limits["most"]
    if most is None:
        return f"at least {least}"
    return f"at most {most}" if least is None else f"{least} to {most}"


def _repeated(page: Page) -> str:
    if page["repeatable"]:
        return "each line adds one"
    return "the modes add up" if page["setting"] == "chmod-socket" else "the last line wins"


def spelling(page: Page) -> str:
    """Return how to write a value, and what becomes of others."""
    spelt = ", ".join(f"`{text}`" for text in page["spellings"] if text)
    return f"Spelt {spelt}. {page['reading']}" if spelt else str(page["reading"])


def _change(change: dict[str, Any]) -> str:
    def shown(state: str | tuple[str, ...]) -> str:
        return (state if isinstance(state, str) else " and ".join(state)) or "none"

    field, before, after = change["field"], shown(change["before"]), shown(change["after"])
    if field == "writes":
        return f"until {change['release']} it set another variable of the server, by mistake"
    what = {"argument": "argument", "flags": "side effects", "kind": "kind", "needs": "needs", "short": "short flag"}
    return f"{what.get(field, field)} {after} since {change['release']}, {before} before"


def _needed(features: list[str]) -> str:
    systems = [_SYSTEMS[feature] for feature in features if feature in _SYSTEMS]
    libraries = [_FEATURES[feature] for feature in features if feature not in _SYSTEMS]
    on = f" on {' and '.join(systems)}" if systems else ""
    using = f" with {' and '.join(libraries)}" if libraries else ""
    return f"a server built{on}{using}" if features else ""


def _implied(page: Page) -> str:
    names = [f"`{name}`" for name in page["implies"]]
    told = [f"{' and '.join(names)}, whatever its value"] if names else []
    return "; ".join(told + page["effects"])


def _told_builds(found: list[Page]) -> str:
    """Say which builds have it: those as they are first, then what the others want."""
    plain = [each["build"] for each in found if each["has"]]
    told = [", ".join(plain)] if plain else []
    for each in found:
        if each["load"]:
            told.append(_loading(each["build"], each["load"], each["package"]))
        elif each["feature"]:
            told.append(f"{each['build']} if it was compiled with {each['feature'].replace('+', ' and ')}")
    return "; ".join(told) or "none of the known ones"


def part_facts(part: Page) -> list[str]:
    """Return the short facts of a part of a composite."""
    found = [
        "required" if part["required"] else "",
        f"also {', '.join(f'`{key}`' for key in part['keys'][1:])}" if part["keys"][1:] else "",
        part["unit"] or "",
        _range(part["range"]),
        f"one of {', '.join(f'`{choice}`' for choice in part['choices'])}" if part["choices"] else "",
        f"default: {part['default']}" if part["default"] else "",
    ]
    return [text for text in found if text]


def plugin_facts(page: Page) -> list[tuple[str, str]]:
    """Return the short facts of a plugin's page as labels and texts."""
    embedded = [each["build"] for each in page["builds"] if each["embedded"]]
    loads = [
        _loading(each["build"], file["load"], file["package"]) for each in page["builds"] for file in each["files"]
    ]
    found = [
        ("requires", ", ".join(f"`{plugin}`" for plugin in page["requires"])),
        ("actions", ", ".join(f"`{name}`" for name in page["actions"])),
        ("conditions", ", ".join(f"`{name}`" for name in page["conditions"])),
        ("variables", ", ".join(f"`${{{name}[...]}}`" for name in page["variables"])),
        ("built into", ", ".join(embedded)),
        ("loaded by", "; ".join(loads)),
    ]
    if not embedded and not loads:
        found.append(("builds", "none of the known ones"))
    return [(label, text) for label, text in found if text]


def _loading(build: str, load: list[str], package: str | None) -> str:
    return f"{build} with `plugins = {','.join(load)}`{f', package {package}' if package else ''}"
