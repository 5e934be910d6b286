"""The gateway before the services: it finds the action, verifies who is calling, and answers."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import formatdate
from typing import TYPE_CHECKING

from .account import NOBODY
from .calls import LoggedCall
from .cloud import Cloud
from .faults import CallFaults, FaultSchedule
from .parameters import Parameters
from .policy import resource_names
from .refusal import RefusalError
from .service import Call
from .session import Session
from .trust import ANYBODY, ASSUME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .authentication import Authenticator
    from .policy import Policy
    from .service import Body, Service
    from .session import Caller
    from .signature import SignedRequest
    from .trust import RoleRules

NOT_FOUND = "Specified api is not found, please check your url and method."
NOT_ALLOWED = "User not authorized to operate on the specified resource, or this API doesn't support RAM."
ALWAYS_ALLOWED = "sts:GetCallerIdentity"
THROTTLED = "Request was denied due to user flow control."


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire, and when; a dropped one is a cut connection instead."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    delay_seconds: float
    dropped: bool


@dataclass(slots=True)
class Exchange:
    """One request on its way through the gateway: what is known of it so far."""

    request: SignedRequest
    now: float
    service: Service | None
    caller: Caller | None = None
    faults: CallFaults = field(default_factory=CallFaults)

    @property
    def action(self) -> str:
        """The action that the request names."""
        return self.request.action

    @property
    def parameters(self) -> Mapping[str, str]:
        """The parameters of the call, without those of its signature."""
        return self.request.parameters

    @property
    def time(self) -> str:
        """When the request arrived, as the cloud writes it."""
        return datetime.fromtimestamp(self.now, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def answer(self, members: Body, refusal: RefusalError | None) -> Answer:
        """Return the answer with these members beside the request's id."""
        request_id = str(uuid.uuid4()).upper()
        # By its own clock, which those who are refused for their time stamp can set theirs by.
        headers = {"x-acs-request-id": request_id, "Date": formatdate(self.now, usegmt=True)}
        if refusal and refusal.retry_after_ms is not None:
            headers["x-acs-retry-after"] = str(refusal.retry_after_ms)
        return Answer(
            status=refusal.status if refusal else 200,
            body=json.dumps({"RequestId": request_id, **members}).encode(),
            headers=headers,
            delay_seconds=self.faults.delay_seconds,
            dropped=self.faults.drops_answer,
        )

    def logged(self, refusal: RefusalError | None) -> LoggedCall:
        """Return the line of the log."""
        status = refusal.status if refusal else 200
        return LoggedCall(
            time=self.time,
            service=self.service.name if self.service else None,
            action=self.action,
            parameters=self.parameters,
            status=None if self.faults.drops_call else status,
            code=refusal.code if refusal else None,
            account=(self.caller.id or None) if self.caller else None,
        )


@dataclass(slots=True)
class Gateway:
    """Everything behind the port; one thread owns it."""

    services: tuple[Service, ...]
    authenticator: Authenticator
    clock: Callable[[], float]
    cloud: Cloud = field(default_factory=Cloud)
    calls: list[LoggedCall] = field(default_factory=list)
    fault_schedule: FaultSchedule = field(default_factory=FaultSchedule)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    """Access key → what it may do; any other key may do everything."""
    roles: Mapping[str, RoleRules] = field(default_factory=dict)
    """Role → what it may do, and who may assume it; any other role trusts all, and may do everything."""

    def answer(self, request: SignedRequest) -> Answer:
        """Carry a call out, or refuse it; either way it is logged."""
        exchange = Exchange(request, self.clock(), self._service(request))
        refusal: RefusalError | None = None
        try:
            members = self._carry_out(exchange)
        except RefusalError as error:
            refusal = error
            host = request.headers.get("host", "")
            members = {"HostId": host, "Code": error.code, "Message": error.message}
        self.calls.append(exchange.logged(refusal))
        return exchange.answer(members, refusal)

    def _service(self, request: SignedRequest) -> Service | None:
        offering = (
            service
            for service in self.services
            if service.version == request.version and request.action in service.actions
        )
        return next(offering, None)

    def _carry_out(self, exchange: Exchange) -> Body:
        service = exchange.service
        if service is None:
            raise RefusalError(404, "InvalidAction.NotFound", NOT_FOUND)
        behaviour = self.cloud.behaviour
        exchange.caller = (
            NOBODY
            if exchange.action in service.unsigned
            else self.authenticator.caller(exchange.request, behaviour, exchange.now)
        )
        self._allow(service, exchange, exchange.caller)
        region_id = exchange.parameters.get("RegionId", "")
        exchange.faults = self.fault_schedule.next(service.name, exchange.action, region_id)
        exchange.faults.refuse()
        if exchange.faults.drops_call:
            return {}
        self._admit(service, exchange.action, exchange.caller, exchange.now)
        if exchange.request.answer_format.upper() != "JSON":
            raise RefusalError(
                400, "InvalidParameter", "The parameter Format is not JSON, as all answers are."
            )
        parameters = Parameters(exchange.parameters)
        if behaviour["unknown_parameters"] == "refused" and exchange.action in service.parameters:
            parameters.check_names(exchange.action, service.parameters[exchange.action])
        call = Call(
            action=exchange.action,
            parameters=parameters,
            caller=exchange.caller,
            cloud=self.cloud,
            now=exchange.time,
            faults=exchange.faults,
            seconds=exchange.now,
            accounts=frozenset(account.id for account in self.authenticator.accounts.values()),
            sessions=self.authenticator.sessions,
        )
        members = service.actions[exchange.action](call)
        exchange.faults.refuse_after()
        return members

    def _allow(self, service: Service, exchange: Exchange, caller: Caller) -> None:
        action = f"{service.ram}:{exchange.action}"
        if action == ALWAYS_ALLOWED:
            return
        allowed = self._may(service, action, exchange, caller)
        if not (allowed and (action != ASSUME or self._trusted(exchange, caller))):
            status, code = service.denied(self.cloud.behaviour)
            raise RefusalError(status, code, NOT_ALLOWED)

    def _may(self, service: Service, action: str, exchange: Exchange, caller: Caller) -> bool:
        policies = self._policies(caller)
        if not policies:
            return True
        pattern = service.resources.get(exchange.action, "*")
        role = exchange.parameters.get("RoleArn")
        names = (role,) if role else resource_names(pattern, caller.id, Parameters(exchange.parameters))
        return all(policy.allows(action, names) for policy in policies)

    def _policies(self, caller: Caller) -> tuple[Policy, ...]:
        """Return the policies that must all allow what a caller does; none allows everything."""
        own = (
            (self._role(caller.role.arn).policy, caller.policy)
            if isinstance(caller, Session)
            else (self.policies.get(caller.key),)
        )
        return tuple(policy for policy in own if policy is not None)

    def _trusted(self, exchange: Exchange, caller: Caller) -> bool:
        role = self._role(exchange.parameters.get("RoleArn", ""))
        return role.trusts(caller.principals, exchange.parameters.get("ExternalId", ""))

    def _role(self, arn: str) -> RoleRules:
        return self.roles.get(arn, ANYBODY)

    def _admit(self, service: Service, action: str, caller: Caller, now: float) -> None:
        behaviour = self.cloud.behaviour
        limit = service.calls_a_minute(behaviour)
        if limit is None or self.cloud.rate_limits.admit((service.name, action, caller.id), limit, now):
            return
        status, code = behaviour.number("throttling_status"), behaviour.text("throttling_code")
        raise RefusalError(status, code, THROTTLED)
