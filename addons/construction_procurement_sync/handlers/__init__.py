# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import procurement_mixin
from . import procurement_asking_mixin
from . import master_mixin
from . import master_job_upserted
from . import master_cost_code_upserted
from . import master_supplier_upserted
from . import master_item_upserted
from . import procurement_material_requested
from . import purchase_order_mixin
from . import invoice_mixin
from . import invoice_correction_mixin
from . import delivery_mixin
from . import procurement_purchase_order_changed
from . import procurement_purchase_order_approved
from . import procurement_purchase_order_cancelled
from . import procurement_delivery_received
from . import procurement_invoice_received
