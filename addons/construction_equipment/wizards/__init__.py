# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import construction_equipment_hours
from . import construction_equipment_approval
from . import construction_equipment_batch_back
from . import construction_equipment_recovery
from . import construction_equipment_recovery_line
from . import construction_reconciliation
from . import construction_period_close
