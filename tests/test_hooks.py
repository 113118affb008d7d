"""The hooks, the action and the workflows: valid, and run as people run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.cli import uwsgilint

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def valid(schema: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Hold files against a published schema."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_workflows_and_the_action_are_valid() -> None:
    """They follow the schemas that GitHub's editors use."""
    for schema, paths in (("vendor.github-workflows", WORKFLOWS), ("vendor.github-actions", [ROOT / "action.yml"])):
        done = valid(schema, *paths)
        assert done.returncode == 0, done.stdout


def test_actions_are_pinned_by_hash() -> None:
    """No tag that somebody could move, and no permission that is not asked for."""
    for path in WORKFLOWS:
        text = path.read_text("utf-8")
        for used in re.findall(r"uses: (\S+)(.*)", text):
            assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", used[0]), used
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", used[1]), used
        assert "\npermissions: {}\n" in text


def test_the_action_passes_nothing_through_a_shell() -> None:
    """What a user of the action writes reaches the shell by variables, never as text of the script."""
    action = YAML(typ="safe").load((ROOT / "action.yml").read_text("utf-8"))
    for step in action["runs"]["steps"]:
        assert "${{" not in step["run"]


def hooks() -> dict[str, dict[str, object]]:
    """The hooks by their ids."""
    listed = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return {hook["id"]: hook for hook in listed}


def test_every_hook_is_a_command_that_exists(tmp_path: Path) -> None:
    """The entry of each runs, with files behind it."""
    (tmp_path / "uwsgi.ini").write_text("[uwsgi]\nmaster = true\n")
    assert set(hooks()) == {"uwsgilint", "uwsgilint-fix", "uwsgilint-build-check"}
    for hook in hooks().values():
        program, *arguments = str(hook["entry"]).split()
        assert program == "uwsgilint"
        assert uwsgilint(*arguments, "uwsgi.ini", cwd=tmp_path).status == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pre-commit needs bash here")
def test_pre_commit_runs_the_hooks(tmp_path: Path) -> None:
    """pre-commit itself, in a repository that is committed to, with the hooks as they are published."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    home = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home"), "GIT_CONFIG_GLOBAL": os.devnull}
    home.pop("GIT_DIR", None)
    project = tmp_path / "project"
    project.mkdir()
    # Installing the project again would take half a minute: the hooks run the one that is being tested.
    local = [{**hook, "language": "system"} for hook in hooks().values()]
    for hook in local:
        hook["entry"] = f"{sys.executable} -m {hook['entry']}"
    with (project / ".pre-commit-config.yaml").open("w") as file:
        YAML().dump({"repos": [{"repo": "local", "hooks": local}]}, file)
    (project / "uwsgi.ini").write_text("[uwsgi]\nprocesses = 4 ; four\n")
    (project / "uwsgi-bad.ini").write_text("[uwsgi]\nvaccum = true\n")
    (project / "setup.cfg").write_text("[x]\nvaccum = true\n")
    (project / "uwsgi.toml").write_text("[uwsgi]\nprocesses = 4\n")
    built = uwsgilint("build", "uwsgi.toml", cwd=project).out
    (project / "built.ini").write_text(built.replace("processes = 4", "processes = 5"))
    subprocess.run([*git, "init", "--quiet"], cwd=project, env=home, check=True)
    subprocess.run([*git, "add", "-A"], cwd=project, env=home, check=True)

    run = [sys.executable, "-m", "pre_commit", "run", "--all-files"]
    first = subprocess.run(run, cwd=project, env=home, capture_output=True, text=True, check=False)
    (project / "uwsgi-bad.ini").write_text("[uwsgi]\nvacuum = true\n")
    (project / "built.ini").write_text(built)
    subprocess.run([*git, "add", "-A"], cwd=project, env=home, check=True)
    second = subprocess.run(run, cwd=project, env=home, capture_output=True, text=True, check=False)

    assert first.returncode == 1
    assert "uwsgi-bad.ini:2:1" in first.stdout
    assert "setup.cfg" not in first.stdout
    assert "built.ini is stale: build it again from uwsgi.toml" in first.stdout
    assert (project / "uwsgi.ini").read_text() == "[uwsgi]\n; four\nprocesses = 4\n"
    assert second.returncode == 0, second.stdout


def test_the_hooks_leave_out_what_is_for_others(tmp_path: Path) -> None:
    """They get every file of a repository: settings of tools, baselines, manifests and playbooks among them."""
    others = {
        "uwsgilint.toml": 'exclude = ["legacy/*"]\n', "uwsgi-baseline.json": '{"format": 1, "files": {}}\n',
        "uwsgi.schema.json": '{"$schema": "x"}\n', "pyproject.toml": "[project]\nname = 'uwsgi-x'\n",
        "vassals/pytest.ini": "[pytest]\n", ".github/workflows/uwsgi.yml": "uwsgi:\n  vaccum: true\n",
        "uwsgi-ci.yml": "name: uwsgi\non: push\nenv:\n  A: 1\njobs: {}\n", "uwsgi-deploy.yaml": "apiVersion: apps/v1\n",
        "uwsgi-playbook.yml": "---\n# all\n- hosts: all\n", "legacy/uwsgi.ini": "[uwsgi]\nvaccum = true\n",
        "build.sh": "echo uwsgi\n", "Dockerfile": "FROM x\nRUN pip install uwsgi\n", "uwsgi_params.toml": "a = 1\n",
    }  # fmt: skip
    for name, text in others.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    arguments = str(hooks()["uwsgilint"]["entry"]).split()[1:]

    done = uwsgilint(*arguments, *others, cwd=tmp_path)
    assert (done.status, done.out, done.err) == (0, "", "")
    ours = {
        "deploy/app.ini": "[uwsgi]\nvaccum = true\n", "uwsgi.toml": "vaccum = true\nmaster = true\n[workers]\nx = 1\n",
        "uwsgi.yaml": "uwsgi: [\n", "Containerfile": "FROM x\nCMD uwsgi --vaccum\n",
        "start.sh": "exec uwsgi --vaccum\n",
    }  # fmt: skip
    for name, text in ours.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        done = uwsgilint(*arguments, name, "../" + tmp_path.name + "/uwsgilint.toml", cwd=tmp_path)
        assert done.status == 1, name
    assert uwsgilint(*arguments, str(tmp_path / "deploy" / "app.ini"), cwd=tmp_path / "legacy").status == 1


@pytest.mark.skipif(sys.platform == "win32", reason="the runner's bash is not here")
@pytest.mark.parametrize(
    ("inputs", "installed", "status", "sarif"),
    [
        ({"paths": ".", "sarif": "uwsgilint.sarif"}, "here", 1, "uwsgilint.sarif"),
        ({"paths": "good.ini bad.ini", "version": "0.1.0"}, "uwsgilint==0.1.0", 1, ""),
        ({"paths": ".", "arguments": "--ignore UW101", "sarif": "a b.sarif"}, "here", 0, "a b.sarif"),
    ],
)
def test_the_steps_of_the_action_run(
    tmp_path: Path, inputs: dict[str, str], installed: str, status: int, sarif: str
) -> None:
    """As a runner does it: what is installed is what the action is, or the release that is asked for."""
    install, check = YAML(typ="safe").load((ROOT / "action.yml").read_text("utf-8"))["runs"]["steps"]
    project = tmp_path / "project"
    project.mkdir()
    (project / "good.ini").write_text("[uwsgi]\nmaster = true\n")
    (project / "bad.ini").write_text("[uwsgi]\nvaccum = true\n")
    fakes = tmp_path / "fakes"
    fakes.mkdir()
    # Nothing is downloaded: what would be installed is written down, and the program under test takes its place.
    (fakes / "python3").write_text(
        f"""#!/bin/sh
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho "$5" >{tmp_path}/installed\\n' >"$3/bin/python"
printf '#!/bin/sh\\nexec {sys.executable} -m uwsgilint "$@"\\n' >"$3/bin/uwsgilint"
chmod +x "$3/bin/python" "$3/bin/uwsgilint"
"""
    )
    (fakes / "python3").chmod(0o755)
    runner = {
        "PATH": f"{fakes}{os.pathsep}{os.environ['PATH']}", "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_ACTION_PATH": "here", "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    done = [
        subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=project, env={**runner, **{name: inputs.get(name.lower(), "") for name in step["env"]}},
            capture_output=True, text=True, check=False,
        )
        for step in (install, check)
    ]  # fmt: skip

    assert [each.returncode for each in done] == [0, status], done
    assert (tmp_path / "installed").read_text() == f"{installed}\n"
    assert (tmp_path / "output").read_text() == f"sarif={sarif}\n"
    assert (project / sarif).is_file() == (sarif != "")
    assert ("::error file=bad.ini" in done[1].stdout) == (status == 1)
