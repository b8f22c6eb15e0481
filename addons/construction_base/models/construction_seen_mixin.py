# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import hmac

# what has changed is named up to so many
NAMED = 3


class ConstructionSeenMixin(models.AbstractModel):
    """A wizard that decides on what it shows: on nothing else than what its user saw when it was opened.

    It says what it shows in ``_shown``, and keeps a mark of that from its opening on. What decides asks
    ``_check_seen`` first. A form of the wizard bears ``seen``, invisible: it is opened before it is stored.
    By RPC, where it is created and pressed in one go, it is marked when created.

    A wizard that decides on nothing shown says so, in a sentence, in ``_nothing_seen`` instead.
    """

    _name = "construction.seen.mixin"
    _description = "Decides on What Was Seen"
    _inherit = ["construction.pointing.mixin"]

    # names of the fields that say of what it shows something: when one of them changes, it is opened anew
    _shows = ()

    seen = fields.Char(
        compute="_compute_seen",
        store=True,
        # it comes back from the form with which it was opened
        readonly=False,
        copy=False,
        help="A mark of what was shown when this was opened.",
    )

    def _shown(self):
        """What this shows and acts on, read for everyone.

        :return: {record: figures of it, as JSON takes them}, by the records to be named when they change
        """
        raise NotImplementedError

    @api.depends(lambda self: self._shows)
    def _compute_seen(self):
        for wizard in self:
            wizard.seen = json.dumps(wizard._seen_marks(), sort_keys=True)

    def _seen_marks(self):
        """{"model,id": mark of its figures}, which tells nothing of them to who may not read them."""
        secret = self.env(su=True)
        return {
            f"{record._name},{record._origin.id}": hmac(
                secret, "construction-seen", json.dumps(figures, sort_keys=True, default=str)
            )[:20]
            for record, figures in self.sudo()._shown().items()
        }

    @api.model
    def _figures(self, records, *names):
        """The values of fields of records, for ``_shown``."""
        return [
            [record.id, *(record._fields[name].convert_to_write(record[name], record) for name in names)]
            for record in records.sorted("id")
        ]

    def _check_seen(self):
        """:raises UserError: when what this shows is no longer what was seen"""
        self.ensure_one()
        now = self._seen_marks()
        try:
            seen = dict(json.loads(self.sudo().seen or "{}"))
        except (TypeError, ValueError):
            # no mark of this kind: nothing is known to have been seen
            seen = {}
        if seen == now:
            return
        # what is there no more has no name
        changed = sorted(key for key in now if seen.get(key) != now[key])
        raise UserError(self._seen_changed(self._named_changed(changed)))

    def _named_changed(self, keys):
        """The names of what has changed, of those that the user may read."""
        names = []
        for model, record_id in (key.split(",") for key in keys):
            record = self.env[model].browse(int(record_id)).exists()
            if record and record.has_access("read"):
                names.append(record.display_name)
        return names if len(names) <= NAMED else [*names[:NAMED], "…"]

    def _seen_changed(self, names):
        if not names:
            return self.env._("What this shows has changed since you opened it. Close it, and open it again.")
        return self.env._(
            "Since you opened this, there was a change of “%s”. Close it, and open it again.",
            "”, “".join(names),
        )

    # --- the moment of opening -------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """What is opened with values to be sent back later is marked by then."""
        values = super().default_get(fields)
        if values.keys() >= set(self._shows) and self.has_access("create"):
            values["seen"] = self.new(values).seen
        return values

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("seen"):
                vals.pop("seen", None)
        wizards = super().create(vals_list)
        # now, not when it is read: it is of what is shown at this moment
        wizards.flush_recordset(["seen"])
        return wizards

    def write(self, vals):
        if "seen" in vals and not vals.keys() & set(self._shows):
            raise UserError(self.env._("What was seen is not written: open it again."))
        result = super().write(vals)
        self.flush_recordset(["seen"])
        return result
