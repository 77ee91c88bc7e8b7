# Reads every matrix of an export as R does and gives the alpha that the manifest has.
#
# Run by apart.py: Rscript check_alpha.R ALPHAS, a table of file, level and alpha. With the package irr its kripp.alpha
# is asked too, where that can be installed; the formula is that of Krippendorff (2011), Computing Krippendorff's
# Alpha-Reliability.

arguments <- commandArgs(trailingOnly = TRUE)
has_irr <- requireNamespace("irr", quietly = TRUE)

# Alpha of a matrix of coders (rows) and units (columns) with missing values.
alpha <- function(ratings, level) {
  values <- sort(unique(ratings[!is.na(ratings)]))
  coincidences <- matrix(0, length(values), length(values))
  for (unit in seq_len(ncol(ratings))) {
    n <- as.vector(table(factor(ratings[, unit], levels = values)))
    if (sum(n) > 1) coincidences <- coincidences + (outer(n, n) - diag(n, length(n))) / (sum(n) - 1)
  }
  n <- rowSums(coincidences)
  distance <- switch(level,
    nominal = outer(values, values, "!=") + 0,
    interval = outer(values, values, "-")^2,
    ratio = (outer(values, values, "-") / outer(values, values, "+"))^2,
    ordinal = {
      upto <- cumsum(n)
      between <- abs(outer(upto - n / 2, upto - n / 2, "-"))
      between^2
    }
  )
  distance[is.nan(distance)] <- 0
  1 - (sum(n) - 1) * sum(coincidences * distance) / sum(outer(n, n) * distance)
}

expected <- read.csv(arguments[1], stringsAsFactors = FALSE)
stopifnot(nrow(expected) > 0)
for (i in seq_len(nrow(expected))) {
  ratings <- t(as.matrix(read.csv(expected$file[i], header = FALSE, na.strings = "#")))
  found <- alpha(ratings, expected$level[i])
  stopifnot(abs(found - expected$alpha[i]) < 1e-9)
  if (has_irr) stopifnot(abs(irr::kripp.alpha(ratings, expected$level[i])$value - expected$alpha[i]) < 1e-9)
}
cat(sprintf("R%s: %d matrices, the same alpha\n", if (has_irr) " and irr" else "", nrow(expected)))
