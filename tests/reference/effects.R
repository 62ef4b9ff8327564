# Reference numbers of tests/estimation/test_{hypothesis,exploratory,latent,effects,homogeneity}.py.
#   Rscript tests/reference/effects.R      (R 4.2.2, lme4 1.1-31, car 3.1-1; in the top folder)
# What lme4 does not print is written out here: formulas of the sources that MATHEMATICS.md names.
suppressMessages({ library(lme4); library(car) })
options(digits = 12)
folder <- "resources/examples/"
d <- merge(read.csv(paste0(folder, "hsb1.csv")), read.csv(paste0(folder, "hsb2.csv")), by = "ID")
d$SESc <- d$SES - ave(d$SES, d$ID)
schools <- d[!duplicated(d$ID), ]
tight <- lmerControl(optimizer = "nloptwrap", optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-14, xtol_rel = 1e-12, ftol_rel = 1e-14, maxeval = 5000))
fit <- function(formula) lmer(formula, d, REML = FALSE, control = tight)
null <- fit(MATHACH ~ 1 + (1 | ID))
intercepts <- fit(MATHACH ~ SECTOR + MEANSES + SESc + (1 | ID))
slopes <- fit(MATHACH ~ SECTOR * SESc + MEANSES + (SESc | ID))
pvar <- function(x) mean((x - mean(x))^2)

cat("hypotheses\n")
print(fixef(slopes)); print(-2 * as.numeric(logLik(slopes)))
h <- linearHypothesis(slopes, c("SECTOR = 0", "SECTOR:SESc = 0"), test = "Chisq"); print(c(h$Chisq[2], h$Df[2], h$`Pr(>Chisq)`[2]))
h <- linearHypothesis(slopes, "SECTOR - 2*MEANSES = 0", test = "Chisq"); print(c(h$Chisq[2], h$`Pr(>Chisq)`[2]))
# Sandwich over schools, no small-sample factor.
X <- getME(slopes, "X"); Z <- cbind(1, d$SESc); y <- d$MATHACH; tau <- matrix(VarCorr(slopes)$ID, 2, 2); s2 <- sigma(slopes)^2
bread <- 0; meat <- 0
for (rows in split(seq_len(nrow(d)), d$ID)) {
  Vi <- solve(Z[rows, ] %*% tau %*% t(Z[rows, ]) + s2 * diag(length(rows)))
  bread <- bread + t(X[rows, ]) %*% Vi %*% X[rows, ]
  g <- t(X[rows, ]) %*% Vi %*% (y[rows] - X[rows, ] %*% fixef(slopes)); meat <- meat + g %*% t(g)
}
robust <- solve(bread) %*% meat %*% solve(bread)
C <- rbind(colnames(X) == "SECTOR", colnames(X) == "SECTOR:SESc") + 0; b <- C %*% fixef(slopes)
print(c(t(b) %*% solve(C %*% robust %*% t(C)) %*% b, sqrt(diag(C %*% robust %*% t(C)))))

cat("exploratory: regression of the conditional modes\n")
u <- ranef(slopes)$ID[as.character(schools$ID), ]
for (q in 1:2) for (w in c("SIZE", "PRACAD")) print(summary(lm(u[, q] ~ schools[, w]))$coefficients[2, 1:3])

cat("homogeneity\n")
for (form in c("MATHACH ~ 1", "MATHACH ~ SESc", "MATHACH ~ SESc + FEMALE")) {
  each <- sapply(split(d, d$ID), function(s) { m <- lm(as.formula(form), s); c(m$df.residual, sum(m$residuals^2) / m$df.residual) })
  f <- each[1, ]; l <- log(each[2, ]); k <- f >= 10; f <- f[k]; l <- l[k]
  dj <- (l - sum(f * l) / sum(f)) / sqrt(2 / f); print(c(sum(dj^2), length(f) - 1, pchisq(sum(dj^2), length(f) - 1, lower.tail = FALSE)))
}

cat("latent: slope on intercept, delta method with the expected information of (tau, sigma2)\n")
Es <- list(diag(c(1, 0)), matrix(c(0, 1, 1, 0), 2), diag(c(0, 1))); info <- matrix(0, 4, 4)
for (rows in split(seq_len(nrow(d)), d$ID)) {
  Zj <- Z[rows, ]; Vi <- solve(Zj %*% tau %*% t(Zj) + s2 * diag(length(rows)))
  D <- c(lapply(Es, function(E) Vi %*% Zj %*% E %*% t(Zj)), list(Vi))
  for (a in 1:4) for (b in 1:4) info[a, b] <- info[a, b] + sum(D[[a]] * t(D[[b]])) / 2
}
covariance <- as.matrix(Matrix::bdiag(as.matrix(vcov(slopes)), solve(info)[1:3, 1:3]))
estimates <- setNames(c(fixef(slopes), tau[1, 1], tau[2, 1], tau[2, 2]), c("g00", "g01", "g10", "g02", "g11", "t00", "t10", "t11"))
for (form in c("t10/t00", "g10 - t10/t00*g00", "t10/t00*g00", "g11 - t10/t00*g01", "t10/t00*g01", "t10/t00*g02", "t11 - t10^2/t00"))
  print(unlist(deltaMethod(estimates, form, vcov. = covariance)[1:2]))
print(names(fixef(slopes)))

cat("effects\n")
parts <- function(m) { t <- matrix(VarCorr(m)$ID, nrow(VarCorr(m)$ID)); Z <- if (nrow(t) == 1) matrix(1, nrow(d)) else cbind(1, d$SESc)
  c(fixed = pvar(as.vector(getME(m, "X") %*% fixef(m))), random = mean(rowSums((Z %*% t) * Z)), sigma2 = sigma(m)^2, tau00 = t[1, 1]) }
for (m in list(null, intercepts, slopes)) { p <- parts(m); total <- sum(p[1:3]); print(c(p[1] / total, (p[1] + p[2]) / total, p[4] / (p[3] + p[4]))) }
p0 <- parts(null); p1 <- parts(intercepts); p2 <- parts(slopes); harmonic <- 1 / mean(1 / table(d$ID))
print(c(1 - p1[3:4] / p0[3:4], 1 - p2[3:4] / p0[3:4]))
print(c(1 - sum(p1[3:4]) / sum(p0[3:4]), 1 - (p1[3] / harmonic + p1[4]) / (p0[3] / harmonic + p0[4])))
x <- getME(intercepts, "X"); print(fixef(intercepts) * sqrt(apply(x, 2, pvar) / pvar(y))); print(sqrt(diag(as.matrix(vcov(intercepts))) * apply(x, 2, pvar) / pvar(y)))
