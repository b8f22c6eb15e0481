# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ConstructionAuditedMixin(models.AbstractModel):
    """Notes each change of fields that are evidence, whatever the context says of tracking."""

    _name = "construction.audited.mixin"
    _description = "Changes Are Evidence"

    # names of the fields whose changes are noted
    _audited = ()
    # whether it is noted, too, that one was made or deleted
    _audited_life = False

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._audited_life:
            words = {record.id: record._audited_summary() for record in records}
            self.env["construction.audit.entry"]._note(records, self.env._("Made"), after=words)
        return records

    def unlink(self):
        if self._audited_life:
            words = {record.id: record._audited_summary() for record in self}
            self.env["construction.audit.entry"]._note(self, self.env._("Deleted"), before=words)
        return super().unlink()

    def write(self, vals):
        names = [name for name in self._audited if name in vals]
        if not names:
            return super().write(vals)
        before = self._audited_values(names)
        result = super().write(vals)
        after = self._audited_values(names)
        entries = self.env["construction.audit.entry"]
        for name in names:
            changed = self.filtered(
                lambda record, n=name: before[n].get(record.id) != after[n].get(record.id)
            )
            if changed:
                label = self._fields[name]._description_string(self.env)
                entries._note(changed, label, before[name], after[name])
        return result

    def _audited_values(self, names):
        """The values of fields in words, by field and record."""
        stored = self.sudo().exists()
        return {
            name: {record.id: record._audited_words(record._fields[name]) for record in stored}
            for name in names
        }

    def _audited_summary(self):
        """What is evidence of a record, in words."""
        named = [(self._fields[name], self._audited_words(self._fields[name])) for name in self._audited]
        return "; ".join(f"{field._description_string(self.env)}: {words}" for field, words in named if words)

    def _audited_words(self, field):
        value = self[field.name]
        if field.relational:
            return ", ".join(sorted(value.mapped("display_name")))
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value or "")
        return "" if value in (False, None) else str(value)
