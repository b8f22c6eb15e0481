# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One month of one job, told as the events of three systems. Figures are chosen so that the end is
known to the cent: see expected.json, which was worked out by hand.

The tables lie beside, one file a system; here they become events.
"""

import base64
from dataclasses import dataclass
from decimal import Decimal

from tables_field import CANCELLED, CHANGES, DELIVERIES, MISSING_CODE, ORDERS, REQUESTS
from tables_master import COST_CODES, ITEMS, JOB, SUPPLIERS, ZONE
from tables_suppliers import DOCUMENTS, INVOICES, OTHER_ACCOUNT, WRONG_TOTAL

__all__ = ["JOB", "MISSING_CODE", "REDELIVERED", "RESENT", "Event", "events"]

# Deliveries that the senders make twice, to the letter, and an event sent again in another delivery.
REDELIVERED = ("field-receipt-R-001", "suppliers-invoice-LRM-5501", "field-order-PO-1003")
RESENT = "field-receipt-R-005"


@dataclass(frozen=True)
class Event:
    """One event: ``source`` sends ``data`` of ``type`` about ``subject``."""

    id: str
    source: str
    type: str
    subject: str
    time: str
    data: dict
    correlation: str

    def envelope(self):
        return {
            "specversion": "1.0",
            "id": self.id,
            "source": f"urn:demo:{self.source}",
            "type": self.type,
            "subject": self.subject,
            "time": self.time,
            "dataschema": f"urn:construction:{self.type}/v1",
            "datacontenttype": "application/json",
            "correlationid": self.correlation,
            "data": self.data,
        }


def moment(day, hour=9):
    return f"2026-10-{day:02d}T{hour:02d}:00:00{ZONE}"


def without_none(**values):
    return {name: value for name, value in values.items() if value is not None}


# --- events of each kind ----------------------------------------------------------------------------------


def master_events():
    def event(kind, key, **data):
        return Event(
            f"master-{kind}-{key.replace(' ', '')}",
            "master",
            f"master.{kind}.upserted",
            key,
            "2026-09-30T18:00:00Z",
            without_none(**data),
            JOB,
        )

    yield event(
        "job",
        JOB,
        job=JOB,
        name="Riverside Clinic",
        customer="Riverside Health Trust",
        status="active",
        timezone="America/Chicago",
        start="2026-09-28",
        end="2027-08-27",
        address={"street": "400 Canal Street", "city": "Duluth", "country": "US"},
        revision=1,
    )
    for code, name in COST_CODES.items():
        yield event("cost_code", code, cost_code=code, name=name)
    for key, (name, currency, bank) in SUPPLIERS.items():
        yield event("supplier", key, supplier=key, name=name, currency=currency, bank_account=bank)
    for key, (name, unit) in ITEMS.items():
        yield event("item", key, item=key, name=name, uom=unit, cost_type="Material", stocked=True)


def order_data(order, day, supplier, lines, revision=None):
    return without_none(
        order=order,
        job=JOB,
        supplier=supplier,
        currency=SUPPLIERS[supplier][1],
        ordered_at=moment(day),
        revision=revision,
        lines=[
            without_none(
                line=line,
                item=item,
                description=text,
                quantity=quantity,
                uom=unit,
                unit_price=price,
                cost_code=code,
                cost_type=cost_type,
            )
            for line, item, text, quantity, unit, price, code, cost_type in lines
        ],
    )


def order_events():
    kind = "procurement.purchase_order"
    for order, (day, supplier, lines) in ORDERS.items():
        yield (
            day,
            9,
            Event(
                f"field-order-{order}",
                "field",
                f"{kind}.approved",
                order,
                moment(day),
                order_data(order, day, supplier, lines, 1),
                order,
            ),
        )
    for day, order, revision, lines in CHANGES:
        supplier = ORDERS[order][1]
        yield (
            15,
            10 - revision,
            Event(  # revision 4 goes out first
                f"field-change-{order}-{revision}",
                "field",
                f"{kind}.changed",
                order,
                moment(day),
                order_data(order, ORDERS[order][0], supplier, lines, revision),
                order,
            ),
        )
    for day, order, reason in CANCELLED:
        yield (
            day,
            9,
            Event(
                f"field-cancel-{order}",
                "field",
                f"{kind}.cancelled",
                order,
                moment(day),
                {"order": order, "reason": reason},
                order,
            ),
        )


def request_events():
    for day, request, urgency, lines in REQUESTS:
        data = {
            "request": request,
            "job": JOB,
            "requested_by": "R. Alvarez",
            "approved_by": "M. Okafor",
            "needed_by": f"2026-10-{day + 7:02d}",
            "urgency": urgency,
            "lines": [
                {
                    "line": line,
                    "item": item,
                    "description": text,
                    "quantity": quantity,
                    "uom": unit,
                    "cost_code": code,
                }
                for line, item, text, quantity, unit, code in lines
            ],
        }
        yield (
            day,
            7,
            Event(
                f"field-request-{request}",
                "field",
                "procurement.material.requested",
                request,
                moment(day, 7),
                data,
                request,
            ),
        )


def delivery_events():
    for receipt, (day, order, lines, final) in DELIVERIES.items():
        data = without_none(
            receipt=receipt,
            order=order,
            received_at=moment(day, 14),
            received_by="T. Nguyen",
            delivery_note=f"DN-{receipt[2:]}",
            lines=[
                {
                    "line": str(number),
                    "order_line": order_line,
                    "quantity": quantity,
                    "uom": unit,
                    "condition": condition,
                }
                for number, (order_line, quantity, unit, condition) in enumerate(lines, 1)
            ],
            final=final or None,
        )
        yield (
            day,
            14,
            Event(
                f"field-receipt-{receipt}",
                "field",
                "procurement.delivery.received",
                order,
                moment(day, 14),
                data,
                order,
            ),
        )


def invoice_events():
    for invoice, (day, order, kind, lines) in INVOICES.items():
        supplier = ORDERS[order][1]
        net = tax = Decimal(0)
        rows = []
        for number, (order_line, text, quantity, unit, price, percent) in enumerate(lines, 1):
            amount = (Decimal(quantity) * Decimal(price)).quantize(Decimal("0.01"))
            net += amount
            tax += (amount * Decimal(percent or 0) / 100).quantize(Decimal("0.01"))
            rows.append(
                without_none(
                    line=str(number),
                    order_line=order_line,
                    description=text,
                    quantity=quantity,
                    uom=unit,
                    unit_price=price,
                    amount=str(amount),
                    tax_percent=percent,
                )
            )
        data = without_none(
            invoice=invoice,
            supplier=supplier,
            invoice_date=f"2026-10-{day:02d}",
            currency=SUPPLIERS[supplier][1],
            order=order,
            kind=kind,
            lines=rows,
            net_total=str(net),
            tax_total=str(tax),
            total=WRONG_TOTAL.get(invoice, str(net + tax)),
            bank_account=OTHER_ACCOUNT.get(invoice, SUPPLIERS[supplier][2]),
        )
        if invoice in DOCUMENTS:
            name, content = DOCUMENTS[invoice]
            data["document"] = {
                "name": name,
                "media_type": "application/pdf",
                "base64": base64.b64encode(content).decode(),
            }
        yield (
            day,
            17,
            Event(
                f"suppliers-invoice-{invoice.replace(' ', '_')}",
                "suppliers",
                "procurement.invoice.received",
                invoice,
                moment(day, 17),
                data,
                order,
            ),
        )


def events():
    """All events of the month, in the order in which they are sent."""
    month = [*request_events(), *order_events(), *delivery_events(), *invoice_events()]
    month.sort(key=lambda item: item[:2])
    return [*master_events(), *(event for _day, _hour, event in month)]
