"""What a preview checks and says: the inputs, the difference from state, and the accounts it would touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alicloud_image_share.cloud import services
from alicloud_image_share.cloud.configured_owner import configured_owner
from alicloud_image_share.errors import ConfigurationError
from alicloud_image_share.lifecycle import inputs, state
from alicloud_image_share.lifecycle.access_preview import AccessPreview
from alicloud_image_share.lifecycle.inputs import CheckedInputs
from alicloud_image_share.lifecycle.owner_on_list import ConfiguredOwner
from alicloud_image_share.lifecycle.run import Guard, Run
from alicloud_image_share.sharing.access_end import ending
from alicloud_image_share.sharing.accounts import plain_notes, text_notes
from alicloud_image_share.sharing.failures import AccountNaming
from alicloud_image_share.sharing.model import NO_NOTES, Share, ShareState
from alicloud_image_share.sharing.notices import Kind, Notice, about, counted
from alicloud_image_share.sharing.plan import intent_of


@dataclass(frozen=True, slots=True)
class Difference:
    """What diff answers: which inputs replace, and whether to update; None lets the engine compare."""

    replaces: tuple[str, ...]
    changes: bool | None


@dataclass(frozen=True, slots=True)
class Preview:
    """Check and diff of the shares of one run; sends no write."""

    run: Run

    def check(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> CheckedInputs:
        """Check the inputs, note what the share asks for, and say what the engine's diff can't show."""
        self.run.register.note_check()
        checked = self._form(olds, news)
        if checked.failures:
            return CheckedInputs(checked.inputs, (*self.run.problems, *checked.failures))
        share = state.share(checked.inputs) if state.is_known(checked.inputs) else None
        if share:
            self.run.ledger(share.image).want_accounts(share)
        failures = (
            *self.run.problems,
            *self._endpoint_problem(checked.inputs),
            *Guard(self.run).listed(
                checked.inputs, news["accounts"], left_out={*checked.left_out, *checked.ended}
            ),
        )
        if checked.left_out and not failures and state.stored(olds) != checked.inputs:
            self._say_left_out(checked)
        if not failures:
            self._say_ends(state.stored(olds), checked)
        if share and not failures:
            failures = self._announce(state.stored(olds), checked.inputs, share)
        elif not failures and checked.inputs.get("exclusive"):
            words = "its inputs are not all known yet; whoever else has access is not named"
            self.run.engine.say(Notice(state.shown_image(checked.inputs), Kind.SKIPPED, detail=words))
        return CheckedInputs(checked.inputs, failures)

    def _form(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> CheckedInputs:
        """Check the inputs by themselves."""
        service = news.get("service")
        quota = self.run.limits(service).accounts_per_image if service in services.names() else None
        configured = self.run.settings.region
        region = configured or olds.get("region_id") or self.run.region_before(news)
        if region and not configured:
            self.run.remember_region(news, region)
        same = all(olds.get(key) == news.get(key) for key in ("service", "image_id"))
        before = olds.get("accounts") if same else None
        return inputs.check(
            news,
            default_region=region,
            quota=quota,
            before=before or NO_NOTES,
            owner=self._configured_owner(news.get("role_arn")),
            now=self.run.now,
        )

    def _configured_owner(self, role_arn: object) -> ConfiguredOwner:
        """Return the owner of the image, where a role that is known or the configuration names it."""
        settings = self.run.settings
        if role_arn is not None and not isinstance(role_arn, str):
            return ConfiguredOwner()
        return ConfiguredOwner(configured_owner(settings, role_arn), settings.skip_owner)

    def _say_left_out(self, checked: CheckedInputs) -> None:
        """Say once of an image who owns it and is left out of its list; create and update compare that."""
        (owner,) = checked.left_out
        image = state.image_key(checked.inputs) if state.names_image(checked.inputs) else None
        if image and not self.run.ledger(image).leave_out(owner):
            return
        secret, notes = checked.inputs.get("accounts_secret") is True, plain_notes(checked.left_out)
        shown = state.shown_image(checked.inputs)
        self.run.engine.say(about(shown, Kind.LEFT_OUT, notes, notes, secret=secret))

    def _say_ends(self, olds: Mapping[str, Any], checked: CheckedInputs) -> None:
        """Name whose access has ended, in the run that no longer asks for it, and whose access ends soon."""
        secret, shown = checked.inputs.get("accounts_secret") is True, state.shown_image(checked.inputs)
        if checked.ended and olds != checked.inputs:
            self.run.engine.say(about(shown, Kind.ENDED, checked.ended, checked.ended, secret=secret))
        accounts = checked.inputs["accounts"]
        notes = text_notes(accounts) if isinstance(accounts, Mapping) else {}
        if soon := ending(notes, self.run.now, self.run.settings.ends.warn_days):
            self.run.engine.say(about(shown, Kind.ENDING, soon, soon, secret=secret))

    def _endpoint_problem(self, checked: Mapping[str, Any]) -> tuple[str, ...]:
        if not state.names_image(checked):
            return ()
        image = state.image_key(checked)
        try:
            self.run.settings.endpoint(services.service(image.service).API, image.region_id)
        except ConfigurationError as exc:
            return (str(exc),)
        return ()

    def _announce(self, olds: Mapping[str, Any], news: dict[str, Any], share: Share) -> tuple[str, ...]:
        old, ledger = None, self.run.ledger(share.image)
        if olds and state.is_known(olds) and state.image_key(olds) == share.image:
            old = state.share(olds)
            ledger.remember_first_check(news, old.account_ids)
        return AccessPreview(
            run=self.run,
            share=share,
            old=old,
            changed=olds != news,
            accounts_before=ledger.accounts_before(news) if old is None else None,
        ).announce()

    def _announce_losses(self, before: ShareState, after: Share) -> None:
        """Say of everybody who leaves the list, and of the owner's ECS, what follows from it."""
        engine, names, owner = self.run.engine, AccountNaming.of(before.share, after), before.owner_id
        intent = intent_of(before, after, self.run.ledger(after.image).claims()).without(owner)
        # Whose removal check has announced was told of there.
        loses = intent.losses & before.share.account_ids
        leaving = before.share.account_ids - after.account_ids - {owner}
        engine.say_about(names, Kind.KEEPS, leaving - intent.removals)
        if names.secret and after.account_ids != before.share.account_ids:
            engine.say(counted(after.image, len(intent.wanted - intent.previously_listed), len(loses)))
        engine.say_about(names, Kind.LOSES, loses)
        if before.share.share_to_ecs and after.share_to_ecs is False:
            engine.say(Notice(str(after.image), Kind.LEAVES_ECS))

    def _announce_left(self, before: ShareState) -> None:
        """Say of an image that a share leaves for another one who loses it."""
        image = before.share.image
        intent = intent_of(before, None, self.run.ledger(image).claims())
        self.run.engine.say_about(AccountNaming.of(before.share), Kind.LOSES, intent.losses)
        if intent.share_to_ecs is False:
            self.run.engine.say(Notice(str(image), Kind.LEAVES_ECS))

    def diff(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Difference:
        """Compare state with checked inputs."""
        old = state.stored(olds)
        new = state.stored(news)
        replaces = tuple(key for key in state.IDENTITY if old.get(key) != new.get(key))
        if replaces and not old.get("retain_on_delete"):
            # The engine goes by the option that state has, not by one that comes with the replacement.
            self._announce_left(state.share_state(olds))
        if replaces or not state.is_known(new):
            return Difference(replaces, None)
        before, after = state.share_state(olds), state.share(news)
        leaving = (before.share.account_ids & set(before.owned)) - after.account_ids
        if leaving and not old.get("retain_on_delete"):
            # An option may make this a replacement, which takes them off after its create has read the image.
            self.run.ledger(after.image).record_owned(leaving)
        if self.run.ledger(after.image).accounts_before(new) is not None:
            # Else nobody asked for this: a refresh compares state with what it has read.
            self._announce_losses(before, after)
        if state.comparable(old) == state.comparable(new):
            return Difference((), changes=bool(set(before.owned) - after.account_ids))
        return Difference((), None)
