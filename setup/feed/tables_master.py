# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Master data of the demonstration: what the `master` system keeps."""

JOB = "J-2610"
ZONE = "-05:00"  # Chicago in October

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
