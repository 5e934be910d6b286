"""The control beside the cloud: state, calls, faults and permissions, as documents under ``/_control/``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .cloud import read_cloud
from .fault_document import read_faults
from .faults import FaultSchedule
from .policy import read_policies
from .trust import read_roles

if TYPE_CHECKING:
    from .gateway import Gateway

Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Control:
    """Shows and sets what is behind the gateway; never logged, never signed."""

    gateway: Gateway
    first_account: str

    def state(self) -> Document:
        """Return the state document; putting it again restores this state."""
        return self.gateway.cloud.document()

    def put_state(self, document: object) -> None:
        """Replace the whole state; what the document leaves out has its default."""
        regional = {
            service.name: service.has_regions for service in self.gateway.services if service.has_images
        }
        self.gateway.cloud = read_cloud(document, regional, self.first_account)

    def calls(self) -> list[Document]:
        """Return all calls since the last clearing, the oldest first."""
        return [call.document() for call in self.gateway.calls]

    def clear_calls(self) -> None:
        """Forget all calls."""
        self.gateway.calls.clear()

    def put_faults(self, document: object) -> None:
        """Replace all faults; their counting starts anew."""
        actions = {service.name: service.actions for service in self.gateway.services}
        self.gateway.fault_schedule = FaultSchedule.of(read_faults(document, actions))

    def put_policies(self, document: object) -> None:
        """Replace all policies; a key that has none may do everything."""
        self.gateway.policies = read_policies(document, self.gateway.authenticator.accounts)

    def put_roles(self, document: object) -> None:
        """Replace what is known of roles; one that is not named trusts everybody, and may do everything."""
        self.gateway.roles = read_roles(document)
