* HS&B and the small file of labels, by GNU PSPP: run by make.sh, in a folder with hsb1.csv and hsb2.csv.
GET DATA /TYPE=TXT /FILE="hsb1.csv" /DELIMITERS="," /FIRSTCASE=2
  /VARIABLES=ID F4.0 MINORITY F1.0 FEMALE F1.0 SES F8.3 MATHACH F8.3.
VARIABLE LABELS SES "Student's socio-economic status (standardised composite)"
  /MATHACH "Mathematics achievement score".
VALUE LABELS FEMALE 0 "boy" 1 "girl".
SAVE OUTFILE="hsb1.sav".
SAVE OUTFILE="hsb1.zsav" /ZCOMPRESSED.
EXPORT OUTFILE="hsb1.por".

GET DATA /TYPE=TXT /FILE="hsb2.csv" /DELIMITERS="," /FIRSTCASE=2
  /VARIABLES=ID F4.0 SIZE F4.0 SECTOR F1.0 PRACAD F8.3 DISCLIM F8.3 HIMINTY F1.0 MEANSES F8.3.
VALUE LABELS SECTOR 0 "public" 1 "Catholic".
SAVE OUTFILE="hsb2.sav".
SAVE OUTFILE="hsb2.zsav" /ZCOMPRESSED.
EXPORT OUTFILE="hsb2.por".

DATA LIST LIST /ID (A5) SCORE (F8.2) GRADE (F2.0) BORN (DATE11) SEEN (DATETIME20) AT (TIME8)
  MONTH (MOYR8) TOWN (A12).
BEGIN DATA.
"a1" 5.876 1 "3-MAR-1980" "3-MAR-1980 10:30:15" "10:30:00" "MAR 1980" "Ulm"
"a2" -99 2 "15-OCT-1582" "1-JAN-1970 00:00:00" "00:00:01" "JAN 1970" "Aachen"
"b1" 999 9 "29-FEB-2024" "31-DEC-1999 23:59:59" "23:59:59" "DEC 1999" "XX"
"b2" . 8 "" "" "" "" ""
END DATA.
VARIABLE LABELS SCORE "Score of the test" /GRADE "Grade".
VALUE LABELS GRADE 1 "low" 2 "high" 8 "refused" 9 "don't know" /TOWN "Ulm" "Ulm on the Danube".
MISSING VALUES SCORE (LOWEST THRU -90, 999) GRADE (8, 9) BORN ("29-FEB-2024") TOWN ("XX").
SAVE OUTFILE="labels.sav" /UNCOMPRESSED.
SAVE OUTFILE="labels.zsav" /ZCOMPRESSED.
EXPORT OUTFILE="labels.por".
