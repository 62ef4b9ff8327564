# Rscript peers.R PEER FOLDER OUTCOME X W VARIANCE: R's peers, measured as by stopwatch.py.
# "-" stands for no W, no predictor of variance.
args <- commandArgs(trailingOnly = TRUE)
peer <- args[1]
suppressPackageStartupMessages(library(peer, character.only = TRUE))

memory <- function(which) {
  lines <- tryCatch(readLines("/proc/self/status"), error = function(e) "", warning = function(w) "")
  found <- grep(paste0("^", which), lines, value = TRUE)
  if (length(found)) as.numeric(gsub("[^0-9]", "", found)) / 1024 else NaN
}
before <- memory("VmRSS")

column <- function(name) {
  path <- file.path(args[2], paste0(name, ".f64"))
  readBin(path, "double", file.size(path) / 8)
}
used <- unique(setdiff(args[3:6], "-"))
d <- as.data.frame(setNames(lapply(used, column), used))
d$ID <- factor(column("ID"))

named <- function(...) as.formula(sprintf(...))
y <- args[3]; x <- args[4]; w <- args[5]; variance <- if (args[6] != "-") args[6]
fixed <- if (w == "-") x else sprintf("%s + %s + %s:%s", x, w, x, w)
mixed <- named("%s ~ %s + (%s | ID)", y, fixed, x)
fit <- switch(peer,
  nlme = function() {
    weights <- if (is.null(variance)) NULL
      else if (length(unique(d[[variance]])) == 2) varIdent(form = named("~ 1 | %s", variance))
      else varExp(form = named("~ %s", variance))
    # Where its optimiser gives up, the note says so, beside what it reached and when.
    lme(named("%s ~ %s", y, fixed), d, named("~ %s | ID", x), weights = weights, method = "ML",
      control = lmeControl(returnObject = TRUE))
  },
  lme4 = function() lmer(mixed, d, REML = FALSE),
  glmmTMB = function() glmmTMB(mixed, d, REML = FALSE,
    dispformula = if (is.null(variance)) ~1 else named("~ %s", variance)))

# The peak starts anew, so that what reading took at its height is left out.
invisible(gc())
try(suppressWarnings(cat("5", file = "/proc/self/clear_refs")), silent = TRUE)

notes <- character()
timed <- function() {
  result <<- NULL
  result <<- withCallingHandlers(fit(), warning = function(w) {
    notes <<- unique(c(notes, conditionMessage(w)))
    invokeRestart("muffleWarning")
  })
}
clock <- function() { t <- proc.time(); c(t[["elapsed"]], t[["user.self"]] + t[["sys.self"]]) }
tryCatch({
  start <- clock()
  timed()
  seconds <- (clock() - start)[1]
  if (seconds < 10) {
    start <- clock()
    seconds <- numeric()
    while (length(seconds) < (if (sum(seconds) > 1) 7 else 50) && sum(seconds) < 8) {
      began <- Sys.time()
      timed()
      seconds <- c(seconds, as.numeric(Sys.time() - began, units = "secs"))
    }
  }
  busy <- clock() - start
  # glmmTMB keeps back a log likelihood whose Hessian it does not trust; the note tells.
  m2ll <- if (peer == "glmmTMB") 2 * result$fit$objective else -2 * as.numeric(logLik(result))
}, error = function(e) {
  seconds <<- numeric(); m2ll <<- NaN; busy <<- c(1, 0)
  notes <<- conditionMessage(e)
})
cat("RESULT", paste(sprintf("%.6f", seconds), collapse = ","), sprintf("%.6f", m2ll),
  sprintf("%.1f", busy[2] / busy[1]), sprintf("%.0f", memory("VmHWM") - before),
  gsub("[[:space:]]+", " ", paste(notes, collapse = "; ")), sep = "\t")
cat("\n")
