# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http


class EmptyController(http.Controller):
    @http.route(
        "/construction/bench/empty",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def empty(self, **_query):
        """What any request costs here that does nothing."""
        return http.Response("{}", status=202, mimetype="application/json")
