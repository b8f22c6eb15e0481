# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import equipment_candidates_mixin
from . import equipment_mixin
from . import master_equipment_upserted
from . import equipment_device_assigned
from . import equipment_transferred
from . import equipment_meter_replaced
from . import equipment_readings_recorded
from . import equipment_statement_mixin
from . import equipment_utilization_recorded
