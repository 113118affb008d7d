"""Memory that processes share."""

from typing import ClassVar

from uwsgilint.schema.composite import Composite, part
from uwsgilint.schema.types import Int, Path, String

__all__ = ["SharedArea"]


class SharedArea(Composite):
    """Shares an area of memory between all processes; they are numbered from 0.

    A bare number counts pages, of 4096 bytes on most machines, not bytes. The server stops at a list of keys that gives
    neither pages nor size; a file or descriptor needs `size`.
    """

    template: ClassVar[str] = "{pages}|{*}"

    pages: Int | None = part("How large it is.", keys=("pages",), pattern="[^=]*", unit="pages", ge=1, examples=(4,))
    file: Path | None = part("A file to map instead of plain memory, such as a device.")
    fd: Int | None = part("The descriptor of such a file, which somebody else opened.", ge=0)
    size: String | None = part(
        "How large it is: decimal, or hexadecimal behind `0x`.",
        unit="bytes",
        form="0x[0-9a-fA-F]+|[0-9]+",
        wants="a number of bytes",
        examples=("65536", "0x10000"),
    )
    offset: String | None = part(
        "Where in the file it begins: decimal, or hexadecimal behind `0x`.",
        unit="bytes",
        form="0x[0-9a-fA-F]+|[0-9]+",
        wants="a number of bytes",
        default="0",
    )
    ptr: String | None = part("An address in memory; the server reads the key and does nothing with it.")
