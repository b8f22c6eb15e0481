# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError

from ..lib import ownership

MADE, SAID = "made", "said"
MANAGER = "construction_base.group_integration_manager"
GROUPS = [
    ("identity", "Identity"),
    ("address", "Address"),
    ("terms_tax", "Terms and Tax"),
    ("bank", "Bank"),
    ("status", "Status"),
    ("hierarchy", "Hierarchy"),
]


class ConstructionOwnershipRule(models.Model):
    """Which system says what of which records: the system of record, by field group.

    A rule of a record comes before one of its kind, and that before who made the record, which is noted
    when an event makes it. Without any, a person made it, and Odoo owns it. A rule never changes: another
    one takes its place, and it stays as history.
    """

    _name = "construction.ownership.rule"
    _description = "System of Record"
    _inherit = ["construction.audited.mixin"]
    _audited = ("kind", "field_group", "source_id", "valid_until")
    _order = "valid_until desc, id desc"
    _rec_name = "owner_name"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(selection="_selection_kind", string="Object", required=True)
    res_model = fields.Char(
        string="Model", compute="_compute_res_model", store=True, precompute=True, readonly=True
    )
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", help="Empty: all objects of this kind."
    )
    res_domain = fields.Json(compute="_compute_res_domain")
    record_name = fields.Char(compute="_compute_record_name", string="Of")
    field_group = fields.Selection(GROUPS, string="Fields", help="Empty: all fields.")
    source_id = fields.Many2one(
        "construction.source",
        string="System",
        check_company=True,
        ondelete="restrict",
        domain="[('kind', '=', 'system'), ('company_id', '=', company_id)]",
        help="The system whose events write these fields. Empty: Odoo, where people write them.",
    )
    key = fields.Char(
        string="By the Key", readonly=True, help="The key under which the system made the record."
    )
    owner_name = fields.Char(compute="_compute_owner_name", string="Owner")
    origin = fields.Selection(
        [(MADE, "Made It"), (SAID, "Said by a Person")], required=True, readonly=True, default=SAID
    )
    reason = fields.Char(help="Kept for the auditor.")
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True)
    valid_from = fields.Datetime(readonly=True, default=fields.Datetime.now)
    valid_until = fields.Datetime(readonly=True)
    is_current = fields.Boolean(compute="_compute_is_current")

    _current_unique = models.UniqueIndex(
        "(company_id, kind, COALESCE(res_id, 0), COALESCE(field_group, ''), origin)"
        " WHERE valid_until IS NULL",
        "There is a rule for this already.",
    )
    _record_index = models.Index("(res_model, res_id) WHERE valid_until IS NULL")

    # ---- what handlers declare -----------------------------------------------------------

    @api.model
    # tests add handlers to a registry that is there
    @tools.ormcache("len(self.pool)")
    def _owned_models(self):
        """The models of the kinds of objects that have owners, as handlers declare them: {kind: model}."""
        found = (handler._owned_object() for handler in self.env["construction.event.handler"]._declared())
        return dict(sorted(pair for pair in found if pair[0]))

    @api.model
    def _kinds_of(self, model):
        """The kinds of objects that records of a model are."""
        return [kind for kind, name in self._owned_models().items() if name == model]

    @api.model
    def _selection_kind(self):
        return [(kind, kind.replace("_", " ").capitalize()) for kind in self._owned_models()]

    # ---- computed ------------------------------------------------------------------------

    @api.depends("kind")
    def _compute_res_model(self):
        models_by_kind = self._owned_models()
        for rule in self:
            rule.res_model = models_by_kind.get(rule.kind, False)

    @api.depends("kind", "company_id")
    def _compute_res_domain(self):
        crosswalk = self.env["construction.crosswalk"]
        for rule in self:
            known = rule.res_model in self.env
            rule.res_domain = (
                crosswalk._choosable_domain(rule.company_id, rule.res_model, rule.kind) if known else []
            )

    @api.depends("kind", "res_id")
    def _compute_record_name(self):
        for model, rules in self.grouped("res_model").items():
            records = self.env[model].sudo().browse(rules.mapped("res_id")) if model in self.env else None
            names = {record.id: record.display_name for record in records.exists()} if records else {}
            for rule in rules:
                missing = self.env._("deleted") if rule.res_id else self.env._("All")
                rule.record_name = names.get(rule.res_id, missing)

    @api.depends("source_id")
    def _compute_owner_name(self):
        for rule in self:
            rule.owner_name = rule.sudo().source_id.name or self.env._("Odoo")

    @api.depends("valid_until")
    def _compute_is_current(self):
        for rule in self:
            rule.is_current = not rule.valid_until

    # ---- reading -------------------------------------------------------------------------

    @api.model
    def _read_rules(self, company, kind, records):
        """What says who owns each of these records, in one statement: {id: [lib.ownership.Rule]}"""
        found = self.sudo().search_fetch(
            [
                ("kind", "=", kind),
                ("valid_until", "=", False),
                "|",
                "&",
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                "&",
                ("company_id", "=", company.id),
                ("res_id", "=", False),
            ],
            ["res_id", "field_group", "source_id", "key", "origin"],
            order="id",
        )
        general = [rule._as_rule() for rule in found if not rule.res_id]
        rules = {res_id: list(general) for res_id in records.ids}
        for rule in found:
            if rule.res_id:
                rules[rule.res_id].append(rule._as_rule())
        return rules

    def _as_rule(self):
        self.ensure_one()
        return ownership.Rule(
            ownership.Owner(self.source_id.id or None, self.key or None),
            self.field_group or None,
            bool(self.res_id),
            self.origin == MADE,
        )

    # ---- writing -------------------------------------------------------------------------

    @api.model
    def _note_made(self, source, kind, keys):
        """Note that events of a source made records: it owns them until somebody says otherwise.

        :param dict keys: {record: the key by which it was made}
        """
        vals_list = [
            {
                "company_id": source.company_id.id,
                "kind": kind,
                "res_model": record._name,
                "res_id": record.id,
                "source_id": source.id,
                "key": key,
                "origin": MADE,
            }
            for record, key in keys.items()
        ]
        return super(ConstructionOwnershipRule, self.sudo()).create(vals_list)  # pylint: disable=super-method-mismatch

    @api.model
    def _say(self, company, kind, record, source, reason, user, group=False):
        """A person says who owns a record: a group of its fields, or all of them.

        :param record: empty for all of the kind
        :param source: empty for Odoo
        """
        return self.sudo()._put(
            {
                "company_id": company.id,
                "kind": kind,
                "res_id": record.id if record else False,
                "field_group": group,
                "source_id": source.id if source else False,
                "reason": reason,
            },
            user,
        )

    def _put(self, vals, user):
        """Let one rule of a person take the place of the one before it; one of all fields, of all."""
        domain = [
            ("company_id", "=", vals.get("company_id") or self.env.company.id),
            ("kind", "=", vals["kind"]),
            ("res_id", "=", vals.get("res_id") or False),
            ("origin", "=", SAID),
            ("valid_until", "=", False),
        ]
        if vals.get("field_group"):
            domain.append(("field_group", "=", vals["field_group"]))
        former = self.sudo().search(domain)
        former._end()
        fixed = {
            "res_model": self._owned_models().get(vals["kind"], False),
            "key": False,
            "origin": SAID,
            "decided_by_id": user.id,
            "valid_from": fields.Datetime.now(),
            "valid_until": False,
        }
        rule = super().create([{**vals, **fixed}])  # pylint: disable=super-method-mismatch
        entries = self.env["construction.audit.entry"]
        entries._note(rule, self.env._("Made"), after={rule.id: rule._audited_summary()})
        return rule

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        rules = self.browse()
        for vals in vals_list:
            if not (vals.get("reason") or "").strip():
                raise UserError(self.env._("Say why: it is kept for the auditor."))
            rules += self._put(vals, self.env.user)
        return rules

    @api.constrains("kind", "res_id", "company_id")
    def _check_res_id(self):
        for rule in self.filtered(lambda rule: rule.res_id and rule.origin == SAID):
            record = self.env[rule.res_model].browse(rule.res_id).exists()
            company = record and record.sudo()._fields.get("company_id") and record.sudo().company_id
            if not record or (company and company != rule.company_id):
                raise ValidationError(
                    self.env._(
                        "Choose a record of %s that there is, or none for all of its kind.",
                        rule.company_id.name,
                    )
                )

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("A rule does not change: enter another one, and it takes the place of this one.")
        )

    def unlink(self):  # pylint: disable=method-required-super
        raise UserError(self.env._("A rule is not deleted: end it, and it stays as history."))

    def _end(self):
        if self:
            super().write({"valid_until": fields.Datetime.now()})  # pylint: disable=super-method-mismatch
            self.flush_recordset()
        return self

    def action_end(self):
        """End rules of a person: what holds then is the rule of the kind, or who made the record."""
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(self.env._("Only an integration manager says which system owns what."))
        self.check_access("write")
        made = self.filtered(lambda rule: rule.origin == MADE)
        if made:
            raise UserError(
                self.env._(
                    "%(owner)s made %(record)s: that does not change. Enter a rule that names another owner.",
                    owner=made[0].owner_name,
                    record=made[0].record_name,
                )
            )
        self.filtered("is_current")._end()
        return True

    @api.model
    def _forget(self, records):
        """End what was said of records that are merged into another."""
        self.sudo().search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids), ("valid_until", "=", False)]
        )._end()
