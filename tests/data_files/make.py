"""A workbook of many kinds of cells, by openpyxl, and one with a password: run by make.sh."""

import datetime as dt
from pathlib import Path

import openpyxl

moment = dt.datetime

book = openpyxl.Workbook()
book.active.title = "Notes"  # without a cell
sheet = book.create_sheet("Data")
rows = [
    [],
    [None, "ID", "X", "DAY", "MOMENT", "TIME", "LOGICAL", "ERROR", "LASTED", "MIXED", "TEXT", None],
    [None, 1224, 1.5, dt.date(2020, 1, 2), moment(2020, 1, 2, 3, 4, 5), dt.time(1, 2, 3)],
    [None, 1224, None, dt.date(1900, 3, 1), moment(2020, 1, 2), dt.time(23, 59, 59)],
    [],
    [None, 1288, "2.5", None, None, None],
    [None, 1288, "NA", dt.date(2024, 2, 29), moment(1999, 12, 31, 23, 59, 59), dt.time(0, 0)],
]
rest = [
    [True, "=1/0", dt.timedelta(hours=30), 1, "Ulm"],
    [False, "#N/A", dt.timedelta(seconds=1), 2.5, " Größe "],
    [None, None, None, "abc", None],
    [True, None, None, 3, "007"],
]
for row, more in zip([rows[2], rows[3], rows[5], rows[6]], rest, strict=True):
    row.extend(more)
for row in rows:
    sheet.append(row)
book.save("cells.xlsx")

two = openpyxl.Workbook()
two.active.title = "Level 1"
two.active.append(["ID", "Y"])
two.active.append([1, 2])
two.create_sheet("Level 2").append(["ID", "W"])
two["Level 2"].append([1, 3])
two["Level 2"].append([2, 4])
two.save("sheets.xlsx")

# msoffcrypto-tool, which encrypts as Excel does, is needed for this file only.
from msoffcrypto.format.ooxml import OOXMLFile  # noqa: E402

with Path("sheets.xlsx").open("rb") as plain, Path("protected.xlsx").open("wb") as locked:
    OOXMLFile(plain).encrypt("secret", locked)
