"""Farms of mules."""

from typing import ClassVar

from uwsgilint.schema.composite import Composite, Integers, part
from uwsgilint.schema.types import String

__all__ = ["Farm"]


class Farm(Composite):
    """Gathers mules under a name; a message to the farm reaches whichever of them is free.

    Each number has to be that of a mule, wherever its option stands; another one stops the server.
    """

    template: ClassVar[str] = "{name}:{mules}"

    name: String = part("The name of the farm.", required=True)
    mules: Integers = part("The numbers of its mules, from 1.", separator=",", required=True, ge=1, examples=([1, 2],))
