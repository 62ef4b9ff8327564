# Makes structures/*.json and the data of them: in this folder, `Rscript make_structures.R [name ...]`.
#
# Each model is fitted twice: by a peer, and by the dense likelihood of direct.R, whose Fisher scoring
# goes on to the last digits.  The peers' -2 log L stands beside: they stop up to 1e-4 early, and must
# not lie below.  Made with R 4.2.2, nlme 3.1-162, lme4 1.1-31, lmerTest 3.1-3, metafor 3.8-1 (Debian 12).

suppressMessages({
  library(nlme)
  library(lme4)
  library(lmerTest)
  library(metafor)
  library(jsonlite)
})
source("direct.R")
TIGHT <- lmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e5, rhoend = 1e-10),
                     calc.derivs = FALSE)
NLME <- lmeControl(maxIter = 500, msMaxIter = 2000, tolerance = 1e-12, msTol = 1e-14, returnObject = TRUE)
HSB <- list(level1 = "hsb1.csv", level2 = "hsb2.csv")
WEIGHTED <- list(level1 = "weighted1.csv", level2 = "weighted2.csv")

term <- function(name, centering = "none") list(name = name, centering = centering)
slope <- function(name, random = FALSE, centering = "none", level2 = list(), covaries = TRUE) {
  list(name = name, centering = centering, random = random, level2 = level2, covaries = covaries)
}
model <- function(outcome, slopes = list(), level2 = list(), variance = list(), intercept = TRUE, ...) {
  list(outcome = outcome, intercept = list(random = intercept, level2 = level2), slopes = slopes,
       level1_variance = list(predictors = variance), ...)
}
by <- function(name, level = 1) list(name = name, level = level)
with_method <- function(model, method) c(model, estimation = method)

# A case, fitted by the peers (functions of (rows, REML) that give -2 log L, gamma, tau) and directly.
fitted_case <- function(id, data, model, method, start, peers) {
  model <- with_method(model, method)
  case <- list(id = id, data = data, model = model)
  d <- design(case)
  best <- optimum(d, start)
  rows <- read_case(data)
  reached <- lapply(peers, function(peer) {
    found <- peer(rows, method == "REML")
    if (!is.null(found$df)) case$lmerTest_df <<- found$df
    off <- max(abs(found$gamma - best$gamma) / best$se)
    cat(sprintf("%-34s %-8s direct %.8f  peer %+.1e  gamma off %.1e SE\n", id, method, best$m2ll,
                found$m2ll - best$m2ll, off))
    stopifnot(found$m2ll > best$m2ll - 1e-6, found$m2ll < best$m2ll + 1e-3, off < 1e-2)
    found$m2ll
  })
  case$peers_m2ll <- reached
  case$expected <- best[setdiff(names(best), c("theta", "decrement"))]
  case$expected$names <- names_of(model)
  if (d$N < 1000) case$expected$df <- satterthwaite(d, best$theta)
  case
}

names_of <- function(model) {
  equations <- c(list(list(name = "INTRCPT1", level2 = model$intercept$level2)), model$slopes)
  unlist(lapply(equations, function(e) {
    paste(e$name, c("INTRCPT2", vapply(e$level2, `[[`, "", "name")))
  }))
}

lmer_peer <- function(formula, weights = NULL) {
  function(rows, REML) {
    rows$.w <- if (is.null(weights)) 1 else rows[[weights]]
    fit <- lmerTest::lmer(formula, rows, REML = REML, weights = .w, control = TIGHT)
    list(m2ll = -2 * as.numeric(logLik(fit)), gamma = unname(fixef(fit)), df = unname(coef(summary(fit))[, "df"]))
  }
}

lme_peer <- function(fixed, random, weights = NULL, sigma = NULL) {
  function(rows, REML) {
    rows$ID <- factor(rows$ID)
    control <- NLME
    if (!is.null(sigma)) control$sigma <- sigma
    fit <- do.call(lme, list(fixed = fixed, random = random, data = rows, weights = weights,
                             method = if (REML) "REML" else "ML", control = control))
    list(m2ll = -2 * as.numeric(logLik(fit, REML = REML)), gamma = unname(fixef(fit)))
  }
}

# lme4's penalised least squares with sigma given, minimised over the relative covariance factor.
# (nlme's lmeControl(sigma = ) finds the ML estimates, but its log L lacks (N - f) ln sigma and its
# REML estimates are not the optimum: in a balanced layout tau = S/(J - 1) - sigma2 (Z'Z)^-1.)
pls_peer <- function(formula, sigma2, weights = NULL) {
  function(rows, REML) {
    rows$.w <- if (is.null(weights)) 1 else rows[[weights]]
    devfun <- lme4::lmer(formula, rows, REML = REML, weights = .w, devFunOnly = TRUE)
    inside <- environment(devfun)
    n <- nrow(rows)
    value <- function(theta) {
      devfun(theta)
      squares <- inside$resp$wrss() + inside$pp$sqrL(1)
      free <- if (REML) n - length(inside$pp$beta(1)) else n
      inside$pp$ldL2() + free * log(2 * pi * sigma2) + squares / sigma2 - sum(log(rows$.w)) +
        if (REML) inside$pp$ldRX2() else 0
    }
    start <- inside$pp$theta
    lower <- ifelse(start == 1, 0, -Inf)
    found <- nlminb(start, value, lower = lower, control = list(rel.tol = 1e-15, x.tol = 1e-12))
    value(found$par)
    list(m2ll = found$objective, gamma = inside$pp$beta(1))
  }
}

both <- function(id, data, model, start, peers, methods = c("FML", "REML")) {
  lapply(methods, function(method) fitted_case(paste0(id, "_", tolower(method)), data, model, method, start, peers))
}

write <- function(name, ...) {
  content <- list(...)
  text <- toJSON(content, auto_unbox = TRUE, digits = 13, pretty = 1, null = "null", matrix = "rowmajor")
  writeLines(text, file.path("structures", paste0(name, ".json")))
}

# Data ----------------------------------------------------------------------------------------

make_data <- function() {
  set.seed(20)
  n <- c(1, 2, 2, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 3, 4, 5, 6)
  J <- length(n)
  id <- rep(seq_len(J) + 100, n)
  G <- round(rnorm(J), 2)
  X <- round(rnorm(sum(n)), 2)
  D <- rbinom(sum(n), 1, 0.5)
  PW <- round(runif(sum(n), 0.4, 4), 1)
  u <- cbind(rnorm(J, sd = 1.6), rnorm(J, sd = 1.1))[rep(seq_len(J), n), ]
  e <- rnorm(sum(n), sd = sqrt(2 * exp(-0.8 * D) / PW))
  Y <- round(10 + 0.8 * G[rep(seq_len(J), n)] + u[, 1] + (1.5 + u[, 2]) * X + e, 2)
  level1 <- data.frame(ID = id, Y, X, D, PW, V = round(2 / PW, 3), W1 = sample(1:3, sum(n), TRUE))
  level2 <- data.frame(ID = seq_len(J) + 100, G, W2 = sample(1:3, J, TRUE))
  write.csv(level1, "data/weighted1.csv", row.names = FALSE, quote = FALSE)
  write.csv(level2, "data/weighted2.csv", row.names = FALSE, quote = FALSE)
  bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
  write.csv(data.frame(ID = bcg$trial, LNRR = signif(bcg$yi, 10), V = signif(bcg$vi, 10)),
            "data/bcg1.csv", row.names = FALSE, quote = FALSE)
  write.csv(data.frame(ID = bcg$trial, ABLAT = bcg$ablat, YEAR = bcg$year), "data/bcg2.csv",
            row.names = FALSE, quote = FALSE)
  school <- dat.konstantopoulos2011
  write.csv(data.frame(ID = school$district, D = school$yi, V = school$vi, YEAR = school$year),
            "data/calendar1.csv", row.names = FALSE, quote = FALSE)
}

# tau with elements that are zero --------------------------------------------------------------

make_tau <- function() {
  sleep <- model("REACTION", list(slope("DAYS", TRUE)), diagonal_tau = TRUE)
  hsb <- model("MATHACH", list(slope("SES", TRUE, "group", list(term("MEANSES")))),
               list(term("MEANSES")), diagonal_tau = TRUE)
  middle <- model("MATHACH", list(slope("MINORITY", TRUE, covaries = FALSE), slope("SES", TRUE, "grand")))
  ortho <- model("DISTANCE", list(slope("AGE11", TRUE, level2 = list(term("FEMALE")))),
                 list(term("FEMALE")), list(by("FEMALE", 2)), diagonal_tau = TRUE)
  het <- model("MATHACH", list(slope("SES", TRUE, "grand")), variance = list(by("FEMALE")), diagonal_tau = TRUE)
  small <- model("Y", list(slope("X", TRUE, covaries = FALSE)), list(term("G")), list(by("D")))
  gse <- function(rows) rows$SES - ave(rows$SES, rows$ID)
  add <- function(peer) function(rows, REML) {
    rows$GSES <- gse(rows)
    rows$CSES <- rows$SES - mean(rows$SES)
    peer(rows, REML)
  }
  cases <- c(
    both("tau_sleep_diagonal", list(level1 = "sleep1.csv"), sleep, c(600, 35, 6.5), list(
      lme4 = lmer_peer(REACTION ~ DAYS + (DAYS || ID)),
      nlme = lme_peer(REACTION ~ DAYS, list(ID = pdDiag(~DAYS))))),
    both("tau_hsb_diagonal", HSB, hsb, c(2.7, 0.5, 3.6), list(
      lme4 = add(lmer_peer(MATHACH ~ MEANSES * GSES + (GSES || ID))),
      nlme = add(lme_peer(MATHACH ~ MEANSES * GSES, list(ID = pdDiag(~GSES)))))),
    both("tau_hsb_middle_alone", HSB, middle, c(4, 1, 0, 0.3, 3.6), list(
      lme4 = add(lmer_peer(MATHACH ~ MINORITY + CSES + (CSES | ID) + (0 + MINORITY | ID))),
      nlme = add(lme_peer(MATHACH ~ MINORITY + CSES, list(ID = pdBlocked(list(~CSES, ~ MINORITY - 1))))))),
    both("tau_ortho_diagonal_het", list(level1 = "ortho1.csv", level2 = "ortho2.csv"), ortho, c(3, 0.02, 1, -1), list(
      nlme = lme_peer(DISTANCE ~ FEMALE * AGE11, list(ID = pdDiag(~AGE11)), varIdent(form = ~ 1 | FEMALE))), "REML"),
    both("tau_hsb_diagonal_het", HSB, het, c(4.7, 0.4, 3.7, -0.1), list(
      nlme = add(lme_peer(MATHACH ~ CSES, list(ID = pdDiag(~CSES)), varIdent(form = ~ 1 | FEMALE))))),
    both("tau_small_alone_het", WEIGHTED, small, c(2, 1, 0.2, -0.5), list(
      nlme = lme_peer(Y ~ G + X, list(ID = pdDiag(~X)), varIdent(form = ~ 1 | D))), "FML"))
  write("tau", note = "elements of tau fixed at zero: lme4 ||, nlme pdDiag and pdBlocked", cases = cases)
}

# sigma2 that is given ----------------------------------------------------------------------------

make_fixed_sigma2 <- function() {
  sleep <- model("REACTION", list(slope("DAYS", TRUE)), fixed_sigma2 = 625)
  diagonal <- c(sleep, diagonal_tau = TRUE)
  hsb <- model("MATHACH", list(slope("SES", TRUE, "grand")), list(term("SECTOR")), fixed_sigma2 = 36)
  add <- function(peer) function(rows, REML) {
    rows$CSES <- rows$SES - mean(rows$SES)
    peer(rows, REML)
  }
  cases <- c(
    both("sigma2_sleep", list(level1 = "sleep1.csv"), sleep, c(560, 10, 32), list(
      lme4_pls = pls_peer(REACTION ~ DAYS + (DAYS | ID), 625))),
    both("sigma2_sleep_diagonal", list(level1 = "sleep1.csv"), diagonal, c(560, 32), list(
      lme4_pls = pls_peer(REACTION ~ DAYS + (DAYS || ID), 625)), "REML"),
    both("sigma2_hsb", HSB, hsb, c(4, 0.1, 0.5), list(
      lme4_pls = add(pls_peer(MATHACH ~ SECTOR + CSES + (CSES | ID), 36)))))
  write("fixed_sigma2", note = "sigma2 given: penalised least squares of lme4 with sigma fixed", cases = cases)
}

# gammas that are equal ---------------------------------------------------------------------------

make_constraints <- function() {
  g <- function(coef, predictor) c(coef, predictor)
  hsb <- model("MATHACH",
    list(slope("SES", TRUE, "group", list(term("SECTOR"), term("MEANSES"))), slope("FEMALE"), slope("MINORITY")),
    list(term("SECTOR"), term("MEANSES")),
    constraints = list(list(g("FEMALE", "INTRCPT2"), g("MINORITY", "INTRCPT2")),
                       list(g("INTRCPT1", "SECTOR"), g("SES", "SECTOR"), g("SES", "MEANSES"))))
  het <- hsb
  het$level1_variance <- list(predictors = list(by("FEMALE")))
  merged <- function(peer) function(rows, REML) {
    rows$GSES <- rows$SES - ave(rows$SES, rows$ID)
    rows$A <- rows$SECTOR + rows$GSES * (rows$SECTOR + rows$MEANSES)
    rows$B <- rows$FEMALE + rows$MINORITY
    found <- peer(rows, REML) # 1, A, MEANSES, GSES, B
    place <- c(1, 2, 3, 4, 2, 2, 5, 5)
    found$gamma <- found$gamma[place]
    if (!is.null(found$df)) found$df <- found$df[place]
    found
  }
  formula <- MATHACH ~ A + MEANSES + GSES + B
  cases <- c(
    both("equal_hsb", HSB, hsb, c(2, 0.1, 0.5, 3.6), list(
      lme4 = merged(lmer_peer(update(formula, . ~ . + (GSES | ID)))),
      nlme = merged(lme_peer(formula, list(ID = pdSymm(~GSES)))))),
    both("equal_hsb_het", HSB, het, c(2, 0.1, 0.5, 3.6, -0.1), list(
      nlme = merged(lme_peer(formula, list(ID = pdSymm(~GSES)), varIdent(form = ~ 1 | FEMALE))))))
  write("constraints", note = "equal gammas: peers with the columns added up", cases = cases)
}

# Precision weights, known variances ------------------------------------------------------------

make_precision <- function() {
  hsb_data <- c(HSB, list(derived = list(PW = list(5, 1, "SES"))))
  hsb <- model("MATHACH", list(slope("FEMALE", TRUE)), list(term("SECTOR")), weighting = list(precision = "PW"))
  hsb_het <- hsb
  hsb_het$level1_variance <- list(predictors = list(by("FEMALE")))
  small <- model("Y", list(slope("X", TRUE)), list(term("G")), weighting = list(precision = "PW"))
  small_het <- small
  small_het$level1_variance <- list(predictors = list(by("D")))
  fixed <- c(small, fixed_sigma2 = 2)
  inverse <- function(peer) function(rows, REML) {
    rows$.v <- 1 / rows$PW
    peer(rows, REML)
  }
  varies <- varComb(varFixed(~.v), varIdent(form = ~ 1 | D))
  cases <- c(
    both("precision_small", WEIGHTED, small, c(2, 0.1, 1, 0.5), list(
      lme4 = lmer_peer(Y ~ G + X + (X | ID), "PW"),
      nlme = inverse(lme_peer(Y ~ G + X, list(ID = pdSymm(~X)), varFixed(~.v))))),
    both("precision_small_het", WEIGHTED, small_het, c(2, 0.1, 1, 0.7, -0.5), list(
      nlme = inverse(lme_peer(Y ~ G + X, list(ID = pdSymm(~X)), varies)))),
    both("precision_small_fixed_sigma2", WEIGHTED, fixed, c(2, 0.1, 1), list(
      lme4_pls = pls_peer(Y ~ G + X + (X | ID), 2, "PW"))),
    both("precision_hsb", hsb_data, hsb, c(6, -0.5, 1, 5.2), list(
      lme4 = lmer_peer(MATHACH ~ SECTOR + FEMALE + (FEMALE | ID), "PW"))),
    both("precision_hsb_het", hsb_data, hsb_het, c(6, -0.5, 1, 5.2, -0.1), list(
      nlme = inverse(lme_peer(MATHACH ~ SECTOR + FEMALE, list(ID = pdSymm(~FEMALE)),
                              varComb(varFixed(~.v), varIdent(form = ~ 1 | FEMALE))))), "FML"))
  write("precision", note = "Var(r) = sigma2 / PW: lme4 weights, nlme varFixed and varComb", cases = cases)
}

# metafor's restricted log likelihood has + ln|X'X|/2 beside ours.
rma_peer <- function(formula, ..., multivariate = FALSE) {
  function(rows, REML) {
    fitter <- if (multivariate) rma.mv else rma.uni
    control <- if (multivariate) list(optimizer = "nlminb", rel.tol = 1e-9) else list(threshold = 1e-14, maxiter = 1e4)
    fit <- fitter(formula, ..., data = rows, method = if (REML) "REML" else "ML", control = control)
    X <- model.matrix(fit)
    shift <- if (REML) as.numeric(determinant(crossprod(X))$modulus) else 0
    list(m2ll = -2 * as.numeric(logLik(fit)) + shift, gamma = as.numeric(coef(fit)))
  }
}

make_known_variance <- function() {
  known <- list(known_variance = "V")
  null <- model("LNRR", weighting = known)
  moderated <- model("LNRR", level2 = list(term("ABLAT"), term("YEAR")), weighting = known)
  calendar <- model("D", list(slope("YEAR", centering = "grand")), weighting = known)
  small <- model("Y", list(slope("X", TRUE)), list(term("G")), weighting = known)
  bcg <- list(level1 = "bcg1.csv", level2 = "bcg2.csv")
  cases <- c(
    both("known_bcg", bcg, null, 0.3, list(metafor = function(rows, REML) {
      rma_peer(LNRR ~ 1, vi = rows$V)(rows, REML)
    })),
    both("known_bcg_moderators", bcg, moderated, 0.1, list(metafor = function(rows, REML) {
      rma_peer(LNRR ~ ABLAT + YEAR, vi = rows$V)(rows, REML)
    })),
    both("known_calendar", list(level1 = "calendar1.csv"), calendar, 0.08, list(
      metafor = function(rows, REML) {
        rows$CYEAR <- rows$YEAR - mean(rows$YEAR)
        rma_peer(D ~ CYEAR, V = rows$V, random = ~ 1 | ID, multivariate = TRUE)(rows, REML)
      })),
    both("known_small", WEIGHTED, small, c(2, 0.1, 1), list(
      metafor = function(rows, REML) {
        rma_peer(Y ~ G + X, V = rows$V, random = ~ X | ID, struct = "GEN", multivariate = TRUE)(rows, REML)
      })))
  write("known_variance", note = "Var(r) = V: metafor, whose REML has ln|X'X| taken out", cases = cases)
}

# Satterthwaite -------------------------------------------------------------------------------

make_satterthwaite <- function() {
  one <- function(id, data, model, start, formula = NULL, prepare = identity,
                  methods = c("FML", "REML")) {
    lapply(methods, function(method) {
      model <- with_method(model, method)
      case <- list(id = paste0(id, "_", tolower(method)), data = data, model = model)
      d <- design(case)
      best <- optimum(d, start)
      case$df <- satterthwaite(d, best$theta)
      case$m2ll <- best$m2ll
      if (!is.null(formula)) {
        fit <- lmerTest::lmer(formula, prepare(read_case(data)), REML = method == "REML", control = TIGHT)
        theirs <- unname(coef(summary(fit))[, "df"])
        case$lmerTest <- theirs
        cat(case$id, "lmerTest off", signif(max(abs(case$lmerTest / case$df - 1)), 2), "\n")
        stopifnot(abs(case$lmerTest / case$df - 1) < 1e-3)
      }
      cat(case$id, format(case$df, digits = 10), "\n")
      case
    })
  }
  hsb <- model("MATHACH", list(slope("SES", TRUE, "group", list(term("MEANSES")))), list(term("MEANSES")))
  group <- function(rows) transform(rows, GSES = SES - ave(SES, ID))
  rats <- model("WEIGHT", list(slope("FEMALE")), list(term("TRTHIGH"), term("TRTLOW"), term("LITSIZE")))
  rats_het <- rats
  rats_het$level1_variance <- list(predictors = list(by("TRTHIGH", 2), by("TRTLOW", 2)))
  rat_data <- list(level1 = "ratpup1.csv", level2 = "ratpup2.csv")
  balanced <- model("Y", list(slope("D", TRUE)), variance = list(by("D")))
  cases <- c(
    one("df_hsb", HSB, hsb, c(2.7, 0, 0.5, 3.6), MATHACH ~ MEANSES * GSES + (GSES | ID), group),
    one("df_ratpup", rat_data, rats, c(0.1, -1.8), WEIGHT ~ TRTHIGH + TRTLOW + LITSIZE + FEMALE + (1 | ID)),
    one("df_ratpup_het", rat_data, rats_het, c(0.1, -1.4, -0.5, -0.5), methods = "REML"),
    one("df_balanced", list(level1 = "balanced1.csv"), balanced, c(12, -12, 20, 2.6, -1.7)))
  write("satterthwaite", note = "lmerTest, and numerical derivatives of the dense likelihood", cases = cases)
}

# Profile-likelihood intervals -------------------------------------------------------------------

# Maximum over the other elements of theta, by Fisher scoring from `theta`.
profiled <- function(d, theta, a, value) {
  theta[a] <- value
  now <- evaluate(d, theta)
  for (iteration in 1:100) {
    step <- solve(now$information[-a, -a, drop = FALSE], now$score[-a])
    scale <- 1
    repeat {
      new <- theta
      new[-a] <- theta[-a] + scale * step
      next_one <- evaluate(d, new)
      if (next_one$m2ll <= now$m2ll + 1e-10 || scale < 1e-6) break
      scale <- scale / 2
    }
    decrement <- sum(step * now$score[-a])
    theta <- new
    now <- next_one
    if (decrement < 1e-16 || min(eigen(now$tau)$values) < 0) break
  }
  list(m2ll = now$m2ll, theta = theta, tau = now$tau)
}

profile_interval <- function(d, best, a, se) {
  limit <- function(sign) {
    theta <- best$theta
    difference <- function(value) {
      found <- profiled(d, theta, a, value)
      if (min(eigen(found$tau)$values) < 0) stop("outside")
      found$m2ll - best$m2ll - qchisq(0.95, 1)
    }
    far <- best$theta[a] + sign * se * c(1.2, 4)
    found <- tryCatch(uniroot(difference, sort(far), tol = 1e-9 * se), error = function(e) NULL)
    if (is.null(found)) NULL else found$root
  }
  list(lower = limit(-1), upper = limit(1))
}

# Lower limit of tau11 where the correlation reaches `sign` 1 on the way: maximum over tau00 and alpha_0.
limit_on_face <- function(d, best) {
  sign <- sign(best$theta[2])
  start <- c(best$theta[1], best$theta[4])
  difference <- function(t11) {
    value <- function(p) m2ll(d, c(p[1], sign * sqrt(p[1] * t11), t11, p[2]))
    nlminb(start, value, control = list(rel.tol = 1e-15, x.tol = 1e-9))$objective - best$m2ll - qchisq(0.95, 1)
  }
  uniroot(difference, best$theta[3] * c(1e-3, 0.0156), tol = 1e-8)$root # the face begins at 0.0156
}

make_profile <- function() {
  cse <- function(rows) transform(rows, CSES = SES - mean(SES), GSES = SES - ave(SES, ID))
  one <- function(id, model, start, formula = NULL, wanted = NULL) {
    model <- with_method(model, "FML")
    case <- list(id = id, data = HSB, model = model)
    d <- design(case)
    best <- optimum(d, start)
    se <- c(best$tau_se, best$alpha_se)
    m <- length(d$E)
    names <- c(sprintf("tau%d%d", d$at[, 1] - 1, d$at[, 2] - 1), sprintf("alpha%d", seq_len(d$k) - 1))
    if (is.null(wanted)) wanted <- c(which(d$at[, 1] == d$at[, 2]), m + seq_len(d$k))
    limits <- lapply(wanted, function(a) profile_interval(d, best, a, se[a]))
    case$intervals <- setNames(Map(function(l, a) c(est = best$theta[a], l), limits, wanted), names[wanted])
    if (d$k == 1) case$intervals$sigma2 <- lapply(case$intervals$alpha0, exp)
    if (!is.null(formula)) {
      fit <- lme4::lmer(formula, cse(read_case(HSB)), REML = FALSE, control = TIGHT)
      theirs <- confint(fit, parm = "theta_", quiet = TRUE, oldNames = FALSE)
      case$lme4_sd <- setNames(lapply(seq_len(nrow(theirs)), function(i) unname(theirs[i, ])), rownames(theirs))
      print(theirs^2)
    }
    cat(id, "\n")
    str(case$intervals)
    case$m2ll <- best$m2ll
    case
  }
  slope <- one("profile_slope", model("MATHACH", list(slope("SES", TRUE, "grand"))), c(4.8, 0.1, 0.4, 3.6),
               MATHACH ~ CSES + (CSES | ID))
  d <- design(slope)
  slope$intervals$tau11$lower <- limit_on_face(d, optimum(d, c(4.8, 0.1, 0.4, 3.6)))
  cat("tau11 lower", slope$intervals$tau11$lower, "\n")
  cases <- list(
    slope,
    one("profile_intercept", model("MATHACH", list(slope("SES", centering = "group")), list(term("MEANSES"))),
        c(2.7, 3.6), MATHACH ~ MEANSES + GSES + (1 | ID)),
    one("profile_female_het", model("MATHACH", list(slope("FEMALE")), variance = list(by("FEMALE"))), c(8, 3.7, -0.1)),
    one("profile_example", model("MATHACH", list(slope("FEMALE", TRUE)), variance = list(by("FEMALE"))),
        c(8.5, -0.63, 0.63, 3.7, -0.09), wanted = 4:5))
  write("profile", note = "95 % profile-likelihood intervals; lme4::confint on the SD scale beside (spline, about 1e-4)",
        cases = cases)
}

# ICC and R2 by hand -------------------------------------------------------------------------

make_effect_sizes <- function() {
  one <- function(id, model, method, start, null_start = c(8.6, 3.66)) {
    model <- with_method(model, method)
    case <- list(id = id, data = HSB, model = model)
    d <- design(case)
    best <- optimum(d, start)
    null <- model("MATHACH")
    null <- optimum(design(list(data = HSB, model = with_method(null, method))), null_start)
    X <- do.call(rbind, lapply(d$units, `[[`, "X"))
    Z <- do.call(rbind, lapply(d$units, `[[`, "Z"))
    y <- unlist(lapply(d$units, `[[`, "y"))
    n <- lengths(lapply(d$units, `[[`, "y"))
    fitted <- drop(X %*% best$gamma)
    sigma2 <- exp(best$alpha[1])
    sigma2_null <- exp(null$alpha[1])
    random <- mean(rowSums((Z %*% best$tau) * Z)) # Johnson (2014)
    sd_X <- apply(X, 2, sd)
    case$sigma2 <- sigma2
    case$tau <- best$tau
    case$null <- list(sigma2 = sigma2_null, tau00 = null$tau[1, 1], m2ll = null$m2ll)
    fixed <- mean((fitted - mean(fitted))^2) # divisor N; R's var and MuMIn have N - 1
    case$variance_of_fixed_part <- fixed
    case$mean_random_variance <- random
    total <- fixed + random + sigma2
    case$r2_marginal <- fixed / total
    case$r2_conditional <- (fixed + random) / total
    case$icc <- best$tau[1, 1] / (best$tau[1, 1] + sigma2)
    case$proportion <- list(level1 = 1 - sigma2 / sigma2_null, INTRCPT1 = 1 - best$tau[1, 1] / null$tau[1, 1])
    harmonic <- length(n) / sum(1 / n)
    case$harmonic_n <- harmonic
    if (d$q == 1) {
      case$snijders_bosker <- c(
        1 - (sigma2 + best$tau[1, 1]) / (sigma2_null + null$tau[1, 1]),
        1 - (sigma2 / harmonic + best$tau[1, 1]) / (sigma2_null / harmonic + null$tau[1, 1]))
      ratio <- log(best$tau[1, 1] / sigma2)
      info_cov <- solve(evaluate(d, best$theta)$information)
      gradient <- c(1 / best$tau[1, 1], -1) # of ln(tau00) - alpha0
      half <- qnorm(0.975) * sqrt(drop(gradient %*% info_cov %*% gradient))
      case$icc_ci <- plogis(ratio + c(-1, 1) * half)
    }
    case$standardised <- list(est = best$gamma * sd_X / sd(y), se = best$se * sd_X / sd(y))
    str(case[-(1:3)], give.attr = FALSE)
    case
  }
  intercept <- model("MATHACH", list(slope("SES", centering = "group"), slope("MINORITY")),
                     list(term("SECTOR"), term("MEANSES")))
  slopes <- model("MATHACH", list(slope("SES", TRUE, "group", list(term("SECTOR")))), list(term("SECTOR"), term("MEANSES")))
  cases <- list(
    one("effects_null_reml", model("MATHACH"), "REML", c(8.6, 3.66)),
    one("effects_intercept_fml", intercept, "FML", c(1.6, 3.6)),
    one("effects_intercept_reml", intercept, "REML", c(1.6, 3.6)),
    one("effects_slopes_reml", slopes, "REML", c(2.4, 0.2, 0.3, 3.6)))
  write("effect_sizes", note = "by hand from the optima: Nakagawa, Johnson & Schielzeth 2017, Snijders & Bosker 2012 with the harmonic mean of n_j, proportion against the null model", cases = cases)
}

# Design weights --------------------------------------------------------------------------------

# Normalised: those of rows add up to n_j in each unit, those of units to J.
design_weights <- function(weighting, rows) {
  units <- !duplicated(rows$ID)
  a <- b <- rep(1, nrow(rows))
  if (!is.null(weighting$level1)) {
    a <- rows[[weighting$level1$name]]
    if (weighting$level1$normalised) a <- a / ave(a, rows$ID)
  }
  if (!is.null(weighting$level2)) {
    b <- rows[[weighting$level2$name]]
    if (weighting$level2$normalised) b <- b / mean(b[units])
  }
  list(a = a, b = unname(split(b, rows$ID) |> sapply(`[`, 1)))
}

# log of the integral over u of prod_i f(y_i | u)^a_i phi(u), by R's integrate (random intercept) ...
by_quadrature <- function(u, a, gamma, tau, alpha) {
  s2 <- exp(drop(u$C %*% alpha) + u$o)
  e <- drop(u$y - u$X %*% gamma)
  log_f <- function(v) sapply(v, function(x) sum(a * dnorm(e, x, sqrt(s2), log = TRUE)) + dnorm(x, 0, sqrt(tau), log = TRUE))
  mode <- sum(a * e / s2) / (sum(a / s2) + 1 / drop(tau))
  width <- 1 / sqrt(sum(a / s2) + 1 / drop(tau))
  top <- log_f(mode)
  area <- integrate(function(v) exp(log_f(v) - top), mode - 12 * width, mode + 12 * width, rel.tol = 1e-12)
  top + log(area$value)
}

# ... and by the density of y with each variance divided by its weight, what the powers miss put back.
by_algebra <- function(u, a, gamma, tau, alpha) {
  s2 <- exp(drop(u$C %*% alpha) + u$o)
  e <- drop(u$y - u$X %*% gamma)
  V <- u$Z %*% tau %*% t(u$Z) + diag(s2 / a, length(a))
  density <- -(length(a) * log(2 * pi) + as.numeric(determinant(V)$modulus) + sum(e * solve(V, e))) / 2
  density - sum((a - 1) * (log(2 * pi) + log(s2)) + log(a)) / 2
}

weighted_case <- function(id, model, start, integral = by_algebra) {
  model <- with_method(model, "FML")
  case <- list(id = id, data = WEIGHTED, model = model)
  d <- design(case)
  weights <- design_weights(model$weighting, read_case(WEIGHTED))
  a <- split(weights$a, read_case(WEIGHTED)$ID)
  split_up <- function(p) {
    theta <- p[-seq_len(d$f)]
    list(gamma = p[seq_len(d$f)], tau = tau_of(d, theta), alpha = alpha_of(d, theta))
  }
  by_unit <- function(p, integral) {
    at <- split_up(p)
    weights$b * mapply(function(u, a) integral(u, a, at$gamma, at$tau, at$alpha), d$units, a)
  }
  value <- function(p) -2 * sum(by_unit(p, integral))
  p <- nlminb(start, function(p) tryCatch(value(p), error = function(e) Inf, warning = function(w) Inf))$par
  for (step in 1:4) {
    gradient <- colSums(numDeriv::jacobian(by_unit, p, integral = integral))
    p <- p + solve(numDeriv::hessian(value, p) / 2, gradient)
  }
  H <- numDeriv::hessian(value, p) / 2
  scores <- numDeriv::jacobian(by_unit, p, integral = integral)
  g <- seq_len(d$f)
  stopifnot(drop(colSums(scores) %*% solve(H, colSums(scores))) < 1e-12, eigen(H)$values > 0)
  sandwich <- function(bread, s) sqrt(diag(solve(bread, t(solve(bread, crossprod(s))))))
  profiled <- H[-g, -g] - H[-g, g] %*% solve(H[g, g], H[g, -g])
  at <- split_up(p)
  m <- length(d$E)
  case$expected <- list(m2ll = value(p), m2ll_by_algebra = -2 * sum(by_unit(p, by_algebra)), gamma = at$gamma,
    tau = at$tau, alpha = at$alpha, names = names_of(model),
    se_gamma = sandwich(H[g, g], scores[, g]), se_theta = sandwich(profiled, scores[, -g]),
    se_joint = sandwich(H, scores), n_parameters = length(p))
  cat(id, format(value(p), digits = 12), "\n  ", format(c(case$expected$se_gamma, case$expected$se_theta), digits = 7),
      "\n  ", format(case$expected$se_joint, digits = 7), "\n")
  case
}

make_design_weights <- function() {
  weight <- function(name, normalised) list(name = name, normalised = normalised)
  intercept <- function(...) model("Y", list(slope("X")), list(term("G")), weighting = list(...))
  slopes <- function(...) model("Y", list(slope("X", TRUE)), list(term("G")), weighting = list(...))
  het <- function(...) model("Y", list(slope("X", TRUE)), list(term("G")), list(by("D")), weighting = list(...))
  raw1 <- weight("W1", FALSE)
  raw2 <- weight("W2", FALSE)
  start <- c(10, 0.8, 1.5, 2, 0.1, 1, 0.5)
  cases <- list(
    weighted_case("weights_quadrature", intercept(level1 = raw1, level2 = raw2), c(10, 0.8, 1.5, 2, 0.8), by_quadrature),
    weighted_case("weights_quadrature_normalised", intercept(level1 = weight("W1", TRUE), level2 = weight("W2", TRUE)),
                  c(10, 0.8, 1.5, 2, 0.8), by_quadrature),
    weighted_case("weights_rows", slopes(level1 = raw1), start),
    weighted_case("weights_units", slopes(level2 = weight("W2", TRUE)), start),
    weighted_case("weights_both", slopes(level1 = weight("W1", TRUE), level2 = raw2), start),
    weighted_case("weights_both_het", het(level1 = weight("W1", TRUE), level2 = weight("W2", TRUE)), c(start, -0.5)),
    weighted_case("weights_both_precision", slopes(level1 = raw1, level2 = raw2, precision = "PW"), start),
    weighted_case("weights_diagonal", c(slopes(level1 = raw1, level2 = raw2), diagonal_tau = TRUE), start[-5]))
  write("design_weights", note = "pseudo-likelihood by R's integrate and by the weighted normal density; derivatives by Richardson", cases = cases)
}

everything <- list(data = make_data, profile = make_profile, effect_sizes = make_effect_sizes, tau = make_tau,
                   fixed_sigma2 = make_fixed_sigma2, constraints = make_constraints, precision = make_precision,
                   known_variance = make_known_variance, satterthwaite = make_satterthwaite,
                   design_weights = make_design_weights)
chosen <- commandArgs(TRUE)
for (name in if (length(chosen)) chosen else names(everything)) everything[[name]]()
