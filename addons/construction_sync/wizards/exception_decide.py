# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.construction_exception_decide import MAP


class ConstructionExceptionDecideWizard(models.TransientModel):
    """What a work item asks, side by side, and a button for each answer."""

    _name = "construction.exception.decide"
    _description = "Decide a Work Item"
    _inherit = ["construction.seen.mixin"]
    _pointing = ("exception_id",)
    _shows = ("exception_id",)

    exception_id = fields.Many2one("construction.exception", required=True, readonly=True)
    sentence = fields.Char(related="exception_id.sentence")
    comparison_html = fields.Html(related="exception_id.comparison_html")
    reason = fields.Char(help="Kept with the message for the auditor.")
    price = fields.Float(digits="Product Price")
    asks_price = fields.Boolean(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(string="Another One", model_field="res_model")
    res_domain = fields.Json(compute="_compute_res_domain")
    likely_ids = fields.Json(compute="_compute_res_domain")
    option_ids = fields.One2many("construction.exception.decide.option", "wizard_id", readonly=True)

    @api.depends("exception_id", "res_model")
    def _compute_res_domain(self):
        self._check_pointed()
        crosswalk = self.env["construction.crosswalk"]
        for wizard in self:
            item, model = wizard.exception_id, wizard.res_model
            kind = item.missing_kind if model == item.fix_model else None
            wizard.res_domain = (
                crosswalk._choosable_domain(item.company_id, model, kind) if model in self.env else []
            )
            wizard.likely_ids = item._likely(model)

    def _shown(self):
        return {item: item._asked_mark() for item in self.exception_id}

    @api.model
    def _of(self, item):
        """The wizard of a work item, with an option for each choice and each candidate."""
        options = []
        for choice in item.choices or ():
            allowed = item._may_choose(choice)
            if choice["needs"] == "record":
                options += [(choice, found, allowed) for found in self._candidates(item, choice["model"])]
                options.append((choice, None, allowed))
            else:
                options.append((choice, None, allowed))
        if item.fix_model and item.missing_key:
            choice = {"code": MAP, "label": self.env._("Means"), "needs": "record", "model": item.fix_model}
            allowed = item._may_map()
            options += [(choice, found, allowed) for found in self._candidates(item, item.fix_model)]
        models_asked = [choice["model"] for choice, _found, _may in options if choice["needs"] == "record"]
        return self.create(
            {
                "exception_id": item.id,
                "res_model": models_asked[0] if models_asked else False,
                "asks_price": any(choice["needs"] == "price" for choice, _found, _may in options),
                "option_ids": [(0, 0, self._prepare_option(*option)) for option in options],
            }
        )

    @api.model
    def _candidates(self, item, model):
        found = []
        for entry in item.candidates or ():
            record = self.env[model].browse(entry["id"]).exists() if entry["model"] == model else None
            if record and record.has_access("read"):
                found.append((record, entry["why"]))
        return found

    @api.model
    def _prepare_option(self, choice, found, allowed):
        record, why = found or (None, "")
        label = choice["label"]
        if record:
            label = f"{label}: {record.display_name}"
        elif choice["needs"] == "record":
            label = self.env._("%s: the one chosen below", label)
        return {
            "code": choice["code"],
            "label": label,
            "why": why,
            "res_id": record.id if record else False,
            "needs_record": choice["needs"] == "record" and not record,
            "allowed": allowed,
        }


class ConstructionExceptionDecideOption(models.TransientModel):
    _name = "construction.exception.decide.option"
    _description = "One Answer to a Work Item"
    _nothing_seen = "It is an answer in a dialog, which has the mark and is asked when this is chosen."

    wizard_id = fields.Many2one("construction.exception.decide", required=True, ondelete="cascade")
    code = fields.Char(readonly=True)
    label = fields.Char(readonly=True)
    why = fields.Char(readonly=True)
    res_id = fields.Integer(readonly=True)
    needs_record = fields.Boolean(readonly=True)
    allowed = fields.Boolean(readonly=True)

    def action_choose(self):
        """Give this answer. The work item checks again who may."""
        self.ensure_one()
        wizard, item = self.wizard_id, self.wizard_id.exception_id
        item._require_open()
        wizard._check_seen()
        res_id = wizard.res_id if self.needs_record else self.res_id
        if self.code == MAP:
            if not res_id:
                raise UserError(self.env._("Choose what %s means first.", item.missing_key))
            item.fix_res_id = res_id
            item.action_map_and_replay()
        else:
            item.action_decide(self.code, wizard.reason, res_id, wizard.price)
        return {"type": "ir.actions.act_window_close"}
