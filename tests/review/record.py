"""Record what the real engine says in a preview of every scenario: python -m tests.review.record.

Writes tests/review/inputs/NAME.json. Only what differs from run to run is evened out.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from pulumi import automation

from alicloud_image_simulator import Simulator
from tests.engine.project import Project
from tests.support.cloud_state import set_live

from .scenarios import SCENARIOS, Scenario

INPUTS = Path(__file__).parent / "inputs"
_ENGINE = Path(__file__).parents[2] / ".engine" / "bin"
_IMAGES = [
    {"service": "ecs", "image_id": "m-1"},
    {"service": "ecs", "image_id": "m-2"},
    {"service": "ens", "image_id": "m-edge"},
    {"service": "swas", "image_id": "m-simple"},
]
_EVENED = (
    (re.compile(r"request [0-9A-F-]{36}"), "request 00000000-0000-0000-0000-000000000000"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:4000"),
    (
        re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?=\")"),
        "00000000-0000-0000-0000-000000000000",
    ),
)
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def preview(cloud: Simulator, folder: Path, scenario: Scenario, on_event: Any = None) -> str:
    """Bring a stack to where the scenario begins, and return what `preview --json` prints."""
    cloud.put_state({"images": [_image(image, scenario) for image in _IMAGES]})
    project = Project(cloud, folder)
    if scenario.before:
        project.program = scenario.before
        made = project.up()
        assert made.succeeded, made.output
    for image, accounts in scenario.outside.items():
        set_live(cloud, accounts, image)
    if scenario.switched is not None:
        _switch(cloud, on=scenario.switched)
    if scenario.unread:
        cloud.put_faults([{"kind": "error", "code": "Forbidden.RAM", "status": 403, "every": 1}])
    if scenario.rules:
        project.configure(**scenario.rules)
    project.program = scenario.after
    return printed(project, refresh=scenario.refresh, on_event=on_event)


def _switch(cloud: Simulator, *, on: bool) -> None:
    state = cloud.state()
    for item in state["images"]:
        item["in_share"] = on and item["service"] == "swas"
    cloud.put_state(state)


def printed(project: Project, *, refresh: bool, on_event: Any) -> str:
    """Return what `preview --json` prints, whether it succeeds or not."""
    lines: list[str] = []
    more = {"refresh": True, "run_program": True} if refresh else {}
    try:
        project.stack.preview(json=True, on_output=lines.append, on_event=on_event, color="never", **more)
    except automation.CommandError as error:
        lines.append("") if lines else lines.append(str(error))
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def _image(image: dict[str, Any], scenario: Scenario) -> dict[str, Any]:
    name = image["image_id"]
    return {**image, "accounts": list(scenario.live.get(name, ())), "is_public": name in scenario.everyone}


def evened(text: str) -> str:
    """Take out of a preview what is different each time."""
    document = json.loads(text)
    document["duration"] = 1
    _drop(document, {"sourcePosition", "stackTrace", "created", "modified"})
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    return evened_words(text.replace(_UNKNOWN, "<unknown>")).replace("<unknown>", _UNKNOWN)


def evened_words(text: str) -> str:
    """Take out of a text what is different each time."""
    for pattern, instead in _EVENED:
        text = pattern.sub(instead, text)
    return text


def _drop(value: Any, keys: set[str]) -> None:
    if isinstance(value, dict):
        for key in keys & value.keys():
            del value[key]
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _drop(child, keys)


def _environment(home: Path) -> dict[str, str]:
    (home / "state").mkdir(parents=True)
    return {
        "HOME": str(home),
        "PATH": os.pathsep.join([str(_ENGINE), os.environ["PATH"]]),
        "PULUMI_BACKEND_URL": (home / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(home / ".pulumi"),
        "PULUMI_PYTHON_CMD": sys.executable,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def main(names: list[str]) -> None:
    """Record the scenarios that are named, or all."""
    for name in names or SCENARIOS:
        with tempfile.TemporaryDirectory() as folder, Simulator() as cloud:
            os.environ.update(_environment(Path(folder) / "home"))
            (Path(folder) / "project").mkdir()
            text = preview(cloud, Path(folder) / "project", SCENARIOS[name])
        (INPUTS / f"{name}.json").write_text(evened(text), encoding="utf-8")
        print(f"recorded {name}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
