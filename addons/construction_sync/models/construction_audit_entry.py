# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib import work_item


class ConstructionAuditEntry(models.Model):
    """Who changed what of sources, credentials, event types, owners: written with the change, never after."""

    _name = "construction.audit.entry"
    _description = "Audit Entry"
    _order = "id desc"
    _log_access = False

    at = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True, ondelete="set null")
    user_name = fields.Char(required=True, readonly=True, help="As it was then: users may be deleted.")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", required=True, readonly=True
    )
    record_name = fields.Char(string="Of", readonly=True)
    what = fields.Char(required=True, readonly=True)
    before = fields.Char(readonly=True)
    after = fields.Char(readonly=True)

    _record_index = models.Index("(res_model, res_id)")

    @api.model
    def _note(self, records, what, before=None, after=None):
        """Note one change of records.

        :param dict before: what it was, in words, by record id
        :param dict after: what it is now
        :return: the entries, in the order of the records
        """
        names = {record.id: record.display_name for record in records}
        user = self.env.user
        return self.sudo().create(
            [
                {
                    "at": fields.Datetime.now(),
                    "user_id": user.id,
                    "user_name": user.name,
                    "company_id": record.company_id.id if "company_id" in record._fields else False,
                    "res_model": record._name,
                    "res_id": record.id,
                    "record_name": work_item.text(names[record.id]),
                    "what": what,
                    "before": work_item.text((before or {}).get(record.id) or ""),
                    "after": work_item.text((after or {}).get(record.id) or ""),
                }
                for record in records
            ]
        )

    def _in_words(self):
        """Who did it and what it was, or nothing."""
        return f"{self.user_name}: {self.after}" if self else False

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Audit entries are written with what they tell of."))
        return super().create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("An audit entry does not change."))

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self.env._("An audit entry is not deleted."))
