#!/bin/sh
# Makes the files of this folder anew; README.md says by which programs.
# PYTHON: a Python with openpyxl and msoffcrypto-tool.
set -e
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
cp "$here"/../../resources/examples/hsb?.csv "$work"
cd "$work"
pspp -b "$here/make.sps" >/dev/null
Rscript "$here/make.R"
"${PYTHON:-python3}" "$here/make.py"
for format in xlsx xls ods; do
    soffice --headless --convert-to $format hsb1.csv hsb2.csv >/dev/null
done
for format in xls ods; do
    soffice --headless --convert-to $format cells.xlsx >/dev/null
done
rm hsb1.csv hsb2.csv
cp ./* "$here"
