# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import domain_mixin
from . import domain_candidates_mixin
from . import master_mixin
from . import master_beside_mixin
from . import master_job_upserted
from . import master_cost_code_upserted
from . import master_supplier_upserted
from . import master_item_upserted
