"""The JSON Schema of the authoring format, for editors and for checks that know nothing of uWSGI.

It is draft-07, which SchemaStore, Taplo and the YAML language server read best, and it is made of what
the models and the catalogue say; nothing is described here a second time. What each kind accepts is
what `uwsgilint.values` has no doubt about, said again as types and patterns, and the tests hold the two
together: a schema cannot call the reading.

- A table takes known names only. uWSGI takes any other name for a placeholder, but then nobody would
  see a misspelt option: a placeholder of one's own is `set-placeholder = "name=value"`.
- Text that the server fills in when it starts (`$(PORT)`, `%(name)`, `%k`) is taken wherever a value is.
- Each option is described once, among those of its subsystem. A table refers to such groups for what a
  value may be, and to a list of names, for `additionalProperties` sees none but those beside it: true says
  all that is left to say about them.
- Taplo shows nothing of a description beside `allOf`, and draft-07 nothing beside `$ref`: a table's
  description is therefore one of the things that it refers to.
"""

from __future__ import annotations

import inspect
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args, get_origin

from uwsgilint import catalog, logic, routing, schema
from uwsgilint.catalog import builds, subsystems
from uwsgilint.formats import authoring
from uwsgilint.formats.authoring import NAMED_BY, NUMBERED
from uwsgilint.schema.base import native_name
from uwsgilint.schema.composites.registry import COMPOSITES
from uwsgilint.schema.routes import ChainName, rule_schema
from uwsgilint.schema.types import PLACEHOLDER_PATTERN
from uwsgilint.values import INT32_MAX, KINDS, UINT16_MAX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic.fields import FieldInfo

    from uwsgilint.grammar import Part
    from uwsgilint.schema.composite import Composite

__all__ = ["DRAFT", "document", "kind", "text"]

# What the server may fill in: all that `schema.types` takes for a placeholder, and little else.
PLACEHOLDER = r"[%$@]\(|%[\w\[]"
# A build that is named by its file; `catalog.builds.is_path` says the same.
BUILD_PATH = r"[/\\]|\.(toml|json)$"
DRAFT = "http://json-schema.org/draft-07/schema#"
# The pages of the reference, as seen from the folder of the published schema.
REFERENCE = "../docs/reference"

Schema: TypeAlias = "dict[str, Any]"


@cache
def text() -> str:
    """Return the schema as it is published: an option to a line."""
    return _laid_out(document()) + "\n"


def document() -> Schema:
    """Return the schema of a file in the authoring format: TOML, or YAML and JSON of the same shape."""
    return {
        "$schema": DRAFT,
        "title": "uWSGI configuration",
        "description": "What uwsgilint checks, and builds into what uWSGI reads.",
        "type": "object",
        "properties": {
            **_body(),
            "profiles": {
                "description": "What differs where it runs, by name: `build --profile NAME` lays it over the rest.",
                "type": "object",
                "additionalProperties": _ref("profile"),
            },
        },
        "additionalProperties": False,
        "definitions": _definitions(),
    }


def _definitions() -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for some in (_options(), _tables(), _composites(), _routing(), _shared_kinds()):
        twice = found.keys() & some.keys()
        if twice:
            raise ValueError(f"several definitions are called {', '.join(twice)}")
        found |= some
    return {**found, "filled": {"type": "string", "pattern": PLACEHOLDER}}


# -- tables -----------------------------------------------------------------------------------------


def _ref(definition: str) -> Schema:
    return {"$ref": f"#/definitions/{definition}"}


def _closed(properties: Mapping[str, Schema], description: str = "", **more: Any) -> Schema:
    """Describe a table with these names and no others."""
    told = {"description": description} if description else {}
    return {**told, "type": "object", "properties": dict(properties), "additionalProperties": False, **more}


def _many(item: Schema, description: str) -> Schema:
    """Describe a list of tables; one of them alone is wanted as a list, for an editor would offer all that is in it."""
    return {"description": description, "type": "array", "items": item}


_SECTIONS = "Further sections, by name, for `uwsgi --ini uwsgi.ini:NAME` or `ini = :NAME`."
_LINES = "Options in exactly this order, one in each table."
_BLOCKS = "Options under a condition that the server decides when it starts, or repeated by a loop."


def _body() -> dict[str, Schema]:
    """Describe the tables of a file, or of a profile."""
    return {
        authoring.MAIN: _ref("uwsgi"),
        **{name: _ref(f"table-{name}") for name in subsystems.NAMES},
        authoring.WHEN: _ref("blocks"),
        "sections": {"description": _SECTIONS, "type": "object", "additionalProperties": _ref("section")},
        "target": _ref("target"),
    }


# Options that are called like a subsystem: in a section, the name means either.
_HOMONYMS = "homonyms"


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    """Return the names of all options by subsystem, those that are a subsystem's name as well apart."""
    found: dict[str, list[str]] = {name: [] for name in (*subsystems.NAMES, _HOMONYMS)}
    for name in catalog.names():
        found[_HOMONYMS if name in subsystems.NAMES else str(subsystems.home(name))].append(name)
    return {group: tuple(names) for group, names in found.items()}


def _options() -> dict[str, Schema]:
    """Describe each option, once."""
    return {
        f"options-{group}": {"type": "object", "properties": {name: _option(name) for name in names}}
        for group, names in _groups().items()
    }


def _place(option: str) -> str:
    """Return where an option is described."""
    group = _HOMONYMS if option in subsystems.NAMES else subsystems.home(option)
    return f"options-{group}/properties/{option}"


def _tables() -> dict[str, Schema]:
    tables = {authoring.MAIN: _ref(authoring.MAIN), **{name: _ref(f"table-{name}") for name in subsystems.NAMES}}
    homonyms = _groups()[_HOMONYMS]
    both = {name: {"anyOf": [_ref(_place(name)), tables[name]]} for name in homonyms}
    options = [_ref(f"options-{name}") for name in subsystems.NAMES]
    names: dict[str, object] = {**dict.fromkeys(catalog.names(), True), **dict.fromkeys(tables, True)}
    return {
        "names": {"type": "object", "properties": {**names, **_ordered("section")}, "additionalProperties": False},
        authoring.MAIN: {
            "type": "object",
            "allOf": [*options, _ref(f"options-{_HOMONYMS}"), _ref("names"), {"description": "Any option of uWSGI."}],
            "properties": {**{name: False for name in tables if name not in homonyms}, **_ordered(authoring.MAIN)},
        },
        "section": {
            "type": "object",
            "allOf": [*options, _ref("names"), {"description": "Options, and subsystems' tables of options."}],
            "properties": {**tables, **both},
        },
        **{f"table-{name}": _subsystem(name) for name in subsystems.NAMES},
        "profile": _closed(_body()),
        "target": _target(),
        "block": _block(),
        "blocks": _many(_ref("block"), _BLOCKS),
    }


def _ordered(definition: str) -> dict[str, Schema]:
    """Describe what says the options of a table in order, or on a condition."""
    line = {"allOf": [_ref(definition)], "minProperties": 1, "maxProperties": 1}
    return {
        authoring.LINES: {"description": _LINES, "type": "array", "items": line},
        authoring.WHEN: _ref("blocks"),
    }


def _subsystem(name: str) -> Schema:
    return {
        "type": "object",
        "allOf": [_ref(f"options-{name}"), {"description": subsystems.summary(name)}],
        "properties": {
            **dict.fromkeys(_groups()[name], True),
            **{each: _ref(_place(each)) for each in _groups()[_HOMONYMS] if subsystems.home(each) == name},
            **({chain: _chain(chain) for chain in routing.CHAINS} if name == authoring.ROUTING else {}),
            **_ordered(f"table-{name}"),
        },
        "additionalProperties": False,
    }


def _target() -> Schema:
    known = {"anyOf": [{"enum": list(builds.names())}, {"type": "string", "pattern": BUILD_PATH}]}
    return _closed(
        {
            "uwsgi": {"description": "The release of uWSGI.", "enum": list(catalog.RELEASES)},
            "build": {"description": "What the server was built with: a known build, or the path of a file.", **known},
        },
        "What the configuration will run on.",
    )


def _block() -> Schema:
    takes: dict[str, Schema] = {
        "text": {"type": ["string", "integer"]},
        "flag": {"type": "boolean"},
        "words": {
            "type": ["string", "integer", "array"],
            "items": {"type": ["string", "integer"], "pattern": "^[^ ]+$"},
        },
        "number": {"type": ["integer", "string"], "minimum": 1, "pattern": "^[1-9][0-9]*$"},
    }
    words = {
        word: {"description": _field(block.opener).description, **takes[block.takes]}
        for word, block in logic.BLOCKS.items()
    }
    tables = {authoring.MAIN: _ref("uwsgi"), **{name: _ref(f"table-{name}") for name in subsystems.NAMES}}
    return _closed({**words, **tables}, _BLOCKS, oneOf=[{"required": [word]} for word in words])


# -- options ----------------------------------------------------------------------------------------


def _field(name: str) -> FieldInfo:
    setting = catalog.setting_of(name)
    return _fields()[setting][1]


@cache
def _fields() -> dict[str, tuple[str, FieldInfo]]:
    """Return every setting's subsystem and field."""
    return {
        native_name(name): (table, field)
        for table in subsystems.NAMES
        for name, field in schema.subsystem(table).model_fields.items()
    }


def _option(name: str) -> Schema:
    """Describe an option under one of its names."""
    setting = catalog.setting_of(name)
    table, field = _fields()[setting]
    known = catalog.option(name)
    if known is None:
        raise KeyError(name)
    about = schema.about(field)
    description = field.description or ""
    if name != setting:
        return {"description": f"Another name of `{setting}`.", "anyOf": [_ref(_place(setting))]}
    link = f"[Reference]({REFERENCE}/{table}.md#{setting})"
    told: Schema = {"description": description, "markdownDescription": _markdown(description, about, link)}
    if known.kind == "ignored":
        told |= {"deprecated": True, "deprecationMessage": "The server takes it and does nothing."}
    value = _value(known, field, about)
    default = _default(about.get("default"), value)
    return {
        **told,
        **({} if default is None else {"default": default}),
        **({"examples": list(field.examples)} if field.examples else {}),
        **value,
    }


def _markdown(description: str, about: Mapping[str, Any], link: str) -> str:
    """Say in Markdown what an option does, what to mind, and where to read on."""
    facts = [f"{label}: {about[key]}" for label, key in (("Unit", "unit"), ("Default", "default")) if key in about]
    pieces = [description, about.get("catch"), ". ".join(facts), link]
    return "\n\n".join(piece for piece in pieces if piece)


def _value(known: catalog.Option, field: FieldInfo, about: Mapping[str, Any]) -> Schema:
    choices = _choices(field.annotation)
    composite = COMPOSITES.get(known.setting)
    if composite is not None or known.setting in NUMBERED:
        return {"anyOf": _spoken(known, composite)}
    if choices:
        return _chosen(choices)
    found = kind(known.kind)
    if known.repeatable:
        found = {**found, "type": [*found["type"], "array"], "items": _ref(known.kind)}
    return _limited(found, about)


def _choices(annotation: Any) -> list[object]:
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [word for argument in get_args(annotation) for word in _choices(argument)]


def _chosen(choices: Sequence[object], *further: Schema) -> Schema:
    return {"anyOf": [{"enum": list(choices)}, *(further or (_ref("filled"),))]}


def _limited(found: Schema, about: Mapping[str, Any]) -> Schema:
    """Narrow what a kind takes by the limits of an option or of a part."""
    limits = {"minimum": about.get("ge"), "maximum": about.get("le")}
    return {**found, **{key: value for key, value in limits.items() if value is not None}}


_WORD = re.compile(r"(on|off|-?[0-9]+)(?=$|[,:])(?!, [0-9])")


def _default(told: str | None, value: Schema) -> object:
    """Return a default that is told in words as a value, if it is one."""
    if told is None:
        return None
    if any(told in choice.get("enum", ()) for choice in value.get("anyOf", ())):
        return told
    types = value.get("type", ())
    found = _WORD.match(told)
    if found is None or "array" in types:
        return None
    if found[1] in {"on", "off"}:
        return found[1] == "on" if "boolean" in types and "not" not in value else None
    number = int(found[1])
    return number if "integer" in types[:1] and number >= value.get("minimum", number) else None


def _flowing(text: str) -> str:
    """Undo the line breaks of a docstring within its paragraphs."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


# -- kinds ------------------------------------------------------------------------------------------


def _shared_kinds() -> dict[str, Schema]:
    """Describe each kind for those that refer to it, with what VS Code says where a text does not match."""
    found = {name: kind(name) for name in KINDS}
    return {
        name: {**each, "patternErrorMessage": f"Expected {KINDS[name].expects}."} if "pattern" in each else each
        for name, each in found.items()
    }


_ON = "[Tt]rue|[Oo]n|[Yy]es|[1-9][0-9]*"
_OFF = "[Ff]alse|[Oo]ff|[Nn]o|0"
_DIGITS = r"^[ \t]*\+?[0-9]+$"
_PORT = "(?:0*(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
_SCHEMES = "[Uu][Nn][Ii][Xx]|[Hh][Tt][Tt][Pp][Ss]?|[Tt][Cc][Pp]|[Uu][Ww][Ss][Gg][Ii]|[Ff][Ii][Ll][Ee]"
# A descriptor, a shared or an abstract socket; a path, no bare port; or host and port.
_ADDRESS = (
    r"^(?!\*:)[ \t]*(?:(?:fd://|=|@|\\0)[\s\S]*|(?![0-9]+$)[^: \t][^:]{0,101}"
    rf"|(?!(?:{_SCHEMES}):)(?!\[[^:]*(?::[^:]*)?\]:[0-9]*$)[\s\S]*:{_PORT})$"
)
_TEXT = ("string", "number")
_ANY = ("string", "number", "boolean")


def kind(name: str) -> Schema:
    """Return what values of a kind may be.

    Raises:
        KeyError: there is no such kind.
    """
    types, pattern, more = _kinds()[name]
    told = {"pattern": f"{pattern}|{PLACEHOLDER}"} if pattern else {}
    return {"type": list(types), **more, **told}


@cache
def _kinds() -> dict[str, tuple[tuple[str, ...], str, Schema]]:
    """Return the types, the pattern of the text, and the limits of the number that each kind takes."""
    number = ("integer", "string")
    mode = {"minimum": 0, "maximum": 777}
    flag = (("boolean", "integer", "string"), f"^(?:{_ON}|{_OFF}|)$", {"minimum": 0})
    presence = (("boolean", "integer", "string"), f"^(?:{_ON}|)$", {"minimum": 1})
    found: dict[str, tuple[tuple[str, ...], str, Schema]] = {
        "int": (number, _DIGITS, {"minimum": 0, "maximum": INT32_MAX}),
        "signed-int": (number, r"^[ \t]*[+-]?[0-9]+$", {"minimum": -INT32_MAX - 1, "maximum": INT32_MAX}),
        "uint64": (number, _DIGITS, {"minimum": 0}),
        "uint16": (number, _DIGITS, {"minimum": 0, "maximum": UINT16_MAX}),
        "megabytes": (number, rf"{_DIGITS}|^[0-9]+ ?(?:M|MB|MiB|m|mb|mib)$", {"minimum": 0, "maximum": 2**44 - 1}),
        "bytes": (number, rf"{_DIGITS}|^[0-9]+ ?[kKmMgG](?:i?[bB])?$", {"minimum": 0}),
        "flag": flag,
        "inverse-flag": flag,
        "switch": (*presence[:2], {"minimum": 1, "not": {"const": False}}),
        "presence": presence,
        "log-date": (("boolean", "string"), f"^(?!(?:{_OFF})$)", {"not": {"const": False}}),
        "mode": (number, "^(?:[0-7]{3}|1)$", mode),
        "file-mode": (number, "^[0-7]{3}$", mode),
        "umask": (number, "^0?[0-7]{3}$", mode),
        "socket": (("string",), _ADDRESS, {}),
        "router-socket": (("string",), _ADDRESS, {}),
        "endpoint": (("string",), r"[^ \t]", {}),
        "cron": (("string",), r"^\s*(?:[+-]?[0-9]+\s+){4}[+-]?[0-9]+(?:\s[\s\S]*)?$", {}),
        "file-serve-mode": (("string",), "^(?:x-?sendfile|x-?accel-?redirect|nginx)$", {}),
        "subscription-algo": (("string",), "^(?:wrr|lrc|wlrc)$", {}),
        # A blank behind a name becomes part of the name of a file.
        "plugins": (("string",), r"^(?![\s\S]*[^ \t,][ \t]+(?:,|$))", {}),
    }
    found["count"] = found["file-descriptor"] = found["int"]
    found["user"] = found["group"] = (("string", "integer"), "^(?!0*$)", {"minimum": 1})
    for separator, kinds in {
        ",": ("tls-socket",),
        "=": ("tls-pairs", "pairs", "environment", "placeholder", "declaration"),
        " ": ("regexp-pairs", "legion-cron", "legion", "legion-pairs", "sni"),
        ":": ("code-string", "digest-directory"),
    }.items():
        found |= {name: (("string",), separator, {}) for name in kinds}
    # What acts by being named may say just that.
    named = ("code", "mule", "optional-path", "print", "logic", "terminator", "reset", "action", "ignored")
    found |= {name: (_ANY, "", {}) for name in named}
    return {name: found.get(name, (_TEXT, "", {})) for name in KINDS}


# -- composites -------------------------------------------------------------------------------------


# What the server counts gets a name in its table; parts that refer to it take the name for the number.


def _spoken(known: catalog.Option, model: type[Composite] | None) -> list[Schema]:
    """Return what an option with a language of its own takes: its text, a table, or a list of these."""
    forms = [_ref(known.kind), _ref(_table_of(known.setting, model))]
    return [*forms, _ref(f"{_table_of(known.setting, model)}-list")] if known.repeatable else forms


def _table_of(setting: str, model: type[Composite] | None) -> str:
    """Return what the definition of an option's table form is called."""
    name = "Mule" if model is None else model.__name__
    return f"Named{name}" if setting in NUMBERED else name


def _composites() -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for setting in sorted({*COMPOSITES, *NUMBERED}):
        known = catalog.option(setting)
        if known is None:
            raise KeyError(setting)
        model = COMPOSITES.get(setting)
        table = _table_of(setting, model)
        if table not in found:
            found[table] = _mule() if model is None else _composite(model)
            if setting in NUMBERED:
                named = {"name": {"description": "The name by which other options refer to it.", "type": "string"}}
                found[table]["properties"] = {**named, **found[table]["properties"]}
        if known.repeatable:
            items = found.setdefault(f"{table}-list", {"type": "array", "items": {"anyOf": []}})["items"]
            items["anyOf"] += [form for form in _spoken(known, model)[:2] if form not in items["anyOf"]]
    return found


def _mule() -> Schema:
    script = {"description": "What the mule runs; without it, the mule waits for messages.", **kind("string")}
    return _closed({"script": script}, "A mule with a name.")


def _composite(model: type[Composite]) -> Schema:
    declared = model.grammar()
    properties: dict[str, Schema] = {}
    for part in declared.parts:
        field = model.model_fields[part.name]
        told: Schema = {"description": field.description}
        if (default := _default(schema.about(field).get("default"), found := _part(part))) is not None:
            told["default"] = default
        if field.examples:
            told["examples"] = list(field.examples)
        properties |= _named(part, {**told, **found}, model.__name__)
    return _closed(properties, _flowing(inspect.cleandoc(model.__doc__ or "")), **_required(declared.parts))


def _names(part: Part) -> list[str]:
    """Return what a table may call a part, the best first."""
    own = (part.name, part.name.replace("_", "-"))
    return list(dict.fromkeys([*part.keys[:1], *own, *part.keys]))


def _named(part: Part, found: Schema, definition: str) -> dict[str, Schema]:
    """Describe a part under all its names; an editor that knows the word offers the first alone."""
    first, *others = _names(part)
    same = {"doNotSuggest": True, "anyOf": [_ref(f"{definition}/properties/{first}")]}
    return {first: found, **dict.fromkeys(others, same)}


def _required(parts: Iterable[Part]) -> Schema:
    """Say which parts cannot be left out, and that something has to be there."""
    needed = [_names(part) for part in parts if part.required]
    plain = [names[0] for names in needed if len(names) == 1]
    found: Schema = {"required": plain} if plain else {"minProperties": 1}
    several = [names for names in needed if len(names) > 1]
    if len(several) == 1:
        found["anyOf"] = [{"required": [name]} for name in several[0]]
    elif several:
        found["allOf"] = [{"anyOf": [{"required": [name]} for name in names]} for names in several]
    return found


def _part(part: Part) -> Schema:
    found = kind(part.kind)
    if part.words:
        return found
    found = _limited(found, {"ge": part.ge, "le": part.le})
    if part.name in NAMED_BY:
        del found["pattern"]
    elif part.choices:
        whole = [choice for choice in part.choices if not choice.endswith("*") or choice == "*"]
        starts = [re.escape(choice[:-1]).replace(r"\-", "-") for choice in part.choices if choice not in whole]
        further: list[Schema] = [_ref("filled") if part.kind == "string" else found]
        if starts:
            further.append({"type": "string", "pattern": f"^(?:{'|'.join(starts)})"})
        numbers = [int(choice) for choice in whole if choice.isdigit()]
        switches = [True, False] if "1" in whole or len(part.choices) == 1 else []
        found = _chosen([*whole, *numbers, *switches], *further)
    return {"anyOf": [found, {"type": "array", "items": found}]} if part.separator else found


# -- routing ----------------------------------------------------------------------------------------


def _chain(chain: str) -> Schema:
    when = {
        "request": "before the request is served",
        "response": "when the headers of the response are ready",
        "error": "when the server answers with an error of its own",
        "final": "after the response",
    }
    return _many(_ref(f"rule-{chain}"), f"Rules that are tried in this order {when[chain]}.")


def _routing() -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    for chain in get_args(ChainName):
        rule = _portable(rule_schema(chain))
        found |= {f"route-{name}": described for name, described in rule.pop("definitions").items()}
        found[f"rule-{chain}"] = rule
    for name in ("route-action", "route-condition"):
        tables = found[name]["anyOf"][0]
        tables["properties"] = _shared(tables["properties"], f"{name}/anyOf/0/properties")
    return found


def _portable(rule: Schema) -> Schema:
    """Give the definitions of a rule names that no kind has, and its patterns what every dialect reads."""
    written = json.dumps(rule).replace('"#/definitions/', '"#/definitions/route-').replace(r"\\-", "-")
    found: Schema = json.loads(written.replace(json.dumps(PLACEHOLDER_PATTERN)[1:-1], json.dumps(PLACEHOLDER)[1:-1]))
    return found


def _shared(properties: Mapping[str, Schema], place: str) -> dict[str, Schema]:
    """Let the first of several names that mean the same speak for all."""
    found: dict[str, Schema] = {}
    firsts: dict[str, str] = {}
    for name, told in properties.items():
        described = {**told}
        if "anyOf" in told:
            # A list of one argument says no more than the argument.
            described["anyOf"] = [form for form in told["anyOf"] if form.get("maxItems") != 1]
        first = firsts.setdefault(json.dumps(described), name)
        found[name] = described if first == name else _ref(f"{place}/{first.replace('~', '~0').replace('/', '~1')}")
    return found


# -- layout -----------------------------------------------------------------------------------------

_WIDE = 110
_BARE = ("true,", "false,")
_DEPTH = 4  # definitions, a definition, its properties, a property


def _laid_out(value: object, depth: int = 0) -> str:
    """Write the schema a definition, or a property of one, to a line; bare names fill their lines."""
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if not isinstance(value, dict) or len(compact) <= _WIDE or depth == _DEPTH:
        return compact
    lines = [""]
    for key, member in value.items():
        written = f"{json.dumps(key, ensure_ascii=False)}:{_laid_out(member, depth + 1)},"
        if isinstance(member, bool) and lines[-1].endswith(_BARE) and len(lines[-1]) + len(written) < _WIDE:
            lines[-1] += written
        else:
            lines.append(written)
    return "\n".join(["{", *lines[1:-1], lines[-1][:-1], "}"])
