"""Constants of the likelihood, free of numpy."""

from math import log, pi

LN_2PI = log(2 * pi)
