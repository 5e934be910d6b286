"""Real documents of every kind that is read, and what reads each of them as the program does."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from pulumi.automation.events import EngineEvent

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.clock import Clock, Deadline
from alicloud_image_share.cloud.credentials import AccessKey
from alicloud_image_share.cloud.external_credentials import from_uri
from alicloud_image_share.cloud.network import Answer, Network, TimeLimits
from alicloud_image_share.cloud.outside_rules import VARIABLE, read_outside_rules
from alicloud_image_share.cloud.profile_credentials import ProfileKeys
from alicloud_image_share.cloud.profiles import read_profile
from alicloud_image_share.cloud.settings import Settings
from alicloud_image_share.cloud.temporary_credentials import KeySources
from alicloud_image_share.engine.events import EventLog
from alicloud_image_share.engine.exported_state import deployment_of, read_with
from alicloud_image_share.engine.interrupted import interrupted_shares
from alicloud_image_share.engine.stack_history import owned_digests
from alicloud_image_share.engine.stack_reading import shares_of
from alicloud_image_share.engine.state_provider import foreign_providers
from alicloud_image_share.review.assembly import review
from alicloud_image_share.sharing.strict_json import parse_json
from alicloud_image_share.stack_file.project import find_project

_FOLDER = Path(tempfile.mkdtemp(prefix="fuzzed-documents-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
_CLOCK = Clock()


def _file(name: str, text: str) -> Path:
    path = _FOLDER / name
    path.write_bytes(text.encode(errors="surrogatepass"))
    return path


# -- state ---------------------------------------------------------------------------------------------------

_RESOURCES: list[dict[str, Any]] = [
    resource
    for file in sorted((Path(__file__).parents[1] / "state").glob("*.json"))
    for resource in json.loads(file.read_text("utf-8"))["resources"]
]
_SHARES = [resource for resource in _RESOURCES if resource["type"].endswith(":ImageShare")]
STATES = [
    json.dumps(
        {
            "version": 3,
            "deployment": {
                "resources": _RESOURCES[:4],
                "pending_operations": [{"type": "updating", "resource": share}],
            },
        }
    )
    for share in _SHARES[:3]
]


def read_state(text: str) -> None:
    """Read a state for everything that is read of one, and put it into words."""

    def read() -> None:
        deployment = deployment_of(text)
        sorted(set(foreign_providers(deployment)))
        for found in (*interrupted_shares(deployment), *shares_of(deployment.get("resources") or ())):
            str(found)
        owned_digests(deployment)

    read_with(read)


# -- engine events -------------------------------------------------------------------------------------------


OPERATIONS = ("create", "update", "delete", "same", "refresh", "replace")


def _event(name: str, op: str, share: dict[str, Any]) -> dict[str, Any]:
    fields = ("urn", "type", "id", "custom", "inputs", "outputs")
    state = {name: share.get(name) for name in fields}
    step = {"op": op, "urn": share["urn"], "type": share["type"], "old": state, "new": state, "provider": ""}
    return {"sequence": 1, "timestamp": 1, name: {"metadata": step}}


EVENTS = [
    json.dumps(
        [
            _event("resourcePreEvent", op, share),
            _event("resOutputsEvent", op, share),
            {
                "sequence": 2,
                "timestamp": 1,
                "diagnosticEvent": {
                    "urn": share["urn"],
                    "message": "ecs:cn-hangzhou:m-1 waits: the cloud answered Throttling",
                    "severity": "info",
                    "color": "never",
                },
            },
        ]
    )
    for share, op in zip(_SHARES[:3] * 2, OPERATIONS, strict=False)
]


class _Silent:
    def share_started(self, name: str) -> None:
        str(name)

    def share_changed(self, change: object) -> None:
        str(change)

    def message(self, severity: str, text: str) -> None:
        str(severity + text)


def take_events(text: str) -> None:
    """Take events as the engine's SDK makes them; it passes over those that it cannot make."""
    for planned in (True, False):
        log = EventLog(_Silent(), planned)
        for event in _made(text):
            log.take(event)
        log.end()
        str((log.changes, log.stays, log.access, log.unchanged, review(log.facts("dev", log.unread or None))))


def _made(text: str) -> list[EngineEvent]:
    events = []
    with suppress(Exception):
        for document in json.loads(text):
            with suppress(Exception):
                events.append(EngineEvent.from_json(document))
    return events


# -- files of a project --------------------------------------------------------------------------------------

STACK_FILES = [
    """config:
  alicloud:region: cn-hangzhou
  image-shares:groups:
    web-teams: &web {"1234567890123456": team web, "1550809237710001": team shop}
  image-shares:shares:
    golden-web: {service: ecs, image_id: m-bp1, groups: [web-teams], accounts: {"1550809237710009": partner}}
    base: {service: ecs, images: {cn-hangzhou: m-1, cn-shanghai: m-2}, accounts: *web}
    desktops: {service: eds, image_id: m-gx2, region_id: cn-shanghai, groups: [web-teams], exclusive: true}
    newest: {service: ecs, family: golden, keep: 2, groups: [web-teams]}
"""
]
PROJECT_FILES = [
    """name: images
runtime: {name: python, options: {virtualenv: .venv}}
backend: {url: "file://./.state"}
stackConfigDir: stacks
config:
  image-shares:groups: {value: {web: {"1234567890123456": team web}}}
"""
]
_file("Pulumi.yaml", "name: images\nruntime: python\n")


def read_stack_file(text: str) -> None:
    """Read the shares of a stack file, and what is wrong with it."""
    _file("Pulumi.yaml", "name: images\nruntime: python\n")
    _file("Pulumi.dev.yaml", text)
    project = find_project(_FOLDER)
    for problem in project.text_problems("dev"):
        str(problem)
    for declared in project.declared("dev"):
        str(declared)


def read_project_file(text: str) -> None:
    """Read a project, and what it says of its stacks."""
    _file("Pulumi.dev.yaml", STACK_FILES[0])
    _file("Pulumi.yaml", text)
    project = find_project(_FOLDER)
    list(project.text_problems("dev"))
    project.runs_the_stack_program()
    project.declared("dev")
    str((project.backend, project.virtual_environment, project.stacks()))


RULES = [
    json.dumps(
        {
            "allowedAccounts": ["1234567890123456"],
            "image-shares:deniedAccounts": ["1550809237710001"],
            "neverLose": ["1234567890123456"],
            "maxRemoved": 3,
            "exclusiveAllowed": False,
            "allowRemoval": [],
            "accountsPerImage": {"ecs": 50},
        }
    )
]


def read_rules_file(text: str) -> None:
    """Read rules from outside: what is wrong with them becomes sentences."""
    rules = read_outside_rules({VARIABLE: str(_file("rules.json", text))})
    assert not any("\n" in problem for problem in rules.problems)


# -- credentials ---------------------------------------------------------------------------------------------

ROLE = "acs:ram::1:role/x"
_KEY = {
    "AccessKeyId": "STS.canary",
    "AccessKeySecret": "canary",
    "SecurityToken": "canary",
    "Expiration": "2030-01-01T00:00:00Z",
}
KEYS = [json.dumps({"Code": "Success", "LastUpdated": "2026-01-01T00:00:00Z", **_KEY})]
ROLES = [json.dumps({"RequestId": "A", "AssumedRoleUser": {"Arn": "a"}, "Credentials": _KEY})]
PROFILES = [
    json.dumps(
        {
            "current": "p",
            "profiles": [
                {
                    "name": "p",
                    "mode": "ChainableRamRoleArn",
                    "source_profile": "a",
                    "ram_role_arn": ROLE,
                },
                {
                    "name": "a",
                    "mode": "StsToken",
                    "access_key_id": "canary",
                    "access_key_secret": "canary",
                    "sts_token": "canary",
                    "region_id": "cn-hangzhou",
                },
            ],
        }
    ),
    f"[p]\ntype = ram_role_arn\naccess_key_id = canary\naccess_key_secret = canary\nrole_arn = {ROLE}\n"
    "role_session_name = s\npolicy = {}\nexpired_seconds = 900\n[a]\ntype = access_key # a comment\n",
]


class _Given(Network):
    """A network on which every call has the same answer."""

    def __init__(self, body: str) -> None:
        super().__init__(_CLOCK)
        self.body = body.encode(errors="surrogatepass")

    def send(self, method: str, url: str, headers: Any, limits: TimeLimits, **more: Any) -> Answer:
        del method, url, headers, limits, more
        return Answer(200, {}, self.body)


def read_keys(text: str) -> None:
    """Read a key as an address, or the metadata service, answers it."""
    from_uri(_Given(text), "http://127.0.0.1/")(Deadline.after(_CLOCK, 1))


def read_role(text: str) -> None:
    """Read the key of a role as STS answers it."""
    AccessKey.parse(parse_json(text)["Credentials"])


def read_profiles(text: str) -> None:
    """Read a profile, and how it gives keys; nothing is called."""
    profile = read_profile(str(_file("config.json", text)), "p")
    ProfileKeys(KeySources(Settings(), _CLOCK, str, Network(_CLOCK))).of(profile)


# -- regions and notices -------------------------------------------------------------------------------------

REGIONS = [
    json.dumps({"Regions": {"Region": [{"RegionId": "cn-hangzhou", "LocalName": "x"}]}}),
    json.dumps({"Regions": [{"RegionId": "cn-hangzhou", "RegionEndpoint": "x"}]}),
]
NOTICES = [
    'ecs:cn-hangzhou:m-1 gains 1234567890123456 "team" [image-shares:gains ecs:cn-hangzhou:m-1]',
    "ecs:cn-hangzhou:m-1 waits: the cloud [image-shares:waits ecs:cn-hangzhou:m-1].",
]


def read_regions(text: str) -> None:
    """Read the regions of a service."""
    document = parse_json(text)
    name = "swas" if isinstance(document["Regions"], list) else "ecs"
    services.regional(name).parse_regions(document)
