"""Ask what a configuration comes to: an include, a placeholder, and a block that depends on the environment."""

from pathlib import Path

from uwsgilint import load

FILE = Path(__file__).parent / "uwsgi.ini"

settings = load(FILE).settings
print("chdir:", settings.value("chdir"))
for outcome in settings["workers"].outcomes:
    print("workers:", outcome.value, "when", *outcome.conditions)

staging = load(FILE, env={"STAGING": "1"}).settings
print("on staging:", staging.value("processes"))
