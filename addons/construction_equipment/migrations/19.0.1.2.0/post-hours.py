# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api

AT_ONCE = 100


def migrate(cr, version):
    """Hours follow from the readings that were stored before they did."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute("SELECT DISTINCT device_id FROM construction_equipment_device_assignment ORDER BY device_id")
    devices = [device for (device,) in cr.fetchall()]
    for start in range(0, len(devices), AT_ONCE):
        spans = dict.fromkeys(devices[start : start + AT_ONCE], (None, None))
        env["construction.equipment.derivation"]._again(spans)
