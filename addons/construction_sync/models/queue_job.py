# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class QueueJobChannel(models.Model):
    _name = "queue.job.channel"
    _inherit = ["queue.job.channel", "construction.shipped"]


class QueueJobFunction(models.Model):
    _name = "queue.job.function"
    _inherit = ["queue.job.function", "construction.shipped"]
