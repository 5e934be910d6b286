"""What a run needs in the engine's environment, on top of what the user has set up."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from alicloud_image_share.cloud.command_output import OUR_SAFE_PATH, SAFE_PATH
from alicloud_image_share.engine.own_files import make_private, refuse_links_in, write_once
from alicloud_image_share.engine.pulumi_cli import withheld_options
from alicloud_image_share.sharing.accounts import show
from alicloud_image_share.sharing.strict_json import parse_json
from alicloud_image_share.stack_file.file_presence import known_stacks
from alicloud_image_share.stack_file.project import Project, ProjectError

PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE"  # noqa: S105 - the name of a variable
STATE_FOLDER = ".state"
_STATE_IS_HERE = (
    f"state is kept in {STATE_FOLDER}/: no backend is configured (PULUMI_BACKEND_URL, pulumi login)"
)
_NO_PASSPHRASE = f"an empty passphrase encrypts secrets: {PASSPHRASE} is not set"
_STARTED_FROM_FOLDERS = ("plugins", "packages")
"""Keys of Pulumi.yaml that may name the folder of a program, which then counts as a provider of that name."""


@dataclass(frozen=True, slots=True)
class EngineEnvironment:
    """Variables for the engine, and a sentence about each choice that is made for the user, once."""

    variables: Mapping[str, str]
    choices: tuple[str, ...] = ()


def engine_environment(
    project: Project, environment: Mapping[str, str], stack: str = ""
) -> EngineEnvironment:
    """Return what is to be added to the environment; makes the state folder if that is the backend.

    Raises ProjectError before that for a stack that has no file where no stack can have state.
    """
    _check_program(project)
    if stack and not (project.has_file_of(stack) or has_state(project, environment)):
        raise no_stack(project, stack)
    state = backend(project, environment)
    variables = {
        # The provider runs in another process, and must find the same packages as this one.
        "PULUMI_PYTHON_CMD": sys.executable,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        # Nor may a file of the project, such as yaml.py, be imported in place of them.
        **safe_path(environment),
    }
    choices = [
        f"{name} is not given to the engine: this command decides the options itself"
        for name in withheld_options(environment)
    ]
    choices += _other_environment(project)
    is_first = not _has_run(project)
    if state is None:
        is_new = is_first = not (project.folder / STATE_FOLDER).is_dir()
        state = variables["PULUMI_BACKEND_URL"] = _state_folder(project).as_uri()
        choices += [_STATE_IS_HERE] if is_new else []
    own_file = not state.startswith(("https://", "http://"))
    if own_file and not {PASSPHRASE, f"{PASSPHRASE}_FILE"} & environment.keys():
        variables[PASSPHRASE] = ""
        choices += [_NO_PASSPHRASE] if is_first else []
    return EngineEnvironment(variables, tuple(choices))


def no_stack(project: Project, name: str, existing: Iterable[str] = ()) -> ProjectError:
    """Return the error about a stack that has neither state nor a file; `existing` are those with state."""
    known = sorted({*project.stacks(), *existing})
    file = project.stack_file(name).relative_to(project.folder)
    return ProjectError(
        f"There is no stack {name}; {known_stacks(known)}. For a new stack write its file, {file}."
    )


def safe_path(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the variable that keeps modules of the folder out of a Python process; none where it is set."""
    return {} if environment.get(SAFE_PATH) else {SAFE_PATH: OUR_SAFE_PATH}


def _has_run(project: Project) -> bool:
    """Tell whether the engine has written into the file of a stack; one that is not read tells nothing."""
    for stack in project.stacks():
        with suppress(ProjectError):
            if project.encrypts(stack):
                return True
    return False


def _check_program(project: Project) -> None:
    if not project.runs_the_stack_program():
        raise ProjectError(
            f"{project.folder} is a project with a program of its own, which this command would not run: its"
            " __main__.py is not the import of alicloud_image_share.stack_program alone. Use pulumi there."
        )


def refuse_plugins(project: Project) -> None:
    """Raise ProjectError for what would have the engine start programs of a folder in place of ours."""
    named = sorted(key for key in map(str, project.settings) if key.lower() in _STARTED_FROM_FOLDERS)
    if named:
        raise ProjectError(
            f"{project.file.name}: {' and '.join(named)}: the engine could start a program from there, in"
            " place of the provider, with the keys of the cloud. Remove the key: shares of stack files need"
            " no plugin and no package."
        )


def _other_environment(project: Project) -> list[str]:
    """Say that Pulumi.yaml names another environment than this one; one that is missing is not needed."""
    configured = project.virtual_environment
    if configured is None or configured.resolve() == Path(sys.prefix).resolve():
        return []
    if not (configured / "bin" / "python").exists() and not (configured / "Scripts").exists():
        return []
    return [
        f"the provider runs in {sys.prefix}, as this command does; {project.file.name} names {configured},"
        " where `pulumi up` would run it"
    ]


def backend(project: Project, environment: Mapping[str, str]) -> str | None:
    """Return the URL of where state is kept; None where nothing is configured."""
    url, source = backend_and_source(project, environment)
    if url and "://" not in url:
        raise ProjectError(
            f"{source} names {show(url.rpartition('@')[2])} as the place of state, and that is no address."
            " Next: write an address, such as file:///FOLDER, s3://BUCKET or https://api.pulumi.com."
        )
    return url


def backend_and_source(project: Project, environment: Mapping[str, str]) -> tuple[str | None, str]:
    """Return the URL of where state is kept, None where nothing is configured, and what names the URL."""
    if environment.get("PULUMI_BACKEND_URL"):
        return environment["PULUMI_BACKEND_URL"], "PULUMI_BACKEND_URL"
    if project.backend:
        return project.backend, f"backend.url in {project.file.name}"
    if environment.get("PULUMI_ACCESS_TOKEN"):
        return "https://api.pulumi.com", "PULUMI_ACCESS_TOKEN"
    return _login(environment), "pulumi login"


def _login(environment: Mapping[str, str]) -> str | None:
    """Return where `pulumi login` was done last."""
    home = environment.get("PULUMI_HOME") or Path.home() / ".pulumi"
    file = Path(environment.get("PULUMI_CREDENTIALS_PATH") or home) / "credentials.json"
    try:
        return str(parse_json(file.read_text(encoding="utf-8")).get("current") or "") or None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ProjectError(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, AttributeError) as error:
        raise ProjectError(
            f"{file} is not what pulumi login writes: {error}. Run pulumi login again."
        ) from error


def has_state(project: Project, environment: Mapping[str, str]) -> bool:
    """Tell whether state may be kept somewhere: a backend is configured, or the folder of state is there."""
    folder = project.folder / STATE_FOLDER
    return backend(project, environment) is not None or folder.is_dir() or folder.is_symlink()


def reading_variables(project: Project, environment: Mapping[str, str]) -> Mapping[str, str] | None:
    """Return what the engine needs to read the state of a project; None where no state was kept yet.

    Unlike `surroundings` this makes no folder. A program of one's own is run with pulumi, by its own choices.
    """
    if not project.runs_the_stack_program():
        return {"PULUMI_SKIP_UPDATE_CHECK": "true"}
    if not has_state(project, environment):
        return None
    return engine_environment(project, environment).variables


def _state_folder(project: Project) -> Path:
    folder = project.folder / STATE_FOLDER
    make_private(folder)
    # State holds configuration, which no repository should.
    write_once(folder / ".gitignore", "*\n")
    # STATE_FOLDER/.pulumi/stacks/PROJECT/STACK.json: a project may bring links in place of any of them.
    refuse_links_in(folder, depth=3)
    return folder
