# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the `field` system buys, changes, requests and receives, each table in the order of the month.

Amounts are text, so that nothing is rounded on the way.
"""

# fmt: off
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
# R-020 is sent a day before its order
