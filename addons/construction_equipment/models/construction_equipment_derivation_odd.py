# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .construction_equipment_derivation import aware, naive
from .construction_equipment_derivation_again import BEGUN


class ConstructionEquipmentDerivation(models.AbstractModel):
    """What is odd about readings, and what persons said of it."""

    # apart from hours
    _inherit = "construction.equipment.derivation"  # pylint: disable=consider-merging-classes-inherited

    def _decided(self, devices, machines):
        verdicts = self.env["construction.equipment.anomaly"]._verdicts(devices)
        return {**super()._decided(devices, machines), **verdicts}

    def _of_machines(self, fresh, devices, parts):
        """Tell of what was read on no machine, and of what was read when readings are gone."""
        result = super()._of_machines(fresh, devices, parts)
        nowhere = {meter[0] for meter, moments in fresh.items() if moments - result[meter]}
        devices.browse(sorted(nowhere))._tell_unassigned()
        gone = {device.id: aware(device.date_purged) for device in devices if device.date_purged}
        late = {}
        for meter, moments in result.items():
            if meter[0] in gone:
                before = {moment for moment in moments if moment < gone[meter[0]]}
                late.setdefault(meter[0], set()).update(naive(moment).date() for moment in before)
                result[meter] = moments - before
        devices._tell_purged(late)
        return result

    def _whole_days(self, window):
        """No day whose readings are gone is derived again."""
        first, last = super()._whole_days(window)
        return max(first, window.kept.date() + BEGUN) if window.kept else first, last

    def _windows_again(self, spans, days):
        result = super()._windows_again(spans, days)
        devices = self.env["construction.equipment.device"].sudo()
        late = {}
        for (device_id, *_meter), window in result.items():
            gone = devices.browse(device_id).date_purged
            window.kept = gone and aware(gone)
        for meter, (low, _high) in spans.items():
            gone = devices.browse(meter[0]).date_purged
            if gone and low and low < gone:
                late[meter[0]] = {low.date()}
        devices._tell_purged(late)
        return result

    def _tell(self, windows, walks):
        result = super()._tell(windows, walks)
        spans, wanted = {}, {}
        for meter, walk in walks.items():
            window = windows[meter]
            spans[meter] = window.low and naive(window.low), window.high and naive(window.high)
            said = [(odd.kind, odd.state, odd) for _machine, odd in walk.anomalies]
            said += [("spike", "waiting", reading) for _machine, reading in walk.waiting]
            for kind, state, odd in said:
                if state == "rejected" or not self._lies_in(odd.at, window):
                    continue
                vals = self._prepare_odd(meter, kind, state, odd)
                wanted[meter[0], meter[1], kind, vals["at_said"], vals["said"]] = vals
        anomalies = self.env["construction.equipment.anomaly"]
        there = anomalies._of_readings(spans)
        if wanted or there:
            anomalies._reconcile(wanted, there)
        return result

    def _lies_in(self, moment, window):
        return (window.low is None or moment > window.low) and (window.high is None or moment <= window.high)

    def _prepare_odd(self, meter, kind, state, odd):
        device_id, figure, origin = meter
        device = self.env["construction.equipment.device"].sudo().browse(device_id)
        base = getattr(odd, "base", None)
        return {
            "kind": kind,
            "state": state,
            "company_id": device.company_id.id,
            "device_id": device_id,
            "provider": device.provider,
            "at": naive(odd.at),
            "date": naive(odd.at).date(),
            "at_said": odd.at.isoformat(),
            "figure": figure,
            "reading_origin": origin,
            "said": _plain(odd.hours),
            "compared": "" if base is None else _plain(base),
            "version": 1,
        }


def _plain(number):
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
