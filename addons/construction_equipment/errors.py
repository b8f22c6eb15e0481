# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError

from odoo.addons.construction_base.lib.named_error import NamedError

MANAGER = "construction_equipment.group_equipment_manager"


class TwoAtOnce(NamedError, UserError):
    """Of two things that are said of one time only one can be: a device on two machines."""

    category = "conflict"
    groups = MANAGER


class HoursChanged(NamedError):
    """Of machine-days that were approved something else is said by now: a person corrects or keeps them."""

    category = "variance"
    groups = MANAGER
