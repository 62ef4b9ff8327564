"""Display formats of SPSS, Stata and SAS that make a number a date, and the dates they make."""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from estimation.arrays import Array, Mask
from estimation.data.sources.values import MICROSECONDS
from estimation.data.table import Kind

_DAY = 86_400_000_000
_SECOND, _MILLISECOND = 1_000_000, 1_000
# Days from 1970-01-01 to where each program counts from.
_SPSS, _STATA_AND_SAS = -141_428, -3_653
_MOST_DAYS = 1e7

_SPSS_DATES = {"DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR"}
_SPSS_MOMENTS = {"DATETIME", "YMDHMS"}
_SAS_DATES = re.compile(
    r"(DATE|DAY|(DD|MM|YY)MM?(DD|YY)?[BCDNPS]?|MMDDYY[BCDNPS]?|YYMMDD[BCDNPS]?|YYMON|YYQ[A-Z]*"
    r"|MONYY|MONNAME|WEEKDAT[EX]|WORDDAT[EX]|JULIAN|(E8601|B8601|IS8601)DA|(EUR|NLS?)D\w+)"
)
_SAS_MOMENTS = re.compile(r"DATETIME|DATEAMPM|MDYAMPM|DTDATE|DTMONYY|(E8601|B8601|IS8601)D[TN]")
_SAS_TIMES = re.compile(r"TIME|TIMEAMPM|HHMM|TOD|HOUR|MMSS|(E8601|B8601|IS8601)TM")
_STATA = re.compile(r"%-?(?:t(?P<unit>[cdwmqh])|d)(?P<shown>.*)")
# Periods of Stata: how many make a year.
_PERIODS = {"w": 52, "m": 12, "q": 4, "h": 2}


@dataclass(frozen=True)
class Calendar:
    """How numbers count: in `unit` microseconds since `origin`, or in periods of a year of 1960.

    `kind` is NUMBER for a time of day.
    """

    kind: Kind
    unit: int = _DAY
    origin: int = _STATA_AND_SAS
    period: str = ""


def calendar_of(form: str, shown: str) -> Calendar | None:
    """Return how a variable of a file of that form counts time; None if it does not."""
    if form in {"sav", "por"}:
        return _of_spss(shown.rstrip("0123456789."))
    return _of_stata(shown) if form == "dta" else _of_sas(shown)


def _of_spss(name: str) -> Calendar | None:
    if name in _SPSS_DATES:
        return Calendar(Kind.DATE, _SECOND, _SPSS)
    return Calendar(Kind.DATETIME, _SECOND, _SPSS) if name in _SPSS_MOMENTS else None


def _of_sas(shown: str) -> Calendar | None:
    name = re.sub(r"\d*(\.\d*)?$", "", shown.upper())
    if _SAS_MOMENTS.fullmatch(name):
        return Calendar(Kind.DATETIME, _SECOND)
    return Calendar(Kind.DATE) if _SAS_DATES.fullmatch(name) else None


def _of_stata(shown: str) -> Calendar | None:
    found = _STATA.fullmatch(shown)
    if not found:
        return None
    unit = found["unit"] or "d"
    if unit != "c":
        return Calendar(Kind.DATE, period="" if unit == "d" else unit)
    time_of_day = found["shown"].lower().startswith("hh")
    return Calendar(Kind.NUMBER if time_of_day else Kind.DATETIME, _MILLISECOND)


def moments(values: Array, calendar: Calendar) -> pa.Array:
    """Return dates, date-times or seconds; null where missing, or beyond any calendar."""
    if calendar.kind is Kind.NUMBER:
        return pa.array(values * (calendar.unit / _SECOND), mask=np.isnan(values))
    if calendar.kind is Kind.DATE:
        days = days_of(values, calendar)
        missing = _beyond(days)
        whole = np.floor(np.where(missing, 0, days)).astype(np.int32)
        return pa.array(whole, pa.date32(), mask=missing)
    missing = _beyond(days_of(values, calendar))
    values = np.where(missing, 0, values)
    whole_units = np.floor(values)
    ticks = whole_units.astype(np.int64) * calendar.unit + calendar.origin * _DAY
    ticks += np.rint((values - whole_units) * calendar.unit).astype(np.int64)
    return pa.array(ticks, MICROSECONDS, mask=missing)


def days_of(values: Array, calendar: Calendar) -> Array:
    """Return days since 1970-01-01, or seconds for a time of day."""
    if calendar.kind is Kind.NUMBER:
        return values * (calendar.unit / _SECOND)
    if not calendar.period:
        return values / (_DAY / calendar.unit) + calendar.origin
    missing = ~(np.abs(values) < _MOST_DAYS / 365)
    whole = np.floor(np.where(missing, 0, values)).astype(np.int64)
    per_year = _PERIODS[calendar.period]
    years, rest = np.divmod(whole, per_year)
    months = years * 12 + (0 if per_year == 52 else rest * (12 // per_year))
    days = (np.datetime64("1960-01") + months).astype("datetime64[D]").astype(np.float64)
    days += rest * 7 if per_year == 52 else 0
    return np.where(missing, np.nan, days)


def _beyond(days: Array) -> Mask:
    return ~(np.abs(days) < _MOST_DAYS)
