# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The walk of a meter that does nothing but rise, no faster than the clock: nearly every page's.

It comes to what lib.derive comes to, by whole numbers: hours as they were said, in thousandths.
"""

from decimal import Decimal

from . import day, derive, meter

MICROSECONDS = 3600000  # of a thousandth of an hour
LONG_GAP = int(day.LONG_GAP * 1000) * MICROSECONDS
STANDSTILL = int(day.STANDSTILL * 1000)


def is_steady(rows):
    """Whether a meter rises from row to row, by no more than the clock.

    :param rows: (moment, thousandths of an hour), by time
    """
    last, before = rows[0]
    for moment, hours in rows[1:]:
        if not 0 <= (hours - before) * MICROSECONDS <= (moment - last) // derive.MICRO:
            return False
        last, before = moment, hours
    return True


def tally(rows, machine, stays, home):
    """{(machine, date, job): numbers}, see ``derive.tally``, of a steady meter.

    :param stays: of the machine, by time
    """
    result = {}
    start = rows[0][0]
    place, numbers, cut, key = 0, [0, 0, 0, 0], start, None
    for moment, hours in rows[1:]:
        last, before = rows[place]
        place += 1
        if last >= cut:
            if key:
                derive.add(result, key, numbers)
            date, job, cut = day.piece_at(last, stays, home)
            key, numbers = (machine, date, job), [0, 0, 0, 0]
        if moment > cut:
            # over the end of a day, or of a stay
            delta = meter.Delta(last, moment, Decimal(hours - before) / 1000)
            for other, found in derive.tally([(machine, delta)], {machine: stays}, {machine: home}).items():
                derive.add(result, other, found)
            continue
        elapsed, rise = (moment - last) // derive.MICRO, hours - before
        numbers[derive.HOURS] += rise * 1000
        numbers[derive.COVERED] += elapsed
        if elapsed > LONG_GAP and rise > STANDSTILL:
            numbers[derive.ESTIMATED] += rise * 1000
    if key:
        derive.add(result, key, numbers)
    return {key: numbers for key, numbers in result.items() if any(numbers)}


def restarts(rows, reach):
    """{moment: since} of a steady meter, see ``meter.Result.restarts``: the last of each date at least.

    :param reach: in hours
    """
    reach = int(reach * 1000) * MICROSECONDS * derive.MICRO
    result, still, place = {}, [rows[0][0]], 0
    before = rows[0][1]
    for moment, hours in rows[1:]:
        if hours > before:
            result[moment] = moment
            still, place, before = [moment], 0, hours
            continue
        still.append(moment)
        while moment - still[place] >= reach:
            result.setdefault(still[place], moment)
            place += 1
    return result
