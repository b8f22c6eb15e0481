# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import construction_equipment_place
from . import construction_equipment_device
from . import construction_equipment_device_assignment
from . import construction_equipment_device_fact
from . import construction_equipment_device_proposal
from . import construction_equipment_reading
from . import construction_equipment_anomaly
from . import construction_equipment_transfer
from . import construction_exception
from . import construction_message
from . import maintenance_equipment
from . import maintenance_equipment_certificate
from . import maintenance_equipment_certified
from . import maintenance_equipment_moved
from . import res_users
