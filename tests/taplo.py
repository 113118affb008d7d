"""Taplo, the TOML tool of editors: its command line, and its language server asked as an editor asks it.

The command line is a package of the test group. The language server is none: `make test` gets it with
npm, into the cache, where there is npm.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Editor", "command", "missing"]

ROOT = Path(__file__).parent.parent
FOLDER = Path(os.environ.get("UWSGILINT_CACHE", ROOT / ".cache")) / "taplo"
PATIENCE = 60  # seconds that an answer may take


def command() -> str:
    """The program of this Python, else the one on PATH."""
    return shutil.which("taplo", path=str(Path(sys.executable).parent)) or shutil.which("taplo") or "taplo"


def missing() -> str | None:
    """What the language server lacks, if anything."""
    if shutil.which("node") is None:
        return "Taplo's language server needs Node.js"
    if not (FOLDER / "node_modules" / "@taplo" / "lsp").is_dir():
        return "Taplo's language server is not there: `make test` installs it with npm"
    return None


class Editor:
    """An editor with a TOML file of the project open; a bar in what is written is the cursor."""

    def __init__(self) -> None:
        self.number = 0
        self.uri = ""
        self.position: dict[str, int] = {}
        self.diagnostics: dict[str, list[Any]] = {}
        self.server = subprocess.Popen(
            ["node", str(Path(__file__).with_suffix(".mjs")), str(FOLDER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        folders = [{"uri": ROOT.as_uri(), "name": "project"}]
        self.ask("initialize", processId=None, rootUri=ROOT.as_uri(), workspaceFolders=folders, capabilities={})
        self.tell("initialized")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.server.kill()
        self.server.communicate()

    def write(self, folder: str, text: str) -> None:
        """Write a new file in a folder of the project; nothing is put on the disk."""
        before, _, after = text.partition("|")
        self.uri = (ROOT / folder / f"new{self.number}.toml").as_uri()
        self.position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        document = {"uri": self.uri, "languageId": "toml", "version": 1, "text": before + after}
        self.tell("textDocument/didOpen", textDocument=document)

    def send(self, **message: Any) -> None:
        """Send a message."""
        assert self.server.stdin is not None
        self.server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        self.server.stdin.flush()

    def tell(self, method: str, **params: Any) -> None:
        """Send a notification."""
        self.send(method=method, params=params)

    def ask(self, method: str, **params: Any) -> Any:
        """Send a request, and return what is answered."""
        clock = threading.Timer(PATIENCE, self.server.kill)
        clock.start()
        self.number += 1
        self.send(id=self.number, method=method, params=params)
        try:
            return self.answer()
        finally:
            clock.cancel()

    def answer(self) -> Any:
        """Return the answer to the last request, once the server has been told what it asks."""
        assert self.server.stdout is not None
        for line in self.server.stdout:
            message = json.loads(line)
            if "method" not in message:
                if message["id"] == self.number:
                    return message.get("result")
            elif message["method"] == "textDocument/publishDiagnostics":
                self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
            elif "id" in message:
                asked = message["params"].get("items", ()) if message.get("params") else ()
                self.send(id=message["id"], result=[None for _ in asked])
        raise AssertionError("the language server ended, or took too long")

    def here(self, what: str) -> Any:
        """Ask about the place of the cursor."""
        return self.ask(f"textDocument/{what}", textDocument={"uri": self.uri}, position=self.position)

    def completion(self) -> dict[str, str]:
        """What is offered at the cursor, each with its explanation."""
        offered = self.here("completion") or []
        return {item["label"]: item.get("documentation", {}).get("value", "") for item in offered}

    def hover(self) -> str:
        """What is shown about the word at the cursor."""
        shown = self.here("hover")
        return "" if shown is None else str(shown["contents"]["value"])
