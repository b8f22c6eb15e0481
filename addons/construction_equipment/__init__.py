# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The rules lie in ``lib``; what stands on them follows."""
