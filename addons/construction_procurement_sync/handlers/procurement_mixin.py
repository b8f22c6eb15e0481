# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, models

from odoo.addons.construction_job_cost.exceptions import PeriodLocked
from odoo.addons.construction_job_cost.lib.cause import Cause, Causes
from odoo.addons.construction_sync.exceptions import Hold, InvalidData, MissingReference, WaitingFor
from odoo.addons.construction_sync.lib.keys import document_key
from odoo.addons.construction_sync.models.construction_event_handler import REFS
from odoo.addons.construction_sync.models.res_users import MARK as SERVICE_MARK

from ..lib.units import standard_unit
from ..tools import decimal

CAUSES = "construction_cost_causes"
BUYER = "construction_base.group_buyer"
PAYABLE = "construction_base.group_accounts_payable"
MANAGER = "construction_base.group_project_manager"
ORDER, PERIOD, NEXT_OPEN = "order", "period", "next_open"
# what a person may choose for a key of a kind
KIND_DOMAINS = {
    "job": [("is_construction_job", "=", True)],
    "supplier": [("parent_id", "=", False)],
    "item": [("purchase_ok", "=", True)],
    "order": [("state", "!=", "cancel")],
    "order_line": [("display_type", "=", False)],
    "receipt": [("picking_type_code", "=", "incoming")],
    "invoice": [("move_type", "in", ("in_invoice", "in_refund"))],
    "tax": [("type_tax_use", "=", "purchase")],
    "project_manager": [("share", "=", False), (SERVICE_MARK, "=", False)],
}
DIRECT_PRODUCTS = ("unit", "kg", "m", "m2", "m3", "hour", "kwh")


class ConstructionProcurementMixin(models.AbstractModel):
    """What the purchasing handlers share: units, money, dates and coding of a line."""

    _name = "construction.procurement.mixin"
    _inherit = "construction.event.handler"
    _description = "Purchasing Event Handler"

    # --- references -----------------------------------------------------------

    @api.model
    def _reference_domain(self, kind):
        domain = KIND_DOMAINS.get(kind)
        return super()._reference_domain(kind) if domain is None else domain

    def _cures(self):
        # one that is activated
        return {**super()._cures(), "res.currency": set()}

    def _once(self, work, what, value, find):
        """What ``find`` gives for a value that stands in many works of a batch, looked up once."""
        cache = self.env.context.get(REFS)
        slot = (work.message.source_id.id, f"once:{what}", value)
        if cache is None:
            return find()
        if slot not in cache:
            found = find()
            cache[slot] = (found._name, found.ids)
        model, ids = cache[slot]
        return self.env[model].browse(ids)

    def _line_reference_keys(self, lines):
        for line in lines:
            yield "uom", line.get("uom")
            yield "item", line.get("item")
            yield "cost_code", line.get("cost_code")
            yield "cost_type", line.get("cost_type")
            yield "job", line.get("job")
            yield "supplier", line.get("supplier")

    def _job(self, work, key):
        work.job = self._ref(
            work,
            "job",
            key,
            model="project.project",
            sentence=self.env._("Job %s is unknown.", key),
        )
        return work.job

    def _open_job(self, work, key):
        """The job of something new that is asked for.

        :raises Hold: for one that is closed or suspended: its manager's work item
        """
        job = self._job(work, key)
        stop = job._construction_shut_stop()
        if stop:
            raise stop
        return job

    def _person_behind(self, work):
        """The job's manager, where that is a person who works here, or an empty recordset."""
        user = work.job.sudo().user_id
        items = self.env["construction.exception"]

        def find():
            able = user.active and not user.share and not items._is_service(user)
            return user if able else user.browse()

        return self._once(work, "person", user.id, find) if user else user

    def _supplier(self, work, key):
        return self._ref(
            work,
            "supplier",
            key,
            model="res.partner",
            job=work.job,
            sentence=self.env._("Supplier %s is unknown.", key),
        )

    def _buyer_of(self, order):
        """Who buys an order, where they may decide on it; else the rule says whose the item is."""
        return order._construction_buyer()

    def _cost_code(self, work, key, pointer, line=None):
        if not key and line:
            return self._chosen_code(work, line)
        if not key:
            raise InvalidData(self.env._("A line has no cost code."), pointer, job=work.job)
        return self._ref(
            work,
            "cost_code",
            key,
            model="construction.cost.code",
            job=work.job,
            sentence=self.env._("Cost code %s is unknown.", key),
        )

    def _cost_type(self, work, key):
        if not key:
            return self.env["construction.cost.type"]._construction_usual()
        mapped = self._mapped(work, "cost_type", key, "construction.cost.type")
        if mapped:
            return mapped
        # pylint: disable-next=no-search-all
        types = self.env["construction.cost.type"].with_context(lang="en_US").search([])
        wanted = key.strip().lower()
        found = types.filtered(lambda t: wanted in (t.code.lower(), t.name.lower()))
        if len(found) != 1:
            raise MissingReference("cost_type", key, "construction.cost.type", job=work.job)
        return found.with_context(lang=self.env.lang)

    def _line_type(self, work, line, item=None, cost_code=None):
        """The cost type of a line: the one it says, else what is usual for its item, or its code."""
        if line.get("cost_type"):
            return self._cost_type(work, line["cost_type"])
        return self.env["construction.cost.type"]._construction_usual(item, cost_code)

    def _line_item(self, work, line):
        """The product of the item that a line names, or an empty recordset."""
        return self._product(work, line["item"], None, None) if line.get("item") else None

    def _uom(self, work, key):
        mapped = self._mapped(work, "uom", key, "uom.uom")
        if mapped:
            return mapped
        xmlid = standard_unit(key)
        unit = self._standard("uom.uom", xmlid)
        if not unit:
            raise MissingReference(
                "uom",
                key,
                "uom.uom",
                job=work.job,
                sentence=self.env._("Unit %s is neither a standard unit nor mapped.", key),
            )
        return unit

    def _standard(self, model, xmlid):
        """A record of the installed data, or an empty one; ``env.ref`` asks the database at each call."""
        found = xmlid and self.env["ir.model.data"]._xmlid_to_res_id(xmlid)
        return self.env[model].browse(found or ())

    def _currency(self, work, name, date, **info):
        """An active currency that has a rate on date; Odoo would take 1.0 without."""
        currency = (
            self.env["res.currency"].with_context(active_test=False).search([("name", "=", name)], limit=1)
        )
        if not currency.active:
            raise InvalidData(
                self.env._("Currency %s is not active. Activate it, then replay.", name),
                "/currency",
                cause_key=f"currency:{name}",
                job=work.job,
                **{"record": currency or None, **info},
            )
        company = self.env.company
        if currency != company.currency_id and not self.env["res.currency.rate"].search_count(
            [
                ("currency_id", "=", currency.id),
                ("company_id", "in", [False, company.root_id.id]),
                ("name", "<=", date),
            ],
            limit=1,
        ):
            raise InvalidData(
                self.env._(
                    "There is no rate of %(currency)s on or before %(date)s. Enter it, then replay.",
                    currency=name,
                    date=date,
                ),
                "/currency",
                cause_key=f"rate:{name}",
                job=work.job,
                **info,
            )
        return currency

    def _product(self, work, key, uom, cost_type, archived=None):
        """The item's product, or the general one for direct purchases in this unit."""
        if key:
            return self._ref(
                work,
                "item",
                key,
                model="product.product",
                archived=archived,
                job=work.job,
                sentence=self.env._("Item %s is unknown.", key),
            )
        family = "service" if cost_type.code in ("LAB", "SUB") else "goods"
        for name in DIRECT_PRODUCTS:
            product = self._standard(
                "product.product", f"construction_procurement_sync.product_direct_{family}_{name}"
            )
            if product and product.uom_id._has_common_reference(uom):
                return product
        raise InvalidData(
            self.env._(
                "There is no general product in a unit like %s: name an item, or ask for one.",
                uom.name,
            ),
            cause_key=f"direct:{uom.name}",
            job=work.job,
        )

    def _check_unit(self, work, product, uom, pointer):
        if not product.uom_id._has_common_reference(uom):
            raise InvalidData(
                self.env._(
                    "%(product)s is kept in %(kept)s and cannot be measured in %(given)s.",
                    product=product.display_name,
                    kept=product.uom_id.name,
                    given=uom.name,
                ),
                pointer,
                job=work.job,
            )

    # --- values ---------------------------------------------------------------

    def _quantity(self, value, pointer):
        """A quantity as Decimal; one that Odoo would round away is refused, not bent."""
        quantity = self._decimal(value, pointer)
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        if quantity != decimal(float(quantity), digits):
            raise InvalidData(
                self.env._(
                    "Quantity %(quantity)s has more than %(digits)s decimals. Raise the "
                    "precision of Product Unit, then replay.",
                    quantity=quantity,
                    digits=digits,
                ),
                pointer,
                cause_key="precision:product_unit",
            )
        return quantity

    def _unique_lines(self, work, lines):
        seen = set()
        for number, line in enumerate(lines):
            if line["line"] in seen:
                raise InvalidData(
                    self.env._("Line %s is there twice.", line["line"]),
                    f"/lines/{number}/line",
                    job=work.job,
                )
            seen.add(line["line"])

    def _utc(self, job, value):
        """A moment as naive UTC; a plain date is noon of that day in the zone in which days are read."""
        if len(value) > 10:
            return self._moment(value)
        noon = datetime.combine(datetime.strptime(value, "%Y-%m-%d"), time(12), self._zone(job))
        return noon.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

    def _check_open(self, work, date, what, **info):
        """:raises PeriodLocked: when the job-cost period of date is locked"""
        lock = self.env.company.construction_cost_lock_date
        if lock and date <= lock:
            raise PeriodLocked(
                self.env._(
                    "%(what)s is dated %(date)s, but costs are locked up to %(lock)s. Have the period "
                    "reopened, or correct the date to %(proposed)s.",
                    what=what,
                    date=date,
                    lock=lock,
                    proposed=lock + timedelta(days=1),
                ),
                date,
                lock + timedelta(days=1),
                job=work.job,
                **info,
            )

    def _dated(self, work, records, date):
        """These documents such that their cost entries bear this date and correlation."""
        # one object for all works of a batch, or each would have environments of its own
        causes = self.env.cr.cache.setdefault(CAUSES, Causes())
        cause = Cause(date, work.message.correlation)
        causes.update(((record._name, record.id), cause) for record in records)
        return records.with_context(**{CAUSES: causes})

    # --- orders ---------------------------------------------------------------

    def _known_order(self, work, key):
        """The order of a number, whatever its state; waits for it when it has not come."""
        entry = self._order_entry(work, key)
        order = self.env["purchase.order"].browse(entry.res_id if entry else ()) or self._ref(
            work,
            "order",
            self._order_key(work, key),
            model="purchase.order",
            wait=True,
            job=work.job,
            sentence=self.env._("Order %s has not arrived yet.", key),
        )
        # the orders of a batch are read together
        known = self.env.context.get(REFS, {}).items()
        order = order.with_prefetch(
            [hit[1] for (_source, kind, _key), hit in known if hit and kind == "order"]
        )
        work.job = work.job or self._job_of(order)
        return order

    def _job_of(self, order):
        """The job that an order is for: its own, or the first of its lines'."""
        return order.construction_order_job_id or order.order_line.construction_job_id[:1]

    def _released_order(self, work, key):
        """The order of a number once it is confirmed; waits for its release."""
        order = self._known_order(work, key)
        entry = self._order_entry(work, key)
        if order.state == "cancel":
            raise InvalidData(
                self.env._("Order %s is cancelled.", key),
                cause_key=f"cancelled:{document_key(key)}",
                job=work.job,
                partner=order.partner_id,
                record=order,
            )
        if order.state != "purchase":
            raise WaitingFor(
                "released_order",
                entry.key if entry else self._order_key(work, key),
                self.env._("Order %s is not released yet.", key),
                job=work.job,
                partner=order.partner_id,
                record=order,
            )
        return order

    def _require_warehouse(self):
        """:raises Hold: in a company that has no place where goods are delivered to"""
        if self.env["purchase.order"]._get_picking_type(self.env.company.id):
            return
        raise Hold(
            self.env._(
                "%(company)s has no warehouse where goods could be delivered to. Make one in Inventory, then "
                "replay.",
                company=self.env.company.name,
            ),
            cause_key="no_warehouse",
        )

    def _resume_stopped(self, order):
        """Replay what is stopped at this order, for it has changed."""
        items = (
            self.env["construction.exception"]
            .sudo()
            .search([("record_ref", "=", f"{order._name},{order.id}"), ("state", "=", "open")])
        )
        bills = order.order_line.invoice_lines.move_id.filtered("construction_on_hold")
        if items:
            items.blocked_ids._requeue(self.env._("Order %s has changed.", order.name))
        if bills:
            self.env["construction.message"]._resume_for_records(bills)
