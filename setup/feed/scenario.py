"""One month of one job, told as the events of three systems. Figures are chosen so that the end is
known to the cent: see expected.json, which was worked out by hand.

Each table is in the order of the month. Amounts are text, so that nothing is rounded on the way.
"""

import base64
from dataclasses import dataclass
from decimal import Decimal

JOB = "J-2610"
ZONE = "-05:00"  # Chicago in October

# --- master data: what the `master` system keeps -----------------------------------------------------

COST_CODES = {
    "01 50 00": "Temporary facilities",
    "02 41 00": "Demolition",
    "03 11 00": "Concrete forming",
    "03 20 00": "Concrete reinforcing",
    "03 30 00": "Cast-in-place concrete",
    "04 20 00": "Unit masonry",
    "05 12 00": "Structural steel framing",
    "06 10 00": "Rough carpentry",
    "07 42 00": "Wall panels",
    "07 50 00": "Membrane roofing",
    "08 11 00": "Metal doors and frames",
    "09 20 00": "Plaster and gypsum board",
    "21 13 00": "Fire-suppression sprinklers",
    "22 11 00": "Facility water distribution",
    "23 31 00": "HVAC ducts",
    "26 05 00": "Electrical work",
}

#            name, currency, bank account
SUPPLIERS = {
    "S-01": ("Lakeshore Ready Mix", "USD", None),
    "S-02": ("Northern Steel", "USD", None),
    "S-03": ("Harbor Lumber", "USD", None),
    "S-04": ("Midwest Electric Supply", "USD", None),
    "S-05": ("Great Lakes Plumbing", "USD", None),
    "S-06": ("Duluth Site Services", "USD", None),
    "S-07": ("Alpine Fassaden", "EUR", "DE89370400440532013000"),
    "S-08": ("Summit Interiors", "USD", "US-071000013-44821907"),
}

#            name, unit it is kept in
ITEMS = {
    "CONC-4000": ("Ready-mix concrete 4,000 psi", "m3"),
    "REBAR-16": ("Reinforcing bar 16 mm", "kg"),
    "FORM-PLY": ("Forming plywood", "EA"),
    "BLOCK-8": ("Concrete block 8 in", "EA"),
    "LUMBER-24": ("Lumber 2 x 4", "EA"),
    "SHEATH-12": ("Sheathing 12 mm", "EA"),
    "BOLT-ANCH": ("Anchor bolt", "EA"),
    "PIPE-CU": ("Copper pipe 22 mm", "m"),
    "CABLE-12": ("Cable 12 AWG", "m"),
    "DUCT-RECT": ("Rectangular duct", "m2"),
    "DOOR-HM": ("Hollow metal door", "EA"),
    "PANEL-FAC": ("Facade panel", "EA"),
    "GYP-12": ("Gypsum board 12 mm", "EA"),
}

# fmt: off
# --- orders: what the `field` system buys --------------------------------------------------------------
# order: day, supplier, [(line, item or None, description, quantity, unit, price, cost code, cost type)]

MISSING_CODE = "09 29 00"  # nobody has told the ERP of it: a buyer says that it is 09 20 00

ORDERS = {
    "PO-1001": (1, "S-01", [("1", "CONC-4000", "Footings", "200", "m3", "150.00", "03 30 00", None)]),
    "PO-1002": (2, "S-01", [("1", "CONC-4000", "Slab on grade", "100", "m3", "152.50", "03 30 00", None)]),
    "PO-1003": (1, "S-02", [("1", "REBAR-16", "Rebar", "40", "t", "1100.00", "03 20 00", None)]),
    "PO-1004": (1, "S-03", [("1", "FORM-PLY", "Forms", "400", "EA", "42.00", "03 11 00", None)]),
    "PO-1005": (2, "S-03", [("1", "LUMBER-24", "Studs", "2000", "EA", "6.25", "06 10 00", None)]),
    "PO-1006": (2, "S-02", [("1", "BOLT-ANCH", "Anchor bolts", "10", "DZN", "25.00", "05 12 00", None)]),
    "PO-1007": (5, "S-02", [("1", None, "Columns and beams", "30", "t", "2400.00", "05 12 00", None)]),
    "PO-1008": (5, "S-04", [("1", "CABLE-12", "Branch wiring", "5000", "m", "1.80", "26 05 00", None)]),
    "PO-1009": (5, "S-04", [("1", None, "Panel boards", "12", "EA", "850.00", "26 05 00", None)]),
    "PO-1010": (6, "S-05", [("1", "PIPE-CU", "Risers", "1200", "m", "12.40", "22 11 00", None)]),
    "PO-1011": (6, "S-05", [("1", None, "Fixtures", "36", "EA", "310.00", "22 11 00", None)]),
    "PO-1012": (6, "S-05", [("1", None, "Sprinkler heads", "240", "EA", "38.50", "21 13 00", None)]),
    "PO-1013": (1, "S-06", [("1", None, "Site fence", "300", "m", "14.00", "01 50 00", None)]),
    "PO-1014": (1, "S-06", [("1", None, "Site office", "2", "EA", "1950.00", "01 50 00", "Other")]),
    "PO-1015": (1, "S-06", [("1", None, "Demolition", "160", "HUR", "95.00", "02 41 00", "Subcontract")]),
    "PO-1016": (7, "S-01", [("1", "BLOCK-8", "Core walls", "6000", "EA", "2.35", "04 20 00", None)]),
    "PO-1017": (7, "S-01", [("1", None, "Mortar", "15", "t", "180.00", "04 20 00", None)]),
    "PO-1018": (7, "S-07", [("1", "PANEL-FAC", "Facade panels", "100", "EA", "100.00", "07 42 00", None)]),
    "PO-1019": (8, "S-03", [("1", "DOOR-HM", "Doors", "48", "EA", "415.00", "08 11 00", None)]),
    "PO-1020": (8, "S-08", [("1", "DUCT-RECT", "Ducts", "900", "m2", "31.00", "23 31 00", None)]),
    "PO-1021": (9, "S-08", [("1", "GYP-12", "Partitions", "1500", "EA", "11.20", MISSING_CODE, None)]),
    "PO-1022": (9, "S-08", [
        ("1", "GYP-12", "Ceilings", "500", "EA", "11.20", MISSING_CODE, None),
        ("2", None, "Joint compound", "120", "EA", "18.00", MISSING_CODE, None),
    ]),
    # above the approval limit: waits for a purchase manager
    "PO-1023": (12, "S-02", [("1", None, "Roof joists", "60", "t", "2050.00", "05 12 00", None)]),
    # above its budget of 60,000: stopped
    "PO-1024": (12, "S-03", [("1", None, "Roof membrane", "2500", "m2", "29.00", "07 50 00", None)]),
    "PO-1025": (13, "S-04", [("1", None, "Lighting", "80", "EA", "145.00", "26 05 00", None)]),
    "PO-1026": (13, "S-03", [("1", "LUMBER-24", "Blocking", "800", "EA", "6.40", "06 10 00", None)]),
}

# day, order, revision, lines: revision 4 comes before 3, which is then superseded
CHANGES = [
    (15, "PO-1026", 4, [
        ("1", "LUMBER-24", "Blocking", "1000", "EA", "6.40", "06 10 00", None),
        ("2", "SHEATH-12", "Sheathing", "100", "EA", "21.00", "06 10 00", None),
    ]),
    (14, "PO-1026", 3, [("1", "LUMBER-24", "Blocking", "900", "EA", "6.40", "06 10 00", None)]),
]
CANCELLED = [(16, "PO-1025", "The owner supplies the lighting")]

REQUESTS = [
    (1, "RQ-01", "routine", [("1", "CONC-4000", "Footings", "200", "m3", "03 30 00")]),
    (5, "RQ-02", "routine", [("1", "CABLE-12", "Branch wiring", "5000", "m", "26 05 00")]),
    (9, "RQ-03", "urgent", [("1", "GYP-12", "Partitions", "1500", "EA", MISSING_CODE)]),
]

# receipt: day, order, [(order line, quantity, unit, condition)], final
DELIVERIES = {
    "R-001": (5, "PO-1001", [("1", "120", "m3", "good")], False),
    "R-002": (6, "PO-1001", [("1", "80", "m3", "good")], False),
    "R-003": (7, "PO-1002", [("1", "60", "m3", "good"), ("1", "5", "m3", "rejected")], False),
    # a typing error on site: 140 against an order of 100
    "R-004": (8, "PO-1002", [("1", "140", "m3", "good")], False),
    "R-005": (6, "PO-1003", [("1", "25", "t", "good")], False),
    "R-006": (9, "PO-1003", [("1", "10000", "kg", "good")], False),
    "R-007": (6, "PO-1004", [("1", "380", "EA", "good"), ("1", "20", "EA", "damaged")], False),
    "R-008": (7, "PO-1005", [("1", "2000", "EA", "good")], False),
    # ordered by the dozen, counted by the piece
    "R-009": (7, "PO-1006", [("1", "120", "EA", "good")], False),
    "R-010": (13, "PO-1007", [("1", "12", "t", "good")], False),
    "R-011": (9, "PO-1008", [("1", "5000", "m", "good")], False),
    "R-012": (9, "PO-1009", [("1", "12", "EA", "good")], False),
    "R-013": (9, "PO-1010", [("1", "700", "m", "good")], False),
    "R-014": (14, "PO-1010", [("1", "500", "m", "good")], False),
    "R-015": (12, "PO-1011", [("1", "36", "EA", "good")], False),
    "R-016": (12, "PO-1012", [("1", "240", "EA", "good")], False),
    "R-017": (5, "PO-1013", [("1", "300", "m", "good")], False),
    "R-018": (15, "PO-1015", [("1", "100", "HUR", "good")], False),
    "R-019": (15, "PO-1016", [("1", "6000", "EA", "good")], False),
    "R-020": (6, "PO-1017", [("1", "15", "t", "good")], False),
    "R-021": (19, "PO-1018", [("1", "60", "EA", "good")], False),
    "R-022": (14, "PO-1019", [("1", "24", "EA", "good")], False),
    "R-023": (20, "PO-1019", [("1", "20", "EA", "good")], True),
    "R-024": (20, "PO-1020", [("1", "900", "m2", "good")], False),
    "R-025": (16, "PO-1021", [("1", "1500", "EA", "good")], False),
    "R-026": (19, "PO-1022", [("1", "500", "EA", "good"), ("2", "120", "EA", "good")], False),
    "R-028": (20, "PO-1026", [("1", "1000", "EA", "good"), ("2", "100", "EA", "good")], False),
}
EARLY = "R-020"  # sent a day before its order

# --- invoices: what the `suppliers` network brings ------------------------------------------------------
# invoice: day, order, kind, [(order line or None, description, quantity, unit, price, tax %)]

INVOICES = {
    "LRM-5501": (8, "PO-1001", "invoice", [("1", "Concrete", "120", "m3", "150.00", None)]),
    "LRM-5502": (9, "PO-1001", "invoice", [("1", "Concrete", "80", "m3", "150.00", None)]),
    "LRM-5503": (12, "PO-1002", "invoice", [("1", "Concrete", "60", "m3", "152.50", None)]),
    # billed before it was delivered: held until the delivery comes
    "LRM-5510": (14, "PO-1016", "invoice", [("1", "Blocks", "6000", "EA", "2.35", None)]),
    "NST-880": (12, "PO-1003", "invoice", [("1", "Rebar", "25", "t", "1100.00", None)]),
    "HLC-1201": (12, "PO-1004", "invoice", [("1", "Plywood", "380", "EA", "42.00", None)]),
    # 7 % dearer than ordered
    "HLC-1202": (12, "PO-1005", "invoice", [("1", "Lumber", "2000", "EA", "6.70", None)]),
    "HLC-1210": (21, "PO-1019", "invoice", [("1", "Doors", "44", "EA", "415.00", None)]),
    "HLC-1215": (21, "PO-1026", "invoice", [
        ("1", "Lumber", "1000", "EA", "6.40", None),
        ("2", "Sheathing", "100", "EA", "21.00", None),
    ]),
    "MES-3307": (13, "PO-1008", "invoice", [("1", "Cable", "5000", "m", "1.80", "10")]),
    # the same bill once more, typed by hand
    "mes 3307": (13, "PO-1008", "invoice", [("1", "Cable", "5000", "m", "1.80", "10")]),
    # 42 above the order: within the tolerance
    "MES-3310": (13, "PO-1009", "invoice", [("1", "Panel boards", "12", "EA", "853.50", "10")]),
    "GLP-901": (13, "PO-1010", "invoice", [("1", "Pipe", "700", "m", "12.40", "10")]),
    "GLP-902": (16, "PO-1010", "invoice", [("1", "Pipe", "500", "m", "12.40", "10")]),
    "GLP-903": (14, "PO-1011", "invoice", [("1", "Fixtures", "36", "EA", "310.00", "10")]),
    "GLP-CN17": (19, "PO-1011", "credit_note", [("1", "Fixtures, faulty", "2", "EA", "310.00", "10")]),
    "GLP-904": (14, "PO-1012", "invoice", [("1", "Heads", "240", "EA", "38.50", "10")]),
    "DSS-55": (8, "PO-1013", "invoice", [
        ("1", "Fence", "300", "m", "14.00", None),
        (None, "Delivery charge", "1", "EA", "120.00", None),
    ]),
    "DSS-58": (19, "PO-1015", "invoice", [("1", "Demolition crew", "100", "HUR", "95.00", None)]),
    "AF-2026-77": (22, "PO-1018", "invoice", [("1", "Facade panels", "40", "EA", "100.00", None)]),
    # asks for payment to another account than before
    "SUM-410": (22, "PO-1020", "invoice", [("1", "Ducts", "900", "m2", "31.00", None)]),
    "SUM-415": (22, "PO-1021", "invoice", [("1", "Gypsum board", "1500", "EA", "11.20", None)]),
    "SUM-416": (23, "PO-1022", "invoice", [
        ("1", "Gypsum board", "500", "EA", "11.20", None),
        ("2", "Joint compound", "120", "EA", "18.00", None),
    ]),
}
# fmt: on
WRONG_TOTAL = {"GLP-902": "6820.10"}  # the lines and tax give 6,820.00
OTHER_ACCOUNT = {"SUM-410": "US-071000013-99999999"}
DOCUMENTS = {"LRM-5501": ("../outbox/LRM 5501.pdf", b"%PDF-1.4\n% a scanned invoice\n%%EOF\n")}

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
