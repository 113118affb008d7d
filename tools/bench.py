"""Measure how long a person waits: whole processes, beside those of similar tools (`make bench`).

Every round runs each command once, so that a busy or throttled machine slows all of them alike. Nothing is
measured inside a process: start-up is most of what a pre-commit hook costs.

    python -m tools.bench --page    measure, and put the figures into docs/benchmarks.md
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: python -m tools.bench --page -->\n", "<!-- end of figures -->\n"
FLEET = 1000
ROUNDS = 15
REFERENCE = "uwsgiconf compile"
START = "uwsgilint --version"
FRESH, KEPT = f"uwsgilint check fleet/ ({FLEET:,})", "  the same again, results kept"
ALONE, WITHOUT, WITH_MORE = "  in one process", "  in one, without rules", "  in one, 100 more rules"

# One ordinary configuration, said in every language that is measured.
SETTINGS: tuple[tuple[str, str | int | bool], ...] = (
    ("strict", True),
    ("chdir", "/srv/shop"),
    ("module", "shop.wsgi:application"),
    ("need-app", True),
    ("http-socket", "127.0.0.1:8000"),
    ("master", True),
    ("die-on-term", True),
    ("vacuum", True),
    ("processes", 4),
    ("threads", 2),
    ("harakiri", 30),
    ("max-requests", 5000),
    ("buffer-size", 16384),
    ("post-buffering", 65536),
    ("static-map", "/static=/srv/shop/static"),
    ("logto", "/var/log/shop.log"),
    ("stats", "127.0.0.1:9191"),
)

UWSGICONF = """\
from uwsgiconf.config import Section, configure_uwsgi


def configuration():
    section = Section(strict_config=True)
    section.main_process.change_dir("/srv/shop")
    section.main_process.set_basic_params(vacuum=True)
    section.master_process.set_basic_params(enable=True)
    section.workers.set_basic_params(count=4)
    section.workers.set_thread_params(count=2)
    section.workers.set_harakiri_params(timeout=30)
    section.workers.set_reload_params(max_requests=5000)
    section.networking.register_socket(section.networking.sockets.http("127.0.0.1:8000"))
    section.statics.register_static_map("/static", "/srv/shop/static")
    section.logging.log_into("/var/log/shop.log")
    section.monitoring.set_stats_params(address="127.0.0.1:9191")
    section.python.set_wsgi_params(module="shop.wsgi:application")
    return section


configure_uwsgi(configuration)
"""

# What varies from one server of a fleet to the next; NAME and NUMBER are the server's own.
COMMON = (
    "socket = 127.0.0.1:NUMBER",
    "chdir = /srv/NAME",
    "module = NAME.wsgi:application",
    "master = true",
    "processes = 4",
    "uid = www-data",
    "gid = www-data",
)
SOMETIMES = (
    "; NAME: owned by the platform team",
    "# see the runbook before touching this",
    "strict = true",
    "need-app = true",
    "die-on-term = true",
    "vacuum = true",
    "threads = 2",
    "harakiri = 30",
    "thunder-lock = true",
    "max-requests = 5000",
    "max-worker-lifetime = 3600",
    "reload-on-rss = 512",
    "buffer-size = 16384",
    "post-buffering = 65536",
    "single-interpreter = true",
    "lazy-apps = true",
    "umask = 022",
    "home = /srv/NAME/venv",
    "pythonpath = /srv/NAME/src",
    "env = DJANGO_SETTINGS_MODULE=NAME.settings",
    "env = LANG=C.UTF-8",
    "static-map = /static=/srv/NAME/static",
    "static-map = /media=/srv/NAME/media",
    "touch-reload = /srv/NAME/reload",
    "logto = /var/log/NAME.log",
    "log-format = %(addr) %(method) %(uri) %(status) %(msecs)ms",
    "memory-report = true",
    "no-orphans = true",
    "so-keepalive = true",
    "procname-master = NAME",
    "procname-prefix-spaced = NAME",
    "auto-procname = true",
    "listen = 100",
    "worker-reload-mercy = 40",
    "stats = /run/NAME/stats",
    "cron2 = minute=0,hour=3 /srv/NAME/nightly",
    "ignore-sigpipe = true",
    "ignore-write-errors = true",
    "log-x-forwarded-for = true",
)


# The same check without the declared rules, and with a hundred more that nothing in the fleet makes run.
NO_RULES = "c.TRIGGERS, c.ALWAYS = {}, ()"
MORE_RULES = """
row = next(iter(c.DECLARED.values()))
c.DECLARED = {**c.DECLARED, **{f"more-{n}": row for n in range(100)}}
c.TRIGGERS = {**c.TRIGGERS, "rados": tuple(f"more-{n}" for n in range(100))}
"""
PATCHED = """\
import sys
from uwsgilint._data import conditions as c
{change}
from uwsgilint.cli import main
sys.argv = ["uwsgilint", "check", "--no-cache", "--jobs", "1", "fleet"]
main()
"""


class Subject(NamedTuple):
    """One command that is measured: what the table calls it, its arguments, and what its output must contain."""

    name: str
    command: list[str]
    proof: str = ""


class Timing(NamedTuple):
    """Wall-clock seconds of a subject's runs."""

    subject: Subject
    runs: list[float]

    @property
    def median(self) -> float:
        """The middle run."""
        return statistics.median(self.runs)

    @property
    def minimum(self) -> float:
        """The run that was disturbed least."""
        return min(self.runs)


def spelt(value: str | int | bool) -> str:
    """Write a value as INI and YAML have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def prepare(folder: Path) -> None:
    """Write everything that is read while measuring."""
    ini = "".join(f"{name} = {spelt(value)}\n" for name, value in SETTINGS)
    (folder / "one.ini").write_text(f"[uwsgi]\n{ini}")
    toml = "".join(f"{name} = {json.dumps(value)}\n" for name, value in SETTINGS)
    (folder / "one.toml").write_text(f"[uwsgi]\n{toml}")
    yaml = "".join(f"  {name}: {spelt(value)}\n" for name, value in SETTINGS)
    (folder / "one.yaml").write_text(f"---\nuwsgi:\n{yaml}")
    (folder / "schema.json").write_text(json.dumps(schema()))
    (folder / "uwsgicfg.py").write_text(UWSGICONF)
    fleet = folder / "fleet"
    fleet.mkdir()
    generator = random.Random(20)  # noqa: S311  (the same fleet on every machine)
    for number in range(FLEET):
        lines = [*COMMON, *generator.sample(SOMETIMES, generator.randint(11, 21))]
        text = "\n".join(["[uwsgi]", *lines, ""])
        name = f"app{number:04}"
        (fleet / f"{name}.ini").write_text(text.replace("NAME", name).replace("NUMBER", str(20000 + number)))


def schema() -> dict[str, object]:
    """Return a JSON Schema for the one YAML file: what a generic validator could be given."""
    types = {bool: "boolean", int: "integer", str: "string"}
    properties = {name: {"type": types[type(value)]} for name, value in SETTINGS}
    options = {"type": "object", "properties": properties, "additionalProperties": False}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"uwsgi": options},
        "required": ["uwsgi"],
    }


def subjects() -> list[Subject]:
    """Return the commands, as they are run in the prepared folder."""
    scripts = Path(sys.executable).parent

    def script(name: str) -> str:
        path = scripts / name
        if not path.exists():
            raise SystemExit(f"bench: {name} is not installed beside {scripts.name}/python; run: make bench")
        return str(path)

    lint = script("uwsgilint")
    return [
        Subject("python -c pass", [sys.executable, "-c", "pass"]),
        Subject(START, [lint, "--version"]),
        Subject("uwsgilint check one.ini", [lint, "check", "one.ini"]),
        Subject("uwsgilint check one.toml", [lint, "check", "one.toml"]),
        Subject("uwsgilint check one.yaml", [lint, "check", "one.yaml"]),
        Subject("uwsgilint build one.toml", [lint, "build", "one.toml"], "harakiri = 30"),
        Subject(REFERENCE, [script("uwsgiconf"), "compile", "uwsgicfg.py"], "harakiri = 30"),
        Subject("yamllint one.yaml", [script("yamllint"), "one.yaml"]),
        Subject("check-jsonschema one.yaml", [script("check-jsonschema"), "--schemafile", "schema.json", "one.yaml"]),
        Subject(FRESH, [lint, "check", "--no-cache", "fleet"]),
        Subject(KEPT, [lint, "check", "--cache-dir", "kept", "fleet"]),
        Subject(ALONE, [sys.executable, "-c", PATCHED.format(change="")]),
        Subject(WITHOUT, [sys.executable, "-c", PATCHED.format(change=NO_RULES)]),
        Subject(WITH_MORE, [sys.executable, "-c", PATCHED.format(change=MORE_RULES)]),
    ]


def environment() -> dict[str, str]:
    """Return the environment of the commands: ours, but bytecode is kept, as it is for what pip has installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(subject: Subject, folder: Path) -> float:
    """Run a command once and return its wall-clock seconds."""
    settings = environment()
    start = time.perf_counter()
    subprocess.run(
        subject.command, cwd=folder, env=settings, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def warm_up(subject: Subject, folder: Path) -> None:
    """Run a command once unmeasured; one that fails, or does nothing, measures nothing, so it ends the bench."""
    done = subprocess.run(subject.command, cwd=folder, env=environment(), check=False, capture_output=True, text=True)
    if done.returncode or subject.proof not in done.stdout:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-20:])
        raise SystemExit(f"bench: {subject.name} exits with {done.returncode}:\n{tail}")


def measure(rounds: int) -> list[Timing]:
    """Run everything, in rounds."""
    with tempfile.TemporaryDirectory(prefix="uwsgilint-bench-") as temporary:
        folder = Path(temporary)
        prepare(folder)
        timings = [Timing(subject, []) for subject in subjects()]
        for timing in timings:
            warm_up(timing.subject, folder)
        for _ in range(rounds):
            for timing in timings:
                timing.runs.append(run(timing.subject, folder))
        return timings


def fleet_speed(timings: list[Timing]) -> tuple[float, float]:
    """Return files a second over the fleet: as whole processes, and by one without its start."""
    median = {t.subject.name: t.median for t in timings}
    return FLEET / median[FRESH], FLEET / (median[ALONE] - median[START])


def shares(timings: list[Timing]) -> tuple[float, float, float, float]:
    """Return what parts of one process' time are start, reading and rules, and what 100 idle rules add."""
    least = {t.subject.name: t.minimum for t in timings}
    whole, start = least[ALONE], least[START]
    reading = least[WITHOUT] - start
    return start / whole, reading / whole, (whole - least[WITHOUT]) / whole, least[WITH_MORE] / whole - 1


def table(timings: list[Timing]) -> str:
    """Show the figures for people."""
    reference = next(t for t in timings if t.subject.name == REFERENCE).median
    width = max(len(t.subject.name) for t in timings)
    lines = [f"{'command':<{width}}  {'median':>9}  {'min':>9}  {'x ' + REFERENCE:>19}"]
    for t in timings:
        times = f"{t.median * 1000:6.1f} ms  {t.minimum * 1000:6.1f} ms"
        lines.append(f"{t.subject.name:<{width}}  {times}  {t.median / reference:>19.2f}")
    whole, marginal = fleet_speed(timings)
    lines += ["", f"fleet: {whole:,.0f} files/s; one process, without its start: {marginal:,.0f} files/s"]
    start, reading, rules, more = shares(timings)
    lines.append(f"of its time: start {start:.0%}, reading and names {reading:.0%}, rules {rules:.0%}")
    lines.append(f"100 more rules that do not run: {more:+.1%}")
    return "\n".join(lines)


def section(timings: list[Timing], rounds: int) -> str:
    """Show the figures as a part of the page."""
    reference = next(t for t in timings if t.subject.name == REFERENCE).median
    names = about()
    others = ", ".join(f"{name} {names[name]}" for name in ("uwsgiconf", "yamllint", "check-jsonschema"))
    lines = [
        f"{rounds} rounds on {names['cpus']} cores with Python {names['python']}, beside {others}.",
        "Milliseconds are those of that machine; rows can be compared with rows.",
        "",
        f"| command | median | least | as a multiple of `{REFERENCE}` |",
        "|---|---|---|---|",
    ]
    for t in timings:
        name = t.subject.name.strip()
        shown = f"`{name}`" if name == t.subject.name else name
        times = f"{t.median * 1000:.0f} ms | {t.minimum * 1000:.0f} ms"
        lines.append(f"| {shown} | {times} | {t.median / reference:.2f} |")
    whole, marginal = fleet_speed(timings)
    start, reading, rules, more = shares(timings)
    lines += [
        "",
        f"That is {whole:,.0f} files a second; one process, without its start, takes {marginal:,.0f}.",
        f"Of its time, start is {start:.0%}, reading and names {reading:.0%}, rules {rules:.0%};",
        f"a hundred more rules that find nothing to look at change it by {more:+.1%}.",
    ]
    return "\n".join(lines) + "\n"


def put(text: str) -> None:
    """Put figures into the page, in place of the last ones."""
    page = PAGE.read_text("utf-8")
    before, rest = page.split(BEGIN)
    PAGE.write_text(before + BEGIN + "\n" + text + "\n" + END + rest.split(END)[1], "utf-8")


def about() -> dict[str, str | int | None]:
    """Return what the figures depend on."""
    versions: dict[str, str | int | None] = {"python": platform.python_version(), "cpus": os.cpu_count()}
    for package in ("uwsgilint", "typer", "uwsgiconf", "yamllint", "check-jsonschema"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return versions


def figures(timings: list[Timing], rounds: int) -> dict[str, object]:
    """Return the figures for machines; times are in seconds."""
    whole, marginal = fleet_speed(timings)
    return {
        "rounds": rounds,
        "about": about(),
        "commands": [{"name": t.subject.name, "median": t.median, "min": t.minimum, "runs": t.runs} for t in timings],
        "shares": dict(zip(("start", "reading", "rules", "idle"), shares(timings), strict=True)),
        "fleet": {"files": FLEET, "files_per_second": whole, "files_per_second_of_one_process": marginal},
    }


def main() -> None:
    """Measure, print the table, and write the figures where they are wanted."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    parser.add_argument("--page", action="store_true", help="also put the figures into docs/benchmarks.md")
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, metavar="N", help="runs of each command (default: %(default)s)"
    )
    arguments = parser.parse_args()
    timings = measure(arguments.rounds)
    print("  ".join(f"{name} {number}" for name, number in about().items()))
    print(f"{arguments.rounds} interleaved rounds after a warm-up; whole processes, wall clock\n")
    print(table(timings))
    if arguments.page:
        put(section(timings, arguments.rounds))
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(figures(timings, arguments.rounds), indent=2) + "\n")


if __name__ == "__main__":
    main()
