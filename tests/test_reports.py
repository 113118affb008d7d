"""Findings in every form: valid by what reads them, stable, and without secrets."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import junitparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sarif_pydantic import Sarif

from tests.cli import uwsgilint
from uwsgilint.document import Source
from uwsgilint.lint import secrets
from uwsgilint.lint.engine import check_text
from uwsgilint.report import findings as report
from uwsgilint.report import patch

ROOT = Path(__file__).parent.parent
MESSY = "[uwsgi]\nvaccum = true\nprocesses = 4 ; four\ncheaper = 4\nsocket = 3031\n"
HOSTILE = "[uwsgi]\n]]>&<x>\"'|%0A::error::\x01\u202e\U0001f40d = 1\nbuffer-size = <b>&\"'%\n"
SCHEMA = ROOT / "schemas" / "uwsgilint-report.schema.json"


def rendered(form: str, text: str = MESSY, name: str = "conf/uwsgi.ini") -> str:
    """The findings of a text in a form."""
    return report.render(form, check_text(name, text.encode("utf-8", "surrogateescape")), 1)


@pytest.mark.parametrize("text", [MESSY, HOSTILE, "[uwsgi]\nmaster = true\n"])
def test_sarif_is_valid(text: str) -> None:
    """A model of SARIF 2.1.0 takes it, with and without results, and places are where they were found."""
    document = json.loads(rendered("sarif", text))
    found = check_text("conf/uwsgi.ini", text.encode())

    run = Sarif.model_validate(document).runs[0]

    assert document["version"] == "2.1.0"
    assert len(run.results or []) == len(found)
    for result, finding in zip(document["runs"][0]["results"], found, strict=True):
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == (finding.line, finding.column)
        assert document["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert ("fixes" in result) == (finding.fix is not None)


def test_sarif_fingerprints_survive_moved_lines() -> None:
    """They stay when lines are put in front, and differ for two findings of one kind."""

    def marks(text: str) -> list[str]:
        results = json.loads(rendered("sarif", text))["runs"][0]["results"]
        return [result["partialFingerprints"]["uwsgilint/v1"] for result in results]

    twice = "[uwsgi]\nbuffer-size = 32k\n; again\nbuffer-size = 32k\n"
    assert marks(MESSY) == marks(MESSY.replace("[uwsgi]\n", "[uwsgi]\n\n; moved\n"))
    assert len(set(marks(twice))) == len(marks(twice)) > 1


@pytest.mark.parametrize("text", [MESSY, HOSTILE, "[uwsgi]\nmaster = true\n"])
def test_junit_and_checkstyle_are_valid(text: str) -> None:
    """A parser of JUnit counts what was found, Checkstyle has an error for each."""
    found = check_text("conf/uwsgi.ini", text.encode())

    suite = next(iter(junitparser.JUnitXml.fromstring(rendered("junit", text).encode())))
    tree = ET.fromstring(rendered("checkstyle", text).encode())  # noqa: S314  (we wrote it)

    assert suite.failures == sum(f.severity != "advice" for f in found)
    assert len(list(suite)) == max(1, len(found))
    assert [(e.get("line"), e.get("source")) for e in tree.iter("error")] == [
        (str(f.line), f"uwsgilint.{f.code}") for f in found
    ]
    assert {e.get("severity") for e in tree.iter("error")} <= {"error", "warning", "info"}


@pytest.mark.parametrize(
    ("arguments", "failures"), [((), 0), (("--fail-on", "advice"), 1), (("--fail-on", "error"), 0)]
)
def test_junit_fails_for_what_a_check_fails_for(tmp_path: Path, arguments: tuple[str, ...], failures: int) -> None:
    """A server that shows failures agrees with the exit status; what is only told is told all the same."""
    (tmp_path / "a.ini").write_text("[uwsgi]\nenv = DB_PASSWORD=hunter2\n")

    done = uwsgilint("check", "a.ini", "--isolated", "--format", "junit", *arguments, cwd=tmp_path)

    suite = next(iter(junitparser.JUnitXml.fromstring(done.out.encode())))
    assert (done.status, suite.failures, len(list(suite))) == (failures, failures, 1)
    assert "UW829 a.ini:2:1" in done.out
    assert ("<system-out>" in done.out) is (failures == 0)


def test_findings_come_in_the_order_of_files_and_places(tmp_path: Path) -> None:
    """Whichever file gives rise to them; those of files that are only included come last."""
    (tmp_path / "a.ini").write_text("[uwsgi]\nini = z.ini\nini = part.inc\nlisten = 4k\nvaccum = true\n")
    (tmp_path / "b.ini").write_text("[uwsgi]\nvaccum = true\n")
    (tmp_path / "part.inc").write_text("[uwsgi]\nvaccum = true\n")
    (tmp_path / "z.ini").write_text("[uwsgi]\nvaccum = true\nmaster = true\nprocesses = 2\ncheaper = 4\nlisten = 4k\n")

    for jobs in ("1", "2"):
        out = uwsgilint("check", ".", "--isolated", "--jobs", jobs, "--format", "concise", cwd=tmp_path).out
        places = [tuple(line.split(":")[:2]) for line in out.splitlines()]

        names = [name for name, _ in places]
        assert list(dict.fromkeys(names)) == [name for name in ("a.ini", "b.ini", "z.ini", "part.inc") if name in names]
        assert len(set(names)) == 4
        assert ("z.ini", "5") in places
        assert places == sorted(places, key=lambda place: (names.index(place[0]), int(place[1])))


def test_gitlab_has_what_code_quality_needs() -> None:
    """Every issue has a description, a fingerprint of its own, a severity and a place."""
    issues = json.loads(rendered("gitlab"))

    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 4
    for issue in issues:
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"]["path"] == "conf/uwsgi.ini"
        assert issue["location"]["lines"]["begin"] > 0
        assert issue["description"]
        assert issue["check_name"]


def test_fingerprints_for_gitlab_are_those_of_one_place(tmp_path: Path) -> None:
    """Two files with the same lines share none, and none changes when lines move."""
    for name in ("a.ini", "b.ini"):
        (tmp_path / name).write_text(MESSY)
    marks = gitlab_marks(tmp_path)
    assert len(set(marks)) == len(marks) > 2

    (tmp_path / "a.ini").write_text(MESSY.replace("[uwsgi]\n", "[uwsgi]\n\n; more\n"))

    assert gitlab_marks(tmp_path) == marks


def gitlab_marks(folder: Path) -> list[str]:
    """The fingerprints of everything found in a folder."""
    out = uwsgilint("check", ".", "--format", "gitlab", cwd=folder).out
    return [issue["fingerprint"] for issue in json.loads(out)]


def test_github_annotations_cannot_be_broken_out_of() -> None:
    """Each is one line, with what GitHub takes for itself escaped."""
    lines = rendered("github", HOSTILE).splitlines()

    assert len(lines) == len(check_text("a.ini", HOSTILE.encode()))
    assert all(line.startswith(("::error file=conf/uwsgi.ini,", "::warning ", "::notice ")) for line in lines)
    assert "::error file=conf/uwsgi.ini,line=2,endLine=2,col=1,endColumn=7,title=UW101 unknown-option::" in rendered(
        "github"
    )


def test_a_summary_is_written_where_github_wants_one(tmp_path: Path) -> None:
    """GITHUB_STEP_SUMMARY names a file, to which a table is added."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)
    env = {**os.environ, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    subprocess.run(
        [sys.executable, "-m", "uwsgilint", "check", "uwsgi.ini", "--format", "github"],
        cwd=tmp_path, env=env, check=False, capture_output=True,
    )  # fmt: skip

    text = (tmp_path / "summary.md").read_text()
    assert "| error | UW101 unknown-option | uwsgi.ini:2:1 |" in text


@pytest.mark.parametrize("text", [MESSY, HOSTILE, "[uwsgi]\nmaster = true\n"])
def test_json_follows_its_schema(text: str) -> None:
    """So does each line of JSON lines."""
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(rendered("json", text)), schema)
    one = {"$ref": "#/$defs/finding", "$defs": schema["$defs"]}
    for line in rendered("jsonl", text).splitlines():
        jsonschema.validate(json.loads(line), one)


def test_several_forms_at_once(tmp_path: Path) -> None:
    """One to the terminal, others to files."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)

    done = uwsgilint(
        "check", "uwsgi.ini", "--format", "concise", "--format", "sarif=out.sarif", "--format", "junit=j.xml",
        cwd=tmp_path,
    )  # fmt: skip

    assert done.out.startswith("uwsgi.ini:2:1: error UW101")
    assert json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["results"]
    assert (tmp_path / "j.xml").read_text().startswith("<?xml")


@pytest.mark.parametrize(
    ("forms", "said"),
    [
        (("text", "json"), "both go to standard output"),
        (("sarif=a.out", "json=./a.out"), "both go to"),
        (("sarif=nowhere/a.sarif",), "there is no folder nowhere"),
        (("sarif=folder",), "folder is a folder"),
        (("sarif=",), "there is no file behind"),
        (("xml",), "is none of text, concise"),
    ],
)
def test_reports_that_cannot_be_written_are_refused_at_once(tmp_path: Path, forms: tuple[str, ...], said: str) -> None:
    """Nothing is checked, and nothing written, before that is mended."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)
    (tmp_path / "folder").mkdir()

    done = uwsgilint("check", "uwsgi.ini", *(f"--format={form}" for form in forms), cwd=tmp_path)

    assert (done.status, done.out) == (2, "")
    assert said in " ".join(done.err.replace("\u2502", " ").split())
    assert {path.name for path in tmp_path.iterdir()} == {"uwsgi.ini", "folder"}


def test_a_report_takes_the_place_of_no_configuration(tmp_path: Path) -> None:
    """A slip of the finger costs nobody the file that is checked."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)

    (tmp_path / "top.ini").write_text("[uwsgi]\nini = uwsgi.ini\n")
    (tmp_path / "uwsgilint.toml").write_text("fail-on = 'error'\n")
    (tmp_path / "known.json").write_text('{"format": 1, "files": {}}\n')
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    for name in before:
        done = uwsgilint("check", "top.ini", "--baseline=known.json", "--format", f"json={name}", cwd=tmp_path)

        assert (done.status, done.out) == (2, "")
        assert f"{name} is a configuration, or read by this run" in " ".join(done.err.split())
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    for _ in range(2):  # an earlier report gives way
        assert uwsgilint("check", "top.ini", "--format", "json=report.json", cwd=tmp_path).status == 1


@pytest.mark.parametrize("silent", ["--diff", "--fix-only"])
def test_no_report_is_promised_where_none_is_written(tmp_path: Path, silent: str) -> None:
    """What tells no findings says so instead of writing nothing."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)

    done = uwsgilint("check", "uwsgi.ini", silent, "--format", "json=a.json", cwd=tmp_path)

    assert done.status == 2
    assert f"{silent} tells no findings" in done.err
    assert (tmp_path / "uwsgi.ini").read_text() == MESSY


@pytest.mark.parametrize("more", [("--statistics",), ("--baseline", "known.json")])
def test_reports_to_files_are_written_whatever_is_shown(tmp_path: Path, more: tuple[str, ...]) -> None:
    """Statistics, and a baseline that is made, leave out no file that somebody waits for."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)

    done = uwsgilint("check", "uwsgi.ini", *more, "--format", "sarif=a.sarif", cwd=tmp_path)

    assert "UW101  unknown-option" in done.out or more[0] == "--baseline"
    assert json.loads((tmp_path / "a.sarif").read_text())["version"] == "2.1.0"


def test_a_summary_that_cannot_be_written_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The annotations are shown all the same."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "nowhere" / "summary.md"))

    done = uwsgilint("check", "uwsgi.ini", "--format", "github", cwd=tmp_path)

    assert done.status == 1
    assert done.out.startswith("::error file=uwsgi.ini")
    assert "was not written" in done.err


def test_a_baseline_hides_no_file_that_was_not_read(tmp_path: Path) -> None:
    """Exit status 0 means that everything was looked at."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)
    for _ in range(2):
        done = uwsgilint("check", "gone.ini", "uwsgi.ini", "--baseline", "b.json", "--format", "concise", cwd=tmp_path)
        assert done.status == 4
        assert done.out.startswith("gone.ini:1:1: error UW001 unreadable-file")


@pytest.mark.parametrize("form", ["json", "jsonl", "gitlab", "sarif"])
def test_json_is_read_by_strict_readers(form: str) -> None:
    """A name that is not UTF-8 is no lone surrogate in it."""
    out = rendered(form, MESSY, "caf\udce9 \\ud800 \U0001f40d.ini")

    documents = [json.loads(line) for line in (out.splitlines() if form == "jsonl" else [out])]
    text = json.dumps(documents, ensure_ascii=False)
    assert text.encode()
    assert "caf\ufffd \\\\ud800 \U0001f40d.ini" in text or form == "sarif"


def test_the_text_is_as_wide_as_the_terminal(tmp_path: Path) -> None:
    """What is longer is cut or broken, and nothing is where there is no terminal."""
    (tmp_path / "uwsgi.ini").write_text(MESSY + f"mastr = {'x' * 300}\nroute = ^/{'a' * 100} redirct:/{'b' * 100}\n")
    command = [sys.executable, "-m", "uwsgilint", "check", "uwsgi.ini", "--isolated", "--quiet"]
    env = {key: value for key, value in os.environ.items() if key not in {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}}
    widest = {}
    for width in (40, 80, 200):
        parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        process = subprocess.Popen(command, cwd=tmp_path, stdout=child, stderr=child, env=env)
        os.close(child)
        data = b""
        with contextlib.suppress(OSError):  # the end of a terminal
            while more := os.read(parent, 65536):
                data += more
        process.wait(60)
        os.close(parent)
        assert b"\x1b[" in data
        shown = re.sub(r"\x1b\[[0-9;]*m", "", data.decode()).splitlines()
        widest[width] = max(map(len, shown))
    assert widest == {40: 40, 80: 80, 200: 200}
    piped = subprocess.run(command, cwd=tmp_path, capture_output=True, env=env, check=False).stdout.decode()
    assert max(map(len, piped.splitlines())) == 160


LINES = st.sampled_from(
    ["a = 1\n", "b = 2\n", "\n", "env = DB_PASSWORD=hunter2\n", "\u00e4\r\n", "env = A_TOKEN=hunter3\n", "c\x0cd\n"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, max_size=14), st.lists(st.tuples(st.integers(0, 14), LINES), max_size=3), st.booleans())
def test_patch_applies_a_diff_without_secrets(lines: list[str], added: list[tuple[int, str]], end: bool) -> None:
    """Lines with secrets are left out of the context, and all others are put where they belong."""
    after = list(lines)
    for place, line in added:
        if "hunter" not in line:
            after.insert(place, line)
    old, new = ("".join(each).encode() + (b"" if end else b"end") for each in (lines, after))

    text, hidden = patch.unified(Source("a.ini", old), new, secrets.find, b"a.ini")

    assert b"hunter" not in text
    assert bool(text) == (old != new)
    if hidden == 0 and text:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a.ini").write_bytes(old)
            subprocess.run(["patch", "-p1", "--quiet", "--binary"], input=text, cwd=folder, check=True, timeout=60)
            assert Path(folder, "a.ini").read_bytes() == new


@pytest.mark.parametrize("form", report.FORMS)
def test_reports_do_not_depend_on_hash_seeds(form: str, tmp_path: Path) -> None:
    """The same run gives the same bytes."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)
    outs = {
        subprocess.run(
            [sys.executable, "-m", "uwsgilint", "check", ".", "--format", form],
            cwd=tmp_path, env={**os.environ, "PYTHONHASHSEED": seed}, check=False, capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outs) == 1


SECRET = "hunter2hunter2"  # noqa: S105  (it opens nothing)
# Lines that repeat a secret; each stands in a file beside lines with findings.
SECRETS = (
    "env = DJANGO_SECRET_KEY={}",
    'env = "API_TOKEN={}"',
    "env = SECRET_KEY=with a blank {}",
    "env = SECRET_KEY='{}",
    'env = SECRET_KEY=a"b{}',
    "env = SECRET_KEY=${}",
    "env = SECRET_KEY=/{}",
    "env = PASSPHRASE={}",
    "env = COOKIE_SALT={}",
    "env = BASIC_AUTH=joe:{}",
    "env = AUTHORIZATION=Bearer {}",
    "env = stripeApiKey={}",
    "env = DATABASE_URL=postgres://u:{}@h/db",
    "env = DATABASE_URL=postgres://u:p@{}@h/db",
    "env = REDIS_URL=redis://:{}@h/0",
    "env = SENTRY=https://{}0123456789@sentry.io/1",
    "env = X=ghp_{}0123456789abcdefghij",
    "db_password = {}",
    "set-placeholder = token={}",
    "; password: {}",
    "route = ^/x bascauth:a,b:c\nroute = ^/ basicauth:Realm,joe:{}",
    "route = ^/ basicauth-next:My Realm,joe:{}",
    "route = ^/ ldapauth:R,url=ldap://x,binddn=cn,bindpw={}",
    "route = ^/ addheader:Authorization: Basic {}",
    "route = ^/ addvar:API_KEY=a b {}",
    "alarm = x curl:smtp://joe:{}@host",
    "alarm = x curl:https://h;auth_user=joe;auth_pass={}",
    "alarm = x xmpp:joe@h;{};a@b",
    "legion = x 127.0.0.1:4001 98 bf-cbc:{}",
    "legion = x 127.0.0.1:4001 9x bf-cbc:{} iv",
    "subscribe2 = server=h,key=k,sign=SHA1:{}",
    "emperor = mongodb://u:{}@h:27017",
    "emperor = pg://host=h user=u password={} dbname=d;select 1",
    "emperor-mongodb = addr:127.0.0.1,joe:{}@h",
    "carbon = u:{}@127.0.0.1:2003",
    "rados = mountpoint=/x,pool=p,secret={}",
    "gridfs-mount = mountpoint=/,db=d,password={}",
    "crypto-logger = addr=127.0.0.1:1717,algo=bf-cbc,secret={}",
    "logger = redislog:h:6379,auth {}",
    "snmp-community = {}",
    "http = http://u:{}@h",
    "ini = http://u:{}@h/a.ini",
    "cron2 = minute=1 curl -u joe:{} http://x",
    "attach-daemon = redis-server --requirepass {}",
    "attach-daemon = mysqld -p{}",
    "attach-daemon = prog --db-password '{}'",
    "hook-post-app = exec:PGPASSWORD={} psql",
    "exec-as-root = curl -H 'Authorization: Bearer {}' http://x",
    "env = PEM=-----BEGIN RSA PRIVATE KEY-----{}",
)


@pytest.mark.parametrize("line", SECRETS)
def test_secrets_are_never_shown(line: str) -> None:
    """No form repeats a password, a key or a token, though the line and its neighbours are at fault."""
    written = line.format(SECRET)
    text = f"[uwsgi]\n{written}\nvaccum = 1\n{written} ; x\nenvv = DB_PASSWORD={SECRET}\n{written}\n"
    for form in report.FORMS:
        out = rendered(form, text)

        assert "UW" in out
        assert SECRET not in out


HIDING = {
    "a.toml": '[uwsgi]\nvaccum = true\nenv = ["K=1", "DB_PASSWORD={0}"]\nenvv = "API_KEY=a\\u0062{0}"\n'
    'db_password = "{0}"\nprocesses = "%(db_password)"\n',
    "a.yaml": "uwsgi:\n  vaccum: true\n  env: 'DB_PASSWORD={0}'\n  db_password: {0}\n  processes: '%(db_password)'\n"
    "  envv:\n    - SECRET_KEY={0} with blank\n",
    "a.xml": "<uwsgi>\n<vaccum>1</vaccum>\n<env>DB_PASSWORD=a&amp;{0}</env>\n<db_password>a&amp;{0}</db_password>\n"
    "<processes>%(db_password)</processes>\n</uwsgi>\n",
    "a.json": '{{"uwsgi": {{"vaccum": true, "env": ["DB_PASSWORD=a\\"{0}", "K=1"], "db_password": "a\\"{0}",'
    ' "processes": "%(db_password)"}}}}\n',
    "a.ini": "[uwsgi]\ndb_password = {0}\nini = part.ini\nharakiri = $(DB_SECRET)\nlisten = %(db_password)"
    + "x" * 300
    + "\n",
    "a.service": '[Service]\nEnvironment="DB_PASSWORD={0} x"\nExecStart=/usr/bin/uwsgi --http :80 --env API_KEY={0} '
    "--vaccum --db-password={0} --processes 4k --http http://u:{0}@h\n",
    "Dockerfile": "FROM x\nENV DB_PASSWORD {0}\nCMD uwsgi --env API_KEY={0} --vaccum --set db_password={0}\n",
}


@pytest.mark.parametrize("name", HIDING)
def test_secrets_are_never_shown_whatever_the_syntax(tmp_path: Path, name: str) -> None:
    """Not as they are read, nor cut, nor where another file or the environment brings them."""
    (tmp_path / name).write_text(HIDING[name].format(SECRET))
    (tmp_path / "part.ini").write_text("[uwsgi]\nthreads = %(db_password)\n")
    shown = ["--env", f"DB_SECRET={SECRET}", "--isolated", "--profile", "pedantic"]
    for form in report.FORMS:
        done = uwsgilint("check", name, *shown, "--format", form, cwd=tmp_path)
        assert "UW" in done.out
        assert SECRET[:7] not in done.out + done.err
    for more in (("--diff", "--unsafe-fixes"), ("--statistics",), ("--cache-dir", "kept"), ("--baseline", "b.json")):
        done = uwsgilint("check", name, *shown, *more, cwd=tmp_path)
        assert SECRET[:7] not in done.out + done.err
    written = [path for path in (*tmp_path.glob("kept/*"), tmp_path / "b.json") if path.is_file()]
    assert len(written) >= 1
    assert all(SECRET[:7] not in path.read_text() for path in written)


LONG = "Qz3456789" * 10
# Texts that sentences cut, each behind what is never to be shown of it.
CUT = {
    "yaml": ("s.yaml", 'uwsgi:\n  env: "DB_PASSWORD=s3cretPassw0rd9zz"\n', "s3"),
    "xml": ("s.xml", f"<uwsgi>\n<env>A=1</env> API_TOKEN={LONG}\n</uwsgi>\n", "Qz"),
    "words": ("s.ini", "[uwsgi]\nneed-app = DB_PASSWORD=correct horse battery" + " staple" * 20 + "\n", "horse"),
    "second": ("s.ini", f"[uwsgi]\nneed-app = SECRET=abcdef {LONG}\n", "Qz"),
    "block": ("s.yaml", f"uwsgi:\n  env: |\n    DB_PASSWORD=abcdef {LONG}\n", "Qz"),
    "short": ("s.ini", f"[uwsgi]\nneed-app = {'x' * 64} DB_PASSWORD={LONG}\n", "Qz"),
}


@pytest.mark.parametrize("case", CUT)
def test_nothing_of_a_secret_is_left_where_a_sentence_is_cut(case: str) -> None:
    """However long the part is that would be shown, and however many words it has."""
    name, text, secret = CUT[case]
    for form in report.FORMS:
        out = report.render(form, check_text(name, text.encode()), 1)

        assert "UW" in out
        assert secret not in out


@pytest.mark.parametrize(
    "line",
    [
        "env = SSL_KEY=/etc/ssl/private/a.key", "env = SECRET_KEY=%(key)", "env = API_TOKEN=$(API_TOKEN)",
        "env = PASSWORD_FILE=/run/secrets/db", "https = :443,a.crt,a.key", "subscribe2 = server=h,key=example.com",
        "php-app-bypass = ^/x", "http-socket = 127.0.0.1:8080", "env = USE_TOKEN=true", "mount = /x=app.py",
    ],
)  # fmt: skip
def test_what_is_no_secret_is_shown(line: str) -> None:
    """Files that hold one, placeholders for one, and names that only sound like one."""
    assert secrets.find(f"[uwsgi]\n{line}\n".encode()) == []


def test_fingerprints_tell_nothing_of_secrets(tmp_path: Path) -> None:
    """Nobody can try passwords against a baseline or a report."""
    marks = set()
    for password in ("abc123", "hunter2"):
        (tmp_path / "a.ini").write_text(f"[uwsgi]\nenvv = DB_PASSWORD={password}\n")
        (tmp_path / "b.json").unlink(missing_ok=True)
        uwsgilint("check", "a.ini", "--baseline", "b.json", cwd=tmp_path)
        marks.add((tmp_path / "b.json").read_text())
        marks.add(uwsgilint("check", "a.ini", "--format", "gitlab", cwd=tmp_path).out)
    assert len(marks) == 2


@given(st.text(max_size=60), st.sampled_from(report.FORMS))
def test_every_form_takes_every_text(text: str, form: str) -> None:
    """Whatever stands in a file, a report of it can be written as UTF-8, and read again."""
    out = report.render(form, check_text("a.ini", f"[uwsgi]\n{text}\n".encode("utf-8", "surrogatepass")), 1)

    data = out.encode("utf-8", "backslashreplace")
    if form in {"json", "sarif", "gitlab"}:
        json.loads(data)
    elif form in {"junit", "checkstyle"}:
        ET.fromstring(data)  # noqa: S314


@pytest.mark.parametrize(
    ("env", "arguments", "coloured"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
    ],
)
def test_colours_are_used_where_they_are_wanted(
    tmp_path: Path, env: dict[str, str], arguments: tuple[str, ...], coloured: bool
) -> None:
    """A pipe has none, unless somebody says so; the command line counts most."""
    (tmp_path / "uwsgi.ini").write_text(MESSY)
    base = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR"}}
    out = subprocess.run(
        [sys.executable, "-m", "uwsgilint", "check", "uwsgi.ini", *arguments],
        cwd=tmp_path, env={**base, **env}, check=False, capture_output=True, text=True,
    ).stdout  # fmt: skip

    assert ("\x1b[" in out) is coloured


def test_rules_are_linked_where_their_pages_are() -> None:
    """With the address of the documentation, a code leads to its page."""
    from uwsgilint.report.layout import Style

    out = report.render(
        "text", check_text("a.ini", MESSY.encode()), 1, style=Style(docs="https://docs.example/rules/")
    )  # fmt: skip

    assert "\x1b]8;;https://docs.example/rules/UW101-unknown-option\x1b\\UW101\x1b]8;;\x1b\\" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "a.ini"), ("show", "a.ini", "--why", "env"), ("show", "a.ini", "--format", "json"),
        ("show", "a.ini", "--format", "mermaid"), ("diff", "a.ini", "b.ini"),
        ("diff", "a.ini", "b.ini", "--format", "json"),
    ],
)  # fmt: skip
def test_other_commands_show_no_secrets_either(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Neither what a configuration means nor what changes repeats a password."""
    (tmp_path / "a.ini").write_text(
        "[uwsgi]\nenv = API_TOKEN=hunter2hunter2\nalarm = x curl:smtp://joe:hunter2hunter2@h\n"
    )
    (tmp_path / "b.ini").write_text("[uwsgi]\nenv = API_TOKEN=hunter3hunter3\n")

    out = uwsgilint(*arguments, cwd=tmp_path).out

    assert out
    assert "hunter2" not in out
    assert "hunter3" not in out


@pytest.mark.parametrize("width", ["60", "80", "140"])
@pytest.mark.parametrize("form", ["text", "json", "mermaid"])
def test_show_cuts_no_secret_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, width: str) -> None:
    """Neither the rest of one that has several words, nor the beginning of one that ends with its column."""
    monkeypatch.setenv("COLUMNS", width)
    (tmp_path / "a.ini").write_text(
        f'[uwsgi]\nattach-daemon2 = cmd=curl -H "Authorization: Bearer {LONG}" http://x,freq=3\n'
        f"env = DB_PASSWORD=correct horse battery{' staple' * 20}\n"
        f"attach-daemon = redis-server --requirepass {LONG}\n"
        f"route = ^/ basicauth:My Realm,user:{LONG}\n"
    )
    for more in ((), ("--why", "env"), ("--why", "attach-daemon2")) if form != "mermaid" else ((),):
        out = uwsgilint("show", "a.ini", "--format", form, *more, cwd=tmp_path).out

        assert "env" in out or "daemon" in out
        assert [part for part in ("Qz", "Bearer", "horse", "staple") if part in out] == []


@pytest.mark.parametrize(
    ("lines", "label"),
    [
        ("if-env = A\nif-env = B\nendif =\n", "this one is open"),
        ("if-env = A\nelse =\nendif =\n", "the block begins here"),
        ("env = STAGE=x\nmodule = $(STAGE)\n", "set here"),
        ("processes = 2\nprocesses = 3\n", "first set here"),
        ("gevent = 100\nthreads = 4\n", "gevent is 100 here"),
    ],
)
def test_a_finding_about_two_lines_shows_both(lines: str, label: str) -> None:
    """Each with what is there, in every form that has related places."""
    text = f"[uwsgi]\nmaster = true\n{lines}"

    assert f"- {label}\n" in rendered("text", text)
    assert label in rendered("json", text)
    assert label in rendered("sarif", text)
