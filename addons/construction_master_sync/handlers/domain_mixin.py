# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time
from zoneinfo import ZoneInfo

from odoo import api, models

from odoo.addons.construction_base.lib.decimals import denoised
from odoo.addons.construction_sync.errors import InvalidData, MissingReference
from odoo.addons.construction_sync.models.construction_event_handler import REFS
from odoo.addons.construction_sync.models.res_users import MARK as SERVICE_MARK

from ..lib.units import standard_unit

# what a person may choose for a key of a kind
KIND_DOMAINS = {
    "job": [("is_construction_job", "=", True)],
    "supplier": [("parent_id", "=", False)],
    "customer": [("parent_id", "=", False)],
    "item": [("purchase_ok", "=", True)],
    "project_manager": [("share", "=", False), (SERVICE_MARK, "=", False)],
}


class ConstructionDomainMixin(models.AbstractModel):
    """What the handlers of every domain share: jobs, codes, suppliers, items, units and money by key.

    A domain inherits it in a mixin of its own and adds its kinds by ``super()``. Where something cannot be
    found, the error says whose key it is; the model that a person chooses from is noted with it.
    """

    _name = "construction.domain.mixin"
    _inherit = "construction.event.handler"
    _description = "Domain Event Handler"

    # --- references -----------------------------------------------------------

    @api.model
    def _reference_domain(self, kind):
        domain = KIND_DOMAINS.get(kind)
        return super()._reference_domain(kind) if domain is None else domain

    def _cures(self):
        # one that is activated
        return {**super()._cures(), "res.currency": set()}

    def _once(self, work, what, value, find):
        """What ``find`` gives for a value that stands in many works of a batch, looked up once.

        :param find: called without arguments for a recordset
        """
        cache = self.env.context.get(REFS)
        slot = (work.message.source_id.id, f"once:{what}", value)
        if cache is None:
            return find()
        if slot not in cache:
            found = find()
            cache[slot] = (found._name, found.ids)
        model, ids = cache[slot]
        return self.env[model].browse(ids)

    def _mapped_or_named(self, work, kind, name, model, domain, sentence):
        """The record that a person mapped a name to, or the one that is called so: never a guess.

        :param domain: what is called so, by its English name
        :raises MissingReference: with the sentence, where there is none or more than one
        """
        found = self._mapped(work, kind, name, model) or self._once(
            work, kind, name, lambda: self.env[model].with_context(lang="en_US").search(domain)
        )
        if len(found) != 1:
            raise MissingReference(kind, name, model, sentence)
        return found

    def _line_reference_keys(self, lines):
        """The keys that the lines of a document name, for ``_reference_keys``."""
        for line in lines:
            yield "uom", line.get("uom")
            yield "item", line.get("item")
            yield "cost_code", line.get("cost_code")
            yield "cost_type", line.get("cost_type")
            yield "job", line.get("job")
            yield "supplier", line.get("supplier")

    def _ref_of(self, work, kind, model):
        """The record that the event names in its field of a kind, or an empty one."""
        key = work.data.get(kind)
        return self._ref(work, kind, key, model=model, required=False) if key else self.env[model]

    def _job(self, work, key):
        """The job of an event: sets ``work.job``, by which work items and messages find their people."""
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

    def _item(self, work, key, archived=None):
        """The product of an item.

        :param str archived: as ``_ref`` has it
        """
        return self._ref(
            work,
            "item",
            key,
            model="product.product",
            archived=archived,
            job=work.job,
            sentence=self.env._("Item %s is unknown.", key),
        )

    def _line_item(self, work, line):
        """The product of the item that a line names, or None."""
        return self._item(work, line["item"]) if line.get("item") else None

    def _cost_code(self, work, key, pointer):
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
        """The cost type of a key: mapped, or by its code or name; without a key the usual one."""
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

    # --- units and money ------------------------------------------------------

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

    def _check_unit(self, work, product, uom, pointer):
        """:raises InvalidData: for a unit that a product cannot be measured in"""
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

    # --- values ---------------------------------------------------------------

    def _quantity(self, value, pointer):
        """A quantity as Decimal; one that Odoo would round away is refused, not bent."""
        quantity = self._decimal(value, pointer)
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        if quantity != denoised(float(quantity), digits):
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
        """:raises InvalidData: when a line of a document is there twice"""
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
