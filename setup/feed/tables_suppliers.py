# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the `suppliers` network bills, in the order of the month. Amounts are text."""

# fmt: off
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
