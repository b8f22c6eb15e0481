from odoo import models


class ConstructionAuditedMixin(models.AbstractModel):
    """Notes each change of fields that are evidence, whatever the context says of tracking."""

    _name = "construction.audited.mixin"
    _description = "Changes Are Evidence"

    # names of the fields whose changes are noted
    _audited = ()

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

    def _audited_words(self, field):
        value = self[field.name]
        if field.relational:
            return ", ".join(sorted(value.mapped("display_name")))
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value or "")
        return "" if value in (False, None) else str(value)
