# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import construction_external_mixin
from . import construction_cost_code
from . import product_product
from . import project_project
from . import project_project_manager
from . import res_partner
from . import res_partner_company
from . import res_partner_tax_number
from . import res_partner_terms
