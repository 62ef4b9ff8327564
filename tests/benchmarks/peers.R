# Rscript peers.R lesson|size FILE.csv: a line a fit, name <tab> median seconds <tab> -2 log L.
args <- commandArgs(trailingOnly = TRUE)
d <- read.csv(args[2])
d$ID <- factor(d$ID)

fit <- function(name, expression, repeats = 3) {
  result <- NULL
  note <- ""
  times <- replicate(repeats, system.time(result <<- tryCatch(
    suppressWarnings(suppressMessages(expression())),
    error = function(e) { note <<- conditionMessage(e); NULL }))[["elapsed"]])
  if (!is.null(result)) note <- sprintf("-2 log L %.6f", -2 * as.numeric(logLik(result)))
  cat(name, median(times), gsub("\n", " ", note), sep = "\t")
  cat("\n")
}

if (args[1] == "lesson") {
  library(nlme)
  fit("nlme, both fits", function() {
    lme(MATHACH ~ FEMALE, d, ~ FEMALE | ID, method = "ML")
    lme(MATHACH ~ FEMALE, d, ~ FEMALE | ID, weights = varIdent(form = ~ 1 | FEMALE), method = "ML")
  })
  fit("lme4, homogeneous only", function()
    lme4::lmer(MATHACH ~ FEMALE + (FEMALE | ID), d, REML = FALSE))
} else {
  fit("lme4, homogeneous only", function() lme4::lmer(Y ~ X + (X | ID), d, REML = FALSE), 1)
}
