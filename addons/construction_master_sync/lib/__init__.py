# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Rules of master data as pure functions: values in, verdict out, no Odoo."""
