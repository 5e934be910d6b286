"""The Pulumi side: the ImageShare resource that programs declare, and the provider that the engine calls.

The module path and both class names stand in users' state for ever.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.gc_paused import gc_paused_imports
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.boundary import boundary, show_failures_as_text
from alicloud_image_share.sharing.field_names import python_names
from alicloud_image_share.sharing.model import OUTPUTS, UNKNOWN

if TYPE_CHECKING:
    from alicloud_image_share.lifecycle.operations import Lifecycle


class ImageShareProvider(ResourceProvider):
    """Maps the engine's calls to the life of a share.

    The engine pickles an instance into state, by reference: nothing may be set on it but by configure.
    """

    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        """Read the configuration; without a call, and without failing: check reports what is malformed."""
        show_failures_as_text()
        # A program only declares: what decides is loaded where the engine asks for it.
        with gc_paused_imports():
            from alicloud_image_share.cloud.alicloud_keys import not_of_project  # noqa: PLC0415
            from alicloud_image_share.cloud.settings import read_settings  # noqa: PLC0415
            from alicloud_image_share.lifecycle.approval import allowance_of  # noqa: PLC0415
            from alicloud_image_share.lifecycle.check import Preview  # noqa: PLC0415
            from alicloud_image_share.lifecycle.run import run_of_this_process  # noqa: PLC0415
            from alicloud_image_share.sharing.allowance import KEY_VARIABLE, is_long_enough  # noqa: PLC0415

        def lookup(key: str) -> str | None:
            value = req.config.get(key)
            return value if value is None or isinstance(value, str) else json.dumps(value)

        # Pulumi gives no list of the keys, and a key that is not known has to be refused.
        keys, project = vars(req.config).get("_props", ()), vars(req.config).get("_project_name", "")
        settings = read_settings(lookup, os.environ, services.names(), not_of_project(keys, project))
        allowance = allowance_of(os.environ, {key: lookup(key) for key in keys})
        key = os.environ.get(KEY_VARIABLE)
        self._run = run_of_this_process(settings, allowance, key if is_long_enough(key) else None)
        self._preview = Preview(self._run)

    @property
    def _lifecycle(self) -> Lifecycle:
        # What acts is loaded where something is to be done: most runs change nothing.
        with gc_paused_imports():
            from alicloud_image_share.lifecycle.operations import Lifecycle  # noqa: PLC0415

        return Lifecycle(self._run)

    @boundary
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Check the inputs; the engine prints a failure without a property name, and so without its value."""
        checked = self._preview.check(_from_engine(_olds), _from_engine(news))
        return CheckResult(_for_engine(checked.inputs), [CheckFailure("", text) for text in checked.failures])

    @boundary
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Tell what replaces; else leave the comparison to the engine, which then shows it key by key."""
        difference = self._preview.diff(_from_engine(_olds), _from_engine(_news))
        return DiffResult(changes=difference.changes, replaces=list(difference.replaces))

    @boundary
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Share the image."""
        created = self._lifecycle.create(_from_engine(props))
        return CreateResult(str(created.share.image), state.outputs_of(created))

    @boundary
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what is live, as outputs and as inputs, so that a refresh shows the drift key by key."""
        live_state = self._lifecycle.read(_from_engine(props))
        if live_state is None:
            return ReadResult(None, {})
        return ReadResult(id_, state.outputs_of(live_state), state.inputs_of(live_state))

    @boundary
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Add and remove accounts."""
        return UpdateResult(
            state.outputs_of(self._lifecycle.update(_from_engine(_olds), _from_engine(_news)))
        )

    @boundary
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Unshare what the share owns."""
        self._lifecycle.delete(_from_engine(_props))


def _from_engine(props: Mapping[str, Any]) -> dict[str, Any]:
    # State of a share that was of the native provider has the spelling of other languages.
    return {key: _known(value) for key, value in python_names(props).items() if key != "__provider"}


def _for_engine(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _engine_value(value) for key, value in inputs.items()}


def _known(value: Any) -> Any:
    """Put our own UNKNOWN for Pulumi's, at any depth."""
    if isinstance(value, pulumi.output.Unknown):
        return UNKNOWN
    if isinstance(value, dict):
        # Notes are text, and there are many: a call for each would be most of what a check takes.
        return {key: item if isinstance(item, str) else _known(item) for key, item in value.items()}
    return [_known(item) for item in value] if isinstance(value, list) else value


def _engine_value(value: Any) -> Any:
    if value is UNKNOWN:
        return pulumi.output.UNKNOWN
    if isinstance(value, dict):
        return {key: item if isinstance(item, str) else _engine_value(item) for key, item in value.items()}
    return value


class ImageShare(Resource, module="alicloud", name="ImageShare"):
    """An image of Alibaba Cloud, shared with other accounts.

    Args:
        resource_name: The name of the resource in the stack.
        service: The service that the image belongs to: `ecs`, `eds`, `ens` or `swas`.
        image_id: The image.
        accounts: Who may use it: a list of account ids, or a map from an account id to a note.
        region_id: The region of the image; default `alicloud:region`. Refused for `ens`.
        exclusive: Whether accounts that are not listed lose access; the preview names them. Without it the
            share leaves accounts alone that others have given access.
        share_to_ecs: Only for `swas`: share the image to the owner's ECS (True), stop that (False), or leave
            it as it is (None).
        role_arn: A role to assume, on top of the configured credentials, that owns the image.
        timeout: Seconds that create, read, update or delete may take.
        opts: The options that every Pulumi resource takes; `provider` and `custom_timeouts` are refused.

    Raises pulumi.RunError where an option is refused, or another share of the stack has claimed the image.

    """

    if TYPE_CHECKING:
        # Pulumi would evaluate them anew for each resource.
        service: pulumi.Output[str]
        image_id: pulumi.Output[str]
        accounts: pulumi.Output[Mapping[str, str]]
        """Account id → note."""
        region_id: pulumi.Output[str | None]
        exclusive: pulumi.Output[bool | None]
        share_to_ecs: pulumi.Output[bool | None]
        role_arn: pulumi.Output[str | None]
        timeout: pulumi.Output[float | None]
        owned_accounts: pulumi.Output[Mapping[str, str]]
        """Account id → note, of those that the share gave access or took over at its last create or
        update."""
        foreign_accounts: pulumi.Output[Sequence[str]]
        """Accounts that have access and do not belong to this share."""
        owner_id: pulumi.Output[str]
        """The account that owns the image."""

    def __init__(  # noqa: PLR0913 - the resource's fields
        self,
        resource_name: str,
        *,
        service: pulumi.Input[str],
        image_id: pulumi.Input[str],
        accounts: pulumi.Input[Sequence[pulumi.Input[str | int]] | Mapping[str, pulumi.Input[str | None]]],
        region_id: pulumi.Input[str] | None = None,
        exclusive: pulumi.Input[bool] = False,
        share_to_ecs: pulumi.Input[bool] | None = None,
        role_arn: pulumi.Input[str] | None = None,
        timeout: pulumi.Input[float] = 300,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "service": service,
            "image_id": image_id,
            "accounts": accounts,
            "region_id": region_id,
            "exclusive": exclusive,
            "share_to_ecs": share_to_ecs,
            "role_arn": role_arn,
            "timeout": timeout,
        }
        # The provider's process declares nothing.
        from alicloud_image_share.lifecycle import registration as declaration  # noqa: PLC0415
        from alicloud_image_share.lifecycle.interrupted_program import (  # noqa: PLC0415
            hide_interruption_traceback,
        )

        hide_interruption_traceback()
        options = declaration.options(opts)
        props = declaration.inputs(resource_name, inputs, options)
        if options.retain_on_delete is True:
            # State must tell who keeps access when the share is replaced or goes.
            props["retain_on_delete"] = True
        outputs = dict.fromkeys(OUTPUTS)
        super().__init__(ImageShareProvider(), resource_name, {**props, **outputs}, options)

    def _get_providers(
        self, t: str, pkg: str | None, opts: pulumi.ResourceOptions
    ) -> tuple[pulumi.ProviderResource | None, Mapping[str, pulumi.ProviderResource]]:
        from alicloud_image_share.lifecycle import registration as declaration  # noqa: PLC0415
        from alicloud_image_share.lifecycle.registration.transformed_options import (  # noqa: PLC0415
            have_the_last_word,
        )

        # Pulumi asks here, before it registers the resource, when transformations and parents had their say.
        provider, providers = super()._get_providers(t, pkg, opts)
        declaration.refuse_options(self._name, opts, provider)
        have_the_last_word(opts)
        return provider, providers
