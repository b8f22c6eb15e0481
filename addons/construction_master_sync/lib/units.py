# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Units that mean one thing everywhere: UN/ECE Recommendation 20 and plain names.

Anything else is a firm's own word and needs a mapping, which a person confirms.
"""

_NAMES = {
    "uom.product_uom_unit": "C62 EA H87 PCE PCS PC EACH UNIT UNITS PIECE PIECES",
    "uom.product_uom_dozen": "DZN DOZEN DOZENS",
    "uom.product_uom_hour": "HUR H HR HOUR HOURS",
    "uom.product_uom_day": "DAY DAYS",
    "uom.product_uom_millimeter": "MMT MM",
    "uom.product_uom_cm": "CMT CM",
    "uom.product_uom_meter": "MTR M METER METERS METRE METRES",
    "uom.product_uom_km": "KMT KM",
    "uom.product_uom_square_meter": "MTK M2 SQM M²",
    "uom.product_uom_litre": "LTR L LITER LITERS LITRE LITRES",
    "uom.product_uom_cubic_meter": "MTQ M3 CBM M³",
    "uom.product_uom_gram": "GRM G",
    "uom.product_uom_kgm": "KGM KG",
    "uom.product_uom_ton": "TNE T TONNE TONNES",
    "uom.product_uom_lb": "LBR LB LBS",
    "uom.product_uom_oz": "ONZ OZ",
    "uom.product_uom_inch": "INH IN INCH INCHES",
    "uom.product_uom_foot": "FOT FT FOOT FEET",
    "uom.product_uom_yard": "YRD YD YARD YARDS",
    "uom.product_uom_square_foot": "FTK FT2 SQFT SF",
    "uom.product_uom_cubic_foot": "FTQ FT3 CUFT CF",
    "uom.product_uom_gal": "GLL GAL GALLON GALLONS",
    "uom.product_uom_kwh": "KWH",
}
STANDARD_UNITS = {name: xmlid for xmlid, names in _NAMES.items() for name in names.split()}


def standard_unit(code):
    """Return the external id of Odoo's unit for a standard code, or None.

    >>> standard_unit("dzn"), standard_unit("box")
    ('uom.product_uom_dozen', None)
    """
    return STANDARD_UNITS.get((code or "").strip().upper())
