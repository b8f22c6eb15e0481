from . import (
    credential_secret,
    crosswalk_remap,
    exception_decide,
    exception_ignore,
    message_correct,
    message_take_up,
)
