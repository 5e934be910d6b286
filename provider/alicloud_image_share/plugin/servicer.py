"""What the engine calls: one process serves one provider, with many operations at a time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NoReturn

from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from alicloud_image_share.cloud.clock import Cancellation
from alicloud_image_share.cloud.redaction import redact
from alicloud_image_share.errors import ConfigurationError, NotConverged
from alicloud_image_share.lifecycle import state
from alicloud_image_share.lifecycle.check import Preview
from alicloud_image_share.lifecycle.engine_link import Engine
from alicloud_image_share.lifecycle.operations import Lifecycle
from alicloud_image_share.lifecycle.partial import Readings
from alicloud_image_share.lifecycle.run import Run, register_of
from alicloud_image_share.plugin.difference import differences
from alicloud_image_share.plugin.failed_calls import PartialStateError, answered
from alicloud_image_share.plugin.image_access import FUNCTION, image_access
from alicloud_image_share.plugin.package_schema import VERSION, schema_text
from alicloud_image_share.plugin.provider_settings import checked_inputs, configuration
from alicloud_image_share.plugin.values import (
    NATIVE,
    document,
    foreign_names,
    plain,
    secret_fields,
    share_properties,
    to_struct,
)
from alicloud_image_share.plugin.words import Words, native_words, words_of
from alicloud_image_share.sharing.allowance import KEY_VARIABLE, is_long_enough
from alicloud_image_share.sharing.model import DEFAULTS, OUTPUTS, UNKNOWN, ShareState


class ImageSharesServicer(provider_pb2_grpc.ResourceProviderServicer):
    """The native provider; methods are named by the protocol."""

    _run: Run

    def __init__(self, engine: str | None = None) -> None:
        self._address = engine
        self._cancellation = Cancellation()
        self.words: Words = native_words

    # -- the process ----------------------------------------------------------------------------------

    def Handshake(self, request: Any, _: Any) -> Any:  # noqa: D102, N802
        self._address = request.engine_address or self._address
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, _: Any) -> Any:  # noqa: D102, N802
        self._address = request.address
        return empty_pb2.Empty()

    def GetPluginInfo(self, _: Any, __: Any) -> Any:  # noqa: D102, N802
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, _: Any, __: Any) -> Any:  # noqa: D102, N802
        return provider_pb2.GetSchemaResponse(schema=schema_text())

    def GetMapping(self, _: Any, __: Any) -> Any:  # noqa: D102, N802
        return provider_pb2.GetMappingResponse()

    def Cancel(self, _: Any, __: Any) -> Any:  # noqa: D102, N802
        self._cancellation.cancel()
        return empty_pb2.Empty()

    @answered
    def CheckConfig(self, request: Any, _: Any) -> Any:  # noqa: D102, N802
        inputs, failures = checked_inputs(document(request.news))
        response = provider_pb2.CheckResponse(
            failures=[provider_pb2.CheckFailure(property="", reason=text) for text in failures.values()]
        )
        response.inputs.update(inputs)
        return response

    def DiffConfig(self, _: Any, __: Any) -> Any:  # noqa: D102, N802
        # Unknown: what is configured otherwise replaces no provider, and so none of its shares.
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_UNKNOWN)

    @answered
    def Configure(self, request: Any, _: Any) -> Any:  # noqa: D102, N802
        self.words = words_of(request.urn)
        settings, allowance = configuration(document(request.args), os.environ)
        key = os.environ.get(KEY_VARIABLE)
        self._run = Run(
            settings,
            Engine(self._address, self.words),
            self._cancellation.clock(),
            allowance,
            key if is_long_enough(key) else None,
            register_of(self._address),
        )
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @answered
    def Invoke(self, request: Any, _: Any) -> Any:  # noqa: D102, N802
        if request.tok != FUNCTION:
            raise ConfigurationError(f"{request.tok}: there is no such function.")
        arguments = {key: plain(value) for key, value in document(request.args).items()}
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").update(image_access(self._run, arguments))
        return response

    # -- shares ---------------------------------------------------------------------------------------

    @answered
    def Check(self, request: Any, _: Any) -> Any:  # noqa: D102, N802
        sent = document(request.news)
        secret = secret_fields(sent)
        # What no share has as an input is named once, by its spelling.
        news = {name: value for name, value in share_properties(sent).items() if name not in OUTPUTS}
        checked = Preview(self._run).check(share_properties(document(request.olds)), news)
        failing = (*checked.failures, *self._clash(request.urn, checked.inputs, checked.failures))
        texts = [*foreign_names(sent), *map(self.words, failing)]
        failures = [provider_pb2.CheckFailure(property="", reason=redact(text)) for text in texts]
        return provider_pb2.CheckResponse(inputs=to_struct(checked.inputs, secret), failures=failures)

    def _clash(self, urn: str, inputs: Mapping[str, Any], failures: tuple[str, ...]) -> tuple[str, ...]:
        """Return why another share of the stack must not stand beside this one, as a sentence."""
        if failures or not urn or not state.is_known(inputs):
            return ()
        share = state.share(inputs)
        other = self._run.ledger(share.image).claim(urn, share)
        if other is None:
            return ()
        both = f"{_name(other)} and {_name(urn)}"
        return (
            f"accounts: {both} name the same image {share.image}, and the same account, or one of them is"
            " exclusive; put all accounts into one share.",
        )

    @answered
    def Diff(self, request: Any, _: Any) -> Any:  # noqa: D102, N802
        sent = document(request.olds)
        olds, news = share_properties(sent), share_properties(document(request.news))
        difference = Preview(self._run).diff(olds, news)
        detailed = differences(olds, news, share_properties(document(request.old_inputs)))
        # State of the dynamic provider has outputs that programs of other languages could not read.
        some = bool(detailed) or difference.changes is True or "__provider" in sent
        changes = provider_pb2.DiffResponse.DIFF_SOME if some else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=changes,
            replaces=[NATIVE[name] for name in difference.replaces],
            diffs=sorted({path.partition("[")[0] for path in detailed}),
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    @answered
    def Create(self, request: Any, _: Any) -> Any:  # noqa: D102, N802
        props, secret = _with_timeout(request.properties, request.timeout)
        if request.preview:
            resource_id = str(state.image_key(props)) if state.names_image(props) else ""
            planned = to_struct(_planned(props, {}), secret)
            return provider_pb2.CreateResponse(id=resource_id, properties=planned)
        resource_id = str(state.image_key(props))
        try:
            created = Lifecycle(self._run).create(props)
        except NotConverged as exc:
            holding = Readings(self._run).after_failed_create(exc, props)
            self._keep(exc, resource_id, props, holding, secret)
        properties = to_struct(state.outputs_of(created), secret)
        return provider_pb2.CreateResponse(id=resource_id, properties=properties)

    @answered
    def Update(self, request: Any, _: Any) -> Any:  # noqa: D102, N802
        olds = share_properties(document(request.olds))
        news, secret = _with_timeout(request.news, request.timeout)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=to_struct(_planned(news, olds), secret))
        try:
            updated = Lifecycle(self._run).update(olds, news)
        except NotConverged as exc:
            holding = Readings(self._run).after_failed_update(exc, olds, news)
            self._keep(exc, request.id, news, holding, secret)
        return provider_pb2.UpdateResponse(properties=to_struct(state.outputs_of(updated), secret))

    @answered
    def Read(self, request: Any, _: Any) -> Any:  # noqa: D102, N802
        props, secret = _with_timeout(request.properties, request.timeout)
        if "service" not in props:
            live: ShareState | None = Readings(self._run).of_image(
                request.id, request.timeout or DEFAULTS["timeout"]
            )
        else:
            live = Lifecycle(self._run).read(props)
        if live is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=request.id,
            properties=to_struct(state.outputs_of(live), secret),
            inputs=to_struct(state.inputs_of(live), secret),
        )

    @answered
    def Delete(self, request: Any, _: Any) -> Any:  # noqa: D102, N802
        props, _secret = _with_timeout(request.properties, request.timeout)
        Lifecycle(self._run).delete(props)
        return empty_pb2.Empty()

    def _keep(
        self,
        exc: NotConverged,
        resource_id: str,
        props: Mapping[str, Any],
        holding: ShareState | None,
        secret: frozenset[str],
    ) -> NoReturn:
        """Raise a failure with what holds; plainly where state has nothing to keep."""
        if holding is None:
            raise exc
        secret_accounts = {"accounts_secret": True} if props.get("accounts_secret") else {}
        outputs = {**state.outputs_of(holding), **secret_accounts}
        raise PartialStateError(exc, resource_id, outputs, secret) from exc


def _name(urn: str) -> str:
    return urn.split("::", 3)[-1]


def _with_timeout(struct: Any, seconds: float) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the properties of a share with the time that customTimeouts gives, and its secret fields."""
    sent = document(struct)
    properties = share_properties(sent)
    return {**properties, "timeout": seconds} if seconds else properties, secret_fields(sent)


def _planned(props: Mapping[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a preview knows of the outputs."""
    outputs = {"owned_accounts": props.get("accounts"), "foreign_accounts": UNKNOWN}
    return {**props, **outputs, "owner_id": olds.get("owner_id") or UNKNOWN}
