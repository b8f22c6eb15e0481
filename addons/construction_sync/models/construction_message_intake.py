# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from .construction_accept import BrokenContract


class ConstructionMessageIntake(models.Model):
    """Taking in what was refused, once the contract or the right that refused it has changed."""

    # apart from the message: what it is and how a refused one comes in are two ideas
    _inherit = "construction.message"  # pylint: disable=consider-merging-classes-inherited

    def _take_in(self):
        """Check refused messages anew, from the bytes of their deliveries, and receive them.

        A person's answer to a contract that was mended or a type that was allowed since; the sender
        has the same by sending its delivery again.

        :raises UserError: when one of them is still refused, is in already, or is not the user's to take
        """
        self._require_resolver()
        accept = self.env["construction.accept"].sudo()
        for message in self.sudo():
            if message.state != "rejected":
                raise UserError(
                    self.env._("%s was not refused, or is taken in already.", message.display_name)
                )
            config = self.env["construction.source"]._runtime(message.source_id.code)
            entry = message._read_anew(config)
            holder = accept._find_holder(config, entry)
            if holder:
                raise UserError(
                    self.env._(
                        "%(message)s came in by another delivery meanwhile, with the receipt %(receipt)s.",
                        message=message.display_name,
                        receipt=holder[0],
                    )
                )
            note = self.env._("Taken in by %s: checked anew.", self.env.user.name)
            accept._take_in_message(message, entry, note)
        self.sudo()._wake_shards()

    def _read_anew(self, config):
        """The event of this message, read from its delivery by the contract of today.

        :raises UserError: naming what is still wrong with it
        """
        self.ensure_one()
        accept = self.env["construction.accept"]
        received = {"received_at": self.received_at}
        delivery = self.delivery_id
        for event, data_hash in zip(delivery._events(), delivery._data_hashes(), strict=True):
            try:
                entry = accept._prepare_entry(config, received, event)
            except BrokenContract as error:
                raise UserError(
                    self.env._("The contract cannot be read: %s. Update the module that brings it.", error)
                ) from error
            row = entry["row"]
            if (data_hash, row["event_id"], row["event_source"]) == (
                self.data_hash,
                self.event_id or None,
                self.event_source or None,
            ):
                break
        else:
            raise UserError(self.env._("The delivery of %s does not hold it.", self.display_name))
        if entry["faults"]:
            lines = [f"{fault['pointer'] or '/'}: {fault['detail']}" for fault in entry["faults"]]
            raise UserError(
                self.env._(
                    "%(message)s is refused still:\n%(faults)s\nMend the contract, allow the type at "
                    "%(system)s, or have the sender correct it.",
                    message=self.display_name,
                    faults="\n".join(lines),
                    system=self.source_id.name,
                )
            )
        return entry
