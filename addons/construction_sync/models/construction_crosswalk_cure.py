# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models, tools

from ..lib.meaning import ALIVE
from ..lib.words import listed


class ConstructionCrosswalkCure(models.Model):
    """Records that a person brings back, moves back or renumbers: what was stopped at them goes on."""

    # apart from the crosswalk itself: what keys mean and what sets messages free are two ideas
    _inherit = "construction.crosswalk"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @tools.ormcache()
    def _curing_fields(self):
        """The fields whose change may set messages free: {model: names}, of all models that keys mean."""
        curing = {}
        for handler in self.env["construction.event.handler"]._declared():
            for model, names in handler._cures().items():
                curing.setdefault(model, set()).update(names)
        for model in {*self._watched_models(), *curing}:
            fields_of = self.env[model]._fields
            names = curing.setdefault(model, set())
            names.update(name for name in (self.env[model]._active_name, "company_id") if name in fields_of)
            # what a record has by its parent is changed there as well
            for parent in self.env[model]._inherits:
                inherited = {name for name in names if fields_of[name].inherited or fields_of[name].related}
                curing.setdefault(parent, set()).update(inherited & set(self.env[parent]._fields))
        return {model: frozenset(names) for model, names in curing.items()}

    @api.model
    def _curable_causes(self):
        """How causes begin that end when their record can be used again; a module adds its own."""
        return ("archived:", "company:", "taken:", "currency:")

    @api.model
    def _note_changed(self, records):
        """Let go on what was stopped at these records, as far as they can be used now."""
        groups = [records]
        for model, field in self._watched_models().get(records._name, ()):
            if self.env[model]._inherits.get(records._name) == field:
                children = self.env[model].sudo().with_context(active_test=False)
                groups.append(children.search([(field, "in", records.ids)], order="id"))
        references = [f"{group._name},{res_id}" for group in groups for res_id in group.ids]
        items = self.env["construction.exception"].sudo()._about(references)
        causes = self._curable_causes()
        items = items.filtered(lambda item: item.cause_key.startswith(causes) and self._is_usable(item))
        messages = items.blocked_ids
        if messages:
            names = listed(self.env, dict.fromkeys(item.record_ref.display_name for item in items))
            messages._requeue(
                self.env._("%(records)s: put right by %(user)s", records=names, user=self.env.user.name)
            )

    @api.model
    def _is_usable(self, item):
        record = item.record_ref
        source = item.source_id
        return bool(record) and ALIVE in self._states(source, {(record._name, record.id)}).values()
