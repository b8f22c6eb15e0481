# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    base_partner_merge_automatic_wizard,
    credential_secret,
    crosswalk_load_reject,
    crosswalk_remap,
    exception_decide,
    exception_ignore,
    message_correct,
    message_redact,
    message_take_up,
)
