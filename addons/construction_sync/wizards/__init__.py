from . import credential_secret, crosswalk_remap, exception_ignore, message_correct
