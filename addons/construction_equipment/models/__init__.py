# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import construction_equipment_place
from . import construction_message
from . import maintenance_equipment
from . import maintenance_equipment_certificate
from . import maintenance_equipment_certified
from . import res_users
