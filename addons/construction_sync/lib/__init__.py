# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Plain Python: no Odoo import, unit-tested in milliseconds."""
