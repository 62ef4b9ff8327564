# HS&B and small files of labels, letters and dates, by R's packages haven and foreign: run by
# make.sh, in a folder with hsb1.csv and hsb2.csv.
library(haven)
library(foreign)

hsb1 <- read.csv("hsb1.csv")
hsb2 <- read.csv("hsb2.csv")
attr(hsb1$MATHACH, "label") <- "Mathematics achievement score"
write_dta(hsb1, "hsb1.dta", version = 14)
write_dta(hsb2, "hsb2.dta", version = 14)
for (version in c(8, 10, 12, 13, 15)) {
  write_dta(hsb2, sprintf("hsb2_stata%d.dta", version), version = version)
}
write.dta(hsb2, "hsb2_foreign.dta", version = 7)
write_xpt(hsb1, "hsb1.xpt", version = 5, name = "HSB1")
write_xpt(hsb2, "hsb2.xpt", version = 5, name = "HSB2")
write_xpt(hsb2, "hsb2_version8.xpt", version = 8, name = "HSB2")
write_sav(hsb2, "hsb2_haven.sav")

labels <- data.frame(
  id = c("a1", "a2", "b1", "b2"),
  score = c(5.876, tagged_na("a"), tagged_na("z"), NA),
  big = c(2147483620, -5, 0, NA),
  born = as.Date(c("1980-03-03", "1582-10-15", "2024-02-29", NA)),
  seen = as.POSIXct(
    c("1980-03-03 10:30:15", "1970-01-01 00:00:00", "1999-12-31 23:59:59", NA), tz = "UTC"
  )
)
labels$grade <- labelled(
  c(1L, 2L, tagged_na("r"), NA), c(low = 1L, high = 2L, refused = tagged_na("r")), label = "Grade"
)
labels$text <- c("Größe", "ends in blanks   ", "", "x")
# Periods: 1980 is 20 years after 1960.
labels$week <- structure(c(20 * 52 + 1, 0, -1, NA), format.stata = "%tw")
labels$month <- structure(c(20 * 12 + 2, 0, -1, NA), format.stata = "%tm")
labels$quarter <- structure(c(20 * 4 + 1, 0, -1, NA), format.stata = "%tq")
labels$half <- structure(c(20 * 2 + 1, 0, -1, NA), format.stata = "%th")
labels$year <- structure(c(1980, 1960, 1959, NA), format.stata = "%ty")
labels$clock <- structure(c(37800000, 1000, 0, NA), format.stata = "%tcHH:MM:SS")
write_dta(labels, "labels.dta", version = 14)
write_dta(labels, "labels_stata12.dta", version = 12)

labels$score <- c(5.876, tagged_na("A"), tagged_na("_"), NA) # SAS has capitals
write_xpt(labels[c("id", "score", "born", "seen")], "labels.xpt", version = 5, name = "LABELS")

file.copy(system.file("examples/iris.sas7bdat", package = "haven"), "iris.sas7bdat")
write.csv(datasets::iris, "iris.csv", row.names = FALSE)
