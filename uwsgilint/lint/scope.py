"""What a configuration will run on, as far as anybody said."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from uwsgilint import catalog
from uwsgilint.catalog import builds
from uwsgilint.lint.selection import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from uwsgilint.catalog.builds import Build
    from uwsgilint.lint.contexts import Contexts
    from uwsgilint.lint.selection import Selection

__all__ = ["Run", "Scope"]

DEFAULT_BUILD = "pypi"


class Scope(NamedTuple):
    """Release and build to check against.

    Attributes:
        release: the uWSGI release.
        build: what its binary contains.
        chosen: whether somebody named the build; the default one gets the benefit of the doubt
            about libraries that may have been there when it was compiled.
    """

    release: str
    build: Build
    chosen: bool

    @classmethod
    def of(cls, release: str | None, build: Build | None) -> Scope:
        """Fill in what was not said: the build's own release, the build that pip makes."""
        default = builds.build(DEFAULT_BUILD)
        if default is None:
            raise LookupError(DEFAULT_BUILD)
        chosen = build or default
        fallback = build.release if build is not None else catalog.LATEST
        return cls(release or fallback, chosen, build is not None)


class Run:
    """What holds for the check of a file, besides what it will run on.

    Attributes:
        env: variables in the environment of the server, as `uwsgilint.load` takes them.
        follow: whether files outside of the project are read.
        contexts: where it is taken down which files read which; None where a file is checked for itself.
        selection: which rules run.
        elsewhere: gives the rules that run for another file, by its name; None where all files have the same.
        alone: whether what was found follows from the file and all this alone; the engine sets it to False where it
            reads another file, or asks the machine.
    """

    # No NamedTuple: making one takes longer than all else in this module.
    __slots__ = ("alone", "contexts", "elsewhere", "env", "follow", "selection")

    def __init__(
        self,
        env: Mapping[str, str | None] | None = None,
        *,
        follow: bool = False,
        contexts: Contexts | None = None,
        selection: Selection = DEFAULT,
        elsewhere: Callable[[str], Selection] | None = None,
    ) -> None:
        self.env = env or {}
        self.follow = follow
        self.contexts = contexts
        self.selection = selection
        self.elsewhere = elsewhere
        self.alone = True
