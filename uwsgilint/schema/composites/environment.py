"""Names with values: variables, placeholders, options."""

from typing import ClassVar

from uwsgilint.schema.composite import Composite, Text, part
from uwsgilint.schema.types import String

__all__ = [
    "Declaration",
    "HeaderLine",
    "HeaderVariable",
    "ModuleAlias",
    "Placeholding",
    "Resolution",
    "Setting",
    "Variable",
]


class Variable(Composite):
    """Sets a variable.

    Blanks around the equals sign belong to what they stand beside. Without one, a variable of the environment is
    removed, and a variable of requests is not set.
    """

    template: ClassVar[str] = "{name}={value}"

    name: String = part(
        "The name of the variable.", required=True, form=r"[^ \t]+", wants="a name without blanks", examples=("LANG",)
    )
    value: Text | None = part("Its text, which may be empty.", examples=("C.UTF-8",))


class Placeholding(Composite):
    """Gives a text a name, with which it can be written `%(name)` further down.

    The name must not be that of an option. No placeholder in the text is filled in.
    """

    template: ClassVar[str] = "{name}={value}"

    name: String = part(
        "The name of the placeholder.",
        required=True,
        form=r"[^ \t]+",
        wants="a name without blanks",
        examples=("base",),
    )
    value: Text | None = part("The text that it stands for.", examples=("/srv/app",))


class Setting(Composite):
    """Sets an option, or a placeholder when no option is called so."""

    template: ClassVar[str] = "{option}={value}"

    option: String = part(
        "The name of the option.",
        required=True,
        form=r"[^ \t]+",
        wants="a name without blanks",
        examples=("processes",),
    )
    value: Text | None = part("The value that it is to have.", examples=("4",))


class Resolution(Composite):
    """Looks up a host once, at start, and gives its address a name."""

    template: ClassVar[str] = "{placeholder}={host}"

    placeholder: String = part("The name, with which the address can be written `%(name)`.", required=True)
    host: String = part("The name of the host.", required=True, examples=("db.example.com",))


class Declaration(Composite):
    """Makes a new option out of others.

    `$1`, `$2` and `$3` are the words of its value.
    """

    template: ClassVar[str] = "{name}={options}"

    name: String = part(
        "What the new option is called.",
        required=True,
        form=r"[^ \t]+",
        wants="a name without blanks",
        examples=("site",),
    )
    options: Text = part(
        "Options and their values, separated by semicolons.", required=True, examples=("socket=$1;processes=$2",)
    )


class ModuleAlias(Composite):
    """Gives a Python module a further name.

    Without an equals sign nothing happens but a line in the log; a module that cannot be imported stops the server.
    """

    template: ClassVar[str] = "{alias}={module}"

    alias: String = part("The name by which it can be imported as well.", required=True, examples=("settings",))
    module: String = part(
        "The module, or the path of its file; a slash makes it a path.", required=True, examples=("shop.settings",)
    )


class HeaderLine(Composite):
    """Adds a header to every response.

    The line goes out as it is written, after those of the application; nothing looks at its shape.
    """

    template: ClassVar[str] = "{name}:[ {value}]|{name}:{value}"

    name: String = part(
        "The name of the header.",
        required=True,
        form=r"[^ \t]+",
        wants="a name without blanks",
        examples=("X-Content-Type-Options",),
    )
    value: Text | None = part("What it says.", examples=("nosniff",))


class HeaderVariable(Composite):
    """Copies a header of the response into a variable, which routes and the log can use.

    The first blank ends the name of the header. `pull-header` takes it out of the response.
    """

    template: ClassVar[str] = "{header} {variable}"

    header: String = part("The name of the header, in any case.", required=True, examples=("Content-Type",))
    variable: String = part("The name of the variable.", required=True, examples=("CONTENT_TYPE",))
