# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..lib import compliance
from ..tools import given_names
from .account_move import RELEASE_GROUP

WAIVER = ("waived_until", "waived_by_id", "waived_at", "waiver_reason")
WORST_FIRST = (compliance.EXPIRED, compliance.WAIVED, compliance.SOON, compliance.VALID)
# what changes whether a document stops anything
DECISIVE = {"active", "company_id", "expires", "kind", "partner_id", *WAIVER}


class ConstructionComplianceDocument(models.Model):
    """A licence, an insurance or what else a supplier has to show, with the day on which it expires."""

    _name = "construction.compliance.document"
    _description = "Compliance Document"
    _inherit = ["mail.thread", "construction.reach.mixin"]
    _order = "partner_id, kind, expires desc, id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('parent_id', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", default=lambda self: self.env.company
    )
    kind = fields.Char(required=True, tracking=True, help="Such as insurance or trade licence.")
    number = fields.Char(required=True, tracking=True)
    expires = fields.Date(required=True, tracking=True, help="The last day on which it is good.")
    active = fields.Boolean(default=True, tracking=True)
    from_event = fields.Boolean(
        readonly=True, copy=False, help="A system sent it, and archives it by leaving it out of its list."
    )
    status = fields.Selection(
        [("valid", "Valid"), ("soon", "Expires Soon"), ("expired", "Expired"), ("waived", "Waived")],
        compute="_compute_status",
        help="As of today in the time zone of the company.",
    )
    waived_until = fields.Date(readonly=True, copy=False, tracking=True)
    waived_by_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    waived_at = fields.Datetime(readonly=True, copy=False)
    waiver_reason = fields.Char(readonly=True, copy=False, tracking=True)

    _number_unique = models.UniqueIndex(
        "(company_id, partner_id, lower(kind), number)", "This document of the supplier is there already."
    )

    @api.depends("kind", "number")
    def _compute_display_name(self):
        for document in self:
            document.display_name = f"{document.kind} {document.number}"

    @api.depends("expires", "waived_until", "company_id.construction_compliance_days")
    def _compute_status(self):
        for document in self:
            company = document.company_id
            document.status = document.expires and compliance.status(
                document._construction_as_document(),
                company._construction_today(),
                company.construction_compliance_days,
            )

    def _construction_as_document(self):
        return compliance.Document(
            key=self.id,
            kind=self.kind,
            expires=self.expires,
            waived_until=self.waived_until or None,
            waived_by=self.waived_by_id.id,
        )

    @api.model
    def _construction_statuses(self, company, partner_ids=None):
        """The worst status of what guards, by supplier.

        :param partner_ids: look at these only
        :return: dict partner id → status; without the suppliers that have no document
        """
        domain = [("company_id", "=", company.id)]
        if partner_ids is not None:
            domain.append(("partner_id", "in", partner_ids))
        today, days = company._construction_today(), company.construction_compliance_days
        guarded = company._construction_guarded_kinds()
        found = {}
        for partner, documents in self.sudo().search(domain).grouped("partner_id").items():
            counted = compliance.newest(document._construction_as_document() for document in documents)
            statuses = {
                compliance.status(document, today, days)
                for kind, document in counted.items()
                if guarded is None or kind in guarded
            }
            found[partner.id] = next((status for status in WORST_FIRST if status in statuses), False)
        return found

    @api.constrains("partner_id")
    def _check_commercial_partner(self):
        for document in self:
            if document.partner_id.commercial_partner_id != document.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact: the document belongs to %(supplier)s.",
                        contact=document.partner_id.display_name,
                        supplier=document.partner_id.commercial_partner_id.display_name,
                    )
                )

    # --- changes --------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._construction_refuse_waiver(*vals_list)
        documents = super().create(vals_list)
        documents._construction_changed()
        return documents

    def write(self, vals):
        self._construction_refuse_waiver(vals)
        before = self.partner_id
        if "expires" in vals:
            # who waived it saw the date that it had
            renewed = self.filtered(
                lambda d: d.waived_until and d.expires != fields.Date.to_date(vals["expires"])
            )
            super(ConstructionComplianceDocument, renewed.sudo()).write(dict.fromkeys(WAIVER, False))
        result = super().write(vals)
        if DECISIVE & vals.keys():
            self._construction_changed(before)
        return result

    def _construction_refuse_waiver(self, *vals_list):
        if not self.env.su and {*WAIVER, "from_event"} & given_names(self.env, vals_list):
            raise AccessError(self.env._("A document is waived by its button, with a reason."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A compliance document is archived, not deleted."))

    def _construction_changed(self, partners=None):
        """Let go on by itself what these documents no longer stop."""
        pairs = {(d.partner_id, d.company_id) for d in self.sudo()}
        pairs |= {(partner, d.company_id) for partner in (partners or ()) for d in self.sudo()}
        for partner, company in pairs:
            partner.with_env(self.env)._construction_resume_lapsed(company)

    @api.model
    def _construction_upsert(self, partner, items):
        """Bring the documents of a supplier to what its system says, which is the whole list.

        Those that a person entered stay; one that the system no longer lists is archived.

        :param list items: dicts with ``kind``, ``number`` and ``expires`` (a date)
        :return: the documents that were created or changed
        """
        by_key, wanted, dropped = self._construction_against(partner, items)
        changed = self.browse()
        for key, item in wanted.items():
            document = by_key.get(key)
            if not document:
                vals = self._prepare_from_event_vals(partner, item)
                changed |= self.sudo().create(vals).with_env(self.env)
            elif not document.active or document.expires != item["expires"]:
                document.write({"expires": item["expires"], "active": True})
                changed |= document
        dropped.write({"active": False})
        return changed | dropped

    @api.model
    def _construction_against(self, partner, items):
        """What is known of a supplier against a list of documents, which is the whole list.

        :return: ({key: document}, {key: item}, the documents that it does not list any more)
        """
        known = self.with_context(active_test=False).search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.env.company.id)]
        )
        by_key = {(compliance.normalise_kind(d.kind), d.number.strip()): d for d in known}
        # twice in one list: the later date counts
        wanted = {}
        for item in sorted(items, key=lambda item: item["expires"]):
            wanted[compliance.normalise_kind(item["kind"]), item["number"].strip()] = item
        dropped = self.union(
            *(d for key, d in by_key.items() if d.active and d.from_event and key not in wanted)
        )
        return by_key, wanted, dropped

    @api.model
    def _construction_differences(self, partner, items):
        """What a list of documents would change, as rows of (document, expires so far, then)."""
        by_key, wanted, dropped = self._construction_against(partner, items)
        rows = []
        for key, item in wanted.items():
            document = by_key.get(key, self.browse())
            so_far = document.expires if document.active else False
            if so_far != item["expires"]:
                words = " ".join([*item["kind"].split(), item["number"].strip()])
                rows.append((words, str(so_far or ""), str(item["expires"])))
        rows += [(f"{d.kind} {d.number}", str(d.expires), self.env._("not listed")) for d in dropped]
        return rows

    def _prepare_from_event_vals(self, partner, item):
        return {
            "partner_id": partner.id,
            "company_id": self.env.company.id,
            "kind": " ".join(item["kind"].split()),
            "number": item["number"].strip(),
            "expires": item["expires"],
            "from_event": True,
        }

    # --- override -------------------------------------------------------------

    def _construction_waive(self, until, reason):
        """Let what these documents stop pass, through a day.

        It counts for nothing that the user entered: see ``lib.compliance.status``.

        :raises AccessError: without the role
        :raises UserError: without a reason or with a day that is past
        """
        user = self.env.user
        if not user.has_group(RELEASE_GROUP):
            raise AccessError(self.env._("Only a cost controller waives a compliance document."))
        self.check_access("write")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the document is waived."))
        for document in self:
            if not until or until < document.company_id._construction_today():
                raise UserError(self.env._("Say until which day the document is waived."))
            document.sudo().write(
                {
                    "waived_until": until,
                    "waived_by_id": user.id,
                    "waived_at": fields.Datetime.now(),
                    "waiver_reason": reason,
                }
            )
            document.partner_id.sudo().message_post(
                body=self.env._(
                    "%(user)s waived %(document)s through %(until)s: %(reason)s",
                    user=user.name,
                    document=document.display_name,
                    until=until,
                    reason=reason,
                ),
                author_id=user.partner_id.id,
            )

    def action_construction_waive(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive Compliance Document"),
            "res_model": "construction.compliance.waive",
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_ids": self.ids},
        }
