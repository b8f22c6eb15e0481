from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib import ownership
from .construction_event_ownership import CAUSE, CHANGE_OWNER, KEEP, OWNER


class ConstructionExceptionOwnership(models.Model):
    """What a system proposes of a record that is not its to write: one work item a record and field group.

    It is no source's: whichever proposes last stands behind it, and is what an answer means.
    """

    # apart from what is decided: whose a record is, is another idea
    _inherit = "construction.exception"  # pylint: disable=consider-merging-classes-inherited

    proposal_mark = fields.Char(readonly=True, groups=fields.NO_ACCESS)

    @api.model
    def _prepare_refresh_vals(self, message, error):
        vals = super()._prepare_refresh_vals(message, error)
        vals["proposal_mark"] = getattr(error, "mark", None) or False
        return vals

    # ---- opening -------------------------------------------------------------------------

    @api.model
    def _propose(self, message, error):
        """Open or renew the work item of what a message proposes; an older one never replaces a newer."""
        company = message.company_id
        known = self._find(company, message.source_id.browse(), error.cause_key, [("state", "=", "open")])
        newest = known.raised_by_ids.sorted(_stamp)[-1:]
        if newest and _stamp(newest) > _stamp(message):
            return known
        item = self._open(company, error)
        item._detach()
        item._note_raised(message)
        item._settle_barred()
        return item

    @api.model
    def _withdraw_proposals(self, causes):
        """End what a source does not propose any more.

        :param dict causes: {cause key: the message that says otherwise now}
        """
        if not causes:
            return
        items = self.search([("cause_key", "in", list(causes)), ("state", "=", "open")])
        for item in items:
            message, newest = causes[item.cause_key], item.raised_by_ids.sorted(_stamp)[-1:]
            if newest.source_id != message.source_id or _stamp(newest) > _stamp(message):
                continue
            item._detach()
            item._close_when_empty(
                "resolved", self.env._("%s does not propose it any more.", message.source_id.name)
            )

    # ---- deciding ------------------------------------------------------------------------

    def _proposes(self):
        return bool(self._proposed_group()) and self.cause_key.startswith(CAUSE)

    def _proposed_group(self):
        """The group of fields that this item is about, or None."""
        question = self.question or ""
        return question.removeprefix(OWNER) if question.startswith(OWNER) else None

    def _decided_on(self, message):
        vals = super()._decided_on(message)
        if self._proposes():
            vals.update(
                document_kind=CAUSE, document_key=self.cause_key, content_hash=self.sudo().proposal_mark
            )
        return vals

    def _barred(self):
        """Who corrected what a system says of finance's fields does not confirm it."""
        barred = super()._barred()
        if self._proposes() and self._proposed_group() in ownership.FINANCE:
            barred |= self.sudo().raised_by_ids.corrected_by_id
        return barred

    def _take_decision(self, vals):
        if self._proposes():
            if vals["code"] != KEEP and self.env.user in self._barred():
                raise UserError(
                    self.env._(
                        "You corrected what is proposed here: somebody else confirms it. Hand the work item "
                        "over."
                    )
                )
            if vals["code"] == CHANGE_OWNER:
                self._change_owner(vals["reason"])
        return super()._take_decision(vals)

    def _change_owner(self, reason):
        item = self.sudo()
        record, kind = item.record_ref, self.cause_key.removeprefix(CAUSE).partition(":")[0]
        if not record or not record.exists():
            raise UserError(self.env._("The record is gone: replay its event."))
        source = item.raised_by_ids.source_id[-1:]
        self.env["construction.ownership.rule"]._say(
            item.company_id, kind, record, source, reason, self.env.user, self._proposed_group()
        )

    def _ignore(self, reason, effects=None):
        # set aside by the other button it is turned down as well, for the same would ask again
        proposals = self.filtered(lambda item: item.state == "open" and item._proposes())
        for item in proposals:
            item.action_decide(KEEP, reason)
        rest = self - proposals
        return super(ConstructionExceptionOwnership, rest)._ignore(reason, effects) if rest else None


def _stamp(message):
    """How new a message is among those of several sources."""
    return message.occurred_at or message.received_at, message.id
