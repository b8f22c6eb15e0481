# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A model that two addons give a mixin, neither of which knows the other."""

from odoo import fields, models


class FakeContact(models.Model):
    _name = "fake.contact"
    _description = "Fake Contact"

    name = fields.Char()


class FakeContactTraced(models.Model):
    """By an addon on the hub alone."""

    _name = "fake.contact"
    _inherit = ["fake.contact", "construction.traced.mixin"]


class FakeContactKnown(models.Model):
    """By an addon on master data, as this one gives it to partners."""

    _name = "fake.contact"
    _inherit = ["fake.contact", "construction.external.mixin"]
