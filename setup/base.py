# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Run in an Odoo shell on the base template: what every database here starts from."""

# Nothing here may call out: the machine may have no network, and a test must not depend on it.
for xmlid in ("mail.ir_cron_module_update_notification", "iap.ir_cron_iap"):
    cron = env.ref(xmlid, raise_if_not_found=False)  # noqa: F821
    if cron:
        cron.active = False
env["ir.config_parameter"].set_param("web.base.url.freeze", "True")  # noqa: F821
env.cr.commit()  # noqa: F821
