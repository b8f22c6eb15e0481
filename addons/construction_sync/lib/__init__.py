"""Plain Python: no Odoo import, unit-tested in milliseconds."""
