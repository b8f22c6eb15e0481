# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.construction_base.lib.decimals import decimal


class FakeCharge(models.Model):
    """A document of a later addon that knows nothing of purchasing: without lines, coded by plain fields."""

    _name = "fake.charge"
    _description = "Fake Charge"
    _inherit = ["construction.left.behind.mixin", "construction.left.behind.line.mixin"]
    _construction_coded_by = ("procurement.material.requested",)

    name = fields.Char()
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    job_id = fields.Many2one("project.project")
    cost_code_id = fields.Many2one("construction.cost.code")
    amount = fields.Float()
    state = fields.Selection([("draft", "Draft"), ("posted", "Posted")], default="draft")

    @api.model
    def _construction_open_lines(self, domain, kind, records):
        charges = self.search(domain & Domain("state", "=", "draft"), order="id")
        return {charge: decimal(charge.amount) for charge in charges}


class FakeTicket(models.Model):
    """Another, with lines that have a distribution."""

    _name = "fake.ticket"
    _description = "Fake Ticket"
    _inherit = ["mail.thread", "construction.left.behind.mixin"]

    name = fields.Char()


class FakeTicketLine(models.Model):
    _name = "fake.ticket.line"
    _description = "Fake Ticket Line"
    _inherit = ["analytic.mixin", "construction.coding.mixin", "construction.left.behind.line.mixin"]
    _construction_document_field = "ticket_id"

    ticket_id = fields.Many2one("fake.ticket")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)

    @api.model
    def _construction_open_lines(self, domain, kind, records):
        return {line: decimal(7) for line in self.search(domain)}
