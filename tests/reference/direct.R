# The likelihood of a two-level model written out with dense matrices, and its optimum.
#
# Nothing but base R and numDeriv: each V_j = Z_j tau Z_j' + diag(exp(c_ij'alpha + o_ij)) is formed
# and inverted.  theta = (the free elements of vech tau by rows of the lower triangle, the free alpha).
# Sources: Searle, Casella & McCulloch (1992), Variance Components, chapter 6.

read_table <- function(name) {
  folder <- if (startsWith(name, "hsb")) "../../resources/examples" else "data"
  read.csv(file.path(folder, name), check.names = FALSE)
}

# Level-1 rows with the level-2 variables beside them, sorted by unit, and derived columns.
read_case <- function(data) {
  rows <- read_table(data$level1)
  if (!is.null(data$level2)) {
    units <- read_table(data$level2)
    new <- setdiff(names(units), "ID")
    rows[new] <- units[match(rows$ID, units$ID), new]
  }
  for (name in names(data$derived)) {
    rule <- data$derived[[name]] # a + b * variable
    rows[[name]] <- rule[[1]] + rule[[2]] * rows[[rule[[3]]]]
  }
  rows[order(rows$ID), ]
}

centred <- function(rows, term) {
  if (term$name == "INTRCPT1") return(rep(1, nrow(rows)))
  x <- rows[[term$name]]
  switch(term$centering, none = x, grand = x - mean(x), group = x - ave(x, rows$ID))
}

# Arrays of a case: X by level-2 equations as the case lists them, equal gammas' columns added up.
design <- function(case) {
  rows <- read_case(case$data)
  model <- case$model
  equations <- c(list(c(list(name = "INTRCPT1", centering = "none"), model$intercept)), model$slopes)
  X <- Z <- NULL
  names <- NULL
  blocks <- list()
  for (equation in equations) {
    column <- centred(rows, equation)
    X <- cbind(X, column)
    names <- c(names, paste(equation$name, "INTRCPT2"))
    for (term in equation$level2) {
      X <- cbind(X, column * rows[[term$name]])
      names <- c(names, paste(equation$name, term$name))
    }
    if (equation$random) {
      Z <- cbind(Z, column)
      alone <- isTRUE(model$diagonal_tau) || identical(equation$covaries, FALSE)
      blocks <- c(blocks, list(if (alone) ncol(Z) else 0))
    }
  }
  colnames(X) <- names
  R <- diag(ncol(X))
  for (group in model$constraints) {
    at <- match(vapply(group, paste, "", collapse = " "), names)
    R[at, min(at)] <- 1
    R[, setdiff(at, min(at))] <- 0
  }
  R <- R[, colSums(R) > 0, drop = FALSE]
  predictors <- model$level1_variance$predictors
  C <- cbind(rep(1, nrow(rows)), do.call(cbind, lapply(predictors, function(p) rows[[p$name]])))
  weighting <- model$weighting
  o <- rep(0, nrow(rows))
  if (!is.null(weighting$precision)) o <- -log(rows[[weighting$precision]])
  if (!is.null(weighting$known_variance)) o <- log(rows[[weighting$known_variance]])
  fixed <- if (!is.null(weighting$known_variance)) 0 else if (!is.null(model$fixed_sigma2)) log(model$fixed_sigma2)
  dense(rows[[model$outcome]], X %*% R, Z, C, rows$ID, unlist(blocks), model$estimation == "REML", o, fixed, R)
}

# block: 0 for the random effects that covary, another number for each that stands alone.
dense <- function(y, X, Z, C, id, block, reml, o = rep(0, length(y)), fixed = NULL, R = diag(ncol(X))) {
  units <- lapply(split(seq_along(y), id), function(i) {
    list(y = y[i], X = X[i, , drop = FALSE], Z = Z[i, , drop = FALSE], C = C[i, , drop = FALSE], o = o[i])
  })
  q <- ncol(Z)
  at <- which(lower.tri(diag(q), diag = TRUE) & outer(block, block, "=="), arr.ind = TRUE)
  at <- at[order(at[, 1], at[, 2]), , drop = FALSE]
  E <- lapply(seq_len(nrow(at)), function(a) {
    e <- matrix(0, q, q)
    e[at[a, 1], at[a, 2]] <- e[at[a, 2], at[a, 1]] <- 1
    e
  })
  list(units = units, at = at, E = E, q = q, k = ncol(C), N = length(y), f = ncol(X), reml = reml,
       fixed = fixed, R = R)
}

tau_of <- function(d, theta) Reduce(`+`, Map(`*`, theta[seq_along(d$E)], d$E))
alpha_of <- function(d, theta) c(d$fixed, theta[-seq_along(d$E)])

evaluate <- function(d, theta, derivatives = TRUE) {
  tau <- tau_of(d, theta)
  alpha <- alpha_of(d, theta)
  A <- matrix(0, d$f, d$f)
  b <- numeric(d$f)
  parts <- vector("list", length(d$units))
  value <- (d$N - d$reml * d$f) * log(2 * pi)
  for (j in seq_along(d$units)) {
    u <- d$units[[j]]
    s2 <- exp(drop(u$C %*% alpha) + u$o)
    V <- u$Z %*% tau %*% t(u$Z) + diag(s2, length(s2))
    root <- tryCatch(chol(V), error = function(e) NULL)
    if (is.null(root)) return(list(m2ll = Inf))
    W <- chol2inv(root)
    value <- value + 2 * sum(log(diag(root)))
    A <- A + crossprod(u$X, W %*% u$X)
    b <- b + crossprod(u$X, W %*% u$y)
    parts[[j]] <- list(W = W, V = V, s2 = s2)
  }
  gamma <- solve(A, b)
  A1 <- solve(A)
  if (d$reml) value <- value + as.numeric(determinant(A)$modulus)
  p <- length(theta)
  scores <- matrix(0, length(d$units), p)
  Xe <- matrix(0, length(d$units), d$f)
  I1 <- I2 <- matrix(0, p, p)
  B <- rep(list(matrix(0, d$f, d$f)), p)
  quadratic <- 0
  for (j in seq_along(d$units)) {
    u <- d$units[[j]]
    W <- parts[[j]]$W
    py <- W %*% (u$y - u$X %*% gamma)
    quadratic <- quadratic + sum(py * (parts[[j]]$V %*% py))
    if (!derivatives) next
    Xe[j, ] <- crossprod(u$X, py)
    WX <- W %*% u$X
    P <- if (d$reml) W - WX %*% A1 %*% t(WX) else W
    D <- c(lapply(d$E, function(e) u$Z %*% e %*% t(u$Z)),
           lapply(setdiff(seq_len(d$k), if (is.null(d$fixed)) 0 else 1), function(k) diag(u$C[, k] * parts[[j]]$s2, length(parts[[j]]$s2))))
    WD <- lapply(D, function(x) W %*% x)
    DWX <- lapply(D, function(x) x %*% WX)
    for (a in seq_len(p)) {
      scores[j, a] <- (sum(py * (D[[a]] %*% py)) - sum(P * D[[a]])) / 2
      B[[a]] <- B[[a]] + crossprod(WX, DWX[[a]])
      for (c in seq_len(a)) {
        I1[a, c] <- I1[c, a] <- I1[a, c] + sum(WD[[a]] * t(WD[[c]]))
        I2[a, c] <- I2[c, a] <- I2[a, c] + if (d$reml) sum(A1 * crossprod(DWX[[a]], W %*% DWX[[c]])) else 0
      }
    }
  }
  information <- I1 / 2
  if (d$reml) {
    AB <- lapply(B, function(x) A1 %*% x)
    for (a in seq_len(p)) for (c in seq_len(p)) {
      information[a, c] <- information[a, c] - I2[a, c] + sum(AB[[a]] * t(AB[[c]])) / 2
    }
  }
  list(m2ll = value + quadratic, gamma = drop(gamma), cov = A1, tau = tau, alpha = alpha, score = colSums(scores),
       information = information, Xe = Xe, quadratic = quadratic)
}

m2ll <- function(d, theta) evaluate(d, theta, FALSE)$m2ll

# Fisher scoring with halving, to the last digits that double precision has.
maximise <- function(d, theta) {
  now <- evaluate(d, theta)
  for (iteration in 1:200) {
    step <- solve(now$information, now$score)
    decrement <- sum(step * now$score)
    scale <- 1
    repeat {
      new <- evaluate(d, theta + scale * step)
      if (new$m2ll <= now$m2ll + 1e-10 * (decrement < 1e-6) || scale < 1e-8) break
      scale <- scale / 2
    }
    theta <- theta + scale * step
    now <- new
    if (decrement < 1e-22) break
  }
  now$decrement <- decrement
  now$theta <- theta
  now
}

# Everything of the optimum that is compared.
optimum <- function(d, theta) {
  at <- maximise(d, theta)
  stopifnot(at$decrement < 1e-15)
  cov <- d$R %*% at$cov %*% t(d$R)
  half <- at$cov %*% t(at$Xe)
  robust <- d$R %*% tcrossprod(half) %*% t(d$R)
  se <- sqrt(diag(solve(at$information)))
  list(m2ll = at$m2ll, gamma = drop(d$R %*% at$gamma), se = sqrt(diag(cov)), se_robust = sqrt(diag(robust)),
       tau = at$tau, tau_se = se[seq_along(d$E)], alpha = at$alpha, alpha_se = se[-seq_along(d$E)],
       n_parameters = length(at$theta) + (if (d$reml) 0 else d$f), quadratic_form = at$quadratic,
       theta = at$theta, decrement = at$decrement)
}

# Satterthwaite: df = 2 v^2 / (g' Var(theta) g), v = Var(gamma_a), g its gradient in theta, Var(theta)
# the inverse of the observed information; both derivatives by Richardson's extrapolation.
satterthwaite <- function(d, theta) {
  observed <- numDeriv::jacobian(function(t) -evaluate(d, t)$score, theta)
  variances <- function(t) diag(d$R %*% evaluate(d, t)$cov %*% t(d$R))
  g <- numDeriv::jacobian(variances, theta)
  2 * variances(theta)^2 / rowSums((g %*% solve((observed + t(observed)) / 2)) * g)
}
