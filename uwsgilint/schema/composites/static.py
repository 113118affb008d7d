"""Paths of URLs, and how long files may be kept."""

from typing import ClassVar

from uwsgilint.schema.composite import Command, Composite, Regex, part
from uwsgilint.schema.types import Int, Path, String

__all__ = ["CgiHelper", "CgiMap", "Mount", "StaticExpires", "StaticMap", "StaticTypeExpires"]

_SECONDS = "How long a browser may keep it, counted from now or, with `-mtime`, from the last change of the file."


class StaticMap(Composite):
    """Serves the files of a directory under a path.

    Blanks around the equals sign belong to what they stand beside, and then nothing ever matches. The path is compared
    as text: `/img` also matches `/imgs`. `static-map` takes it away, `static-map2` leaves it in front of the rest.
    """

    template: ClassVar[str] = "{mountpoint}={path}"

    mountpoint: Path = part("What the path of the URL begins with.", required=True, examples=("/static",))
    path: Path = part("The directory, or a single file.", required=True, examples=("/srv/app/static",))


class Mount(Composite):
    """Loads an application under a path, or under a host name and a path.

    The path is not taken away from what the application sees unless `manage-script-name` is set.
    """

    template: ClassVar[str] = "{mountpoint}={app}"

    mountpoint: String = part(
        "The path, or a host name and a path.", required=True, examples=("/blog", "example.com|/blog")
    )
    app: String = part("The file or module, with the name of the callable behind a colon.", required=True)


class CgiMap(Composite):
    """Runs CGI scripts from a directory, or a single one; without a path of the URL, for all of them."""

    template: ClassVar[str] = "[{mountpoint}=]{path}"

    mountpoint: String | None = part("What the path of the URL begins with.", default="every path", examples=("/cgi",))
    path: Path = part("The directory or the script.", required=True)


class CgiHelper(Composite):
    """Runs CGI scripts with a certain end of their names by a program, instead of by themselves."""

    template: ClassVar[str] = "{extension}={command}"

    extension: String = part("What the name ends with.", required=True, examples=(".pl",))
    command: Command = part("The program that runs them.", required=True, examples=("/usr/bin/perl",))


class StaticExpires(Composite):
    """Sets how long files may be kept, by a regular expression.

    The first blank ends the expression, so it cannot contain one, and a second blank is counted as a digit, as is
    everything else that is none: `7d` is not seven days. The first expression that matches counts.
    """

    template: ClassVar[str] = "{regex} {seconds}"

    regex: Regex = part(
        "What has to match: the name of the file, with `-path-info` the path and with `-uri` the whole of the URL.",
        required=True,
        examples=(r"\.css$",),
    )
    seconds: Int = part(
        _SECONDS,
        required=True,
        form="[0-9]+",
        wants="a whole number of seconds",
        unit="seconds",
        ge=0,
        examples=(604800,),
    )


class StaticTypeExpires(Composite):
    """Sets how long files may be kept, by their type.

    Everything behind the equals sign is counted as a digit: `7d` is not seven days.
    """

    template: ClassVar[str] = "{mime}={seconds}"

    mime: String = part("The type, in full.", required=True, examples=("text/css",))
    seconds: Int = part(
        _SECONDS,
        required=True,
        form="[0-9]+",
        wants="a whole number of seconds",
        unit="seconds",
        ge=0,
        examples=(604800,),
    )
