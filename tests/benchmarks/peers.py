"""A Python peer on one model, in the environment of the peers; says the line of stopwatch.py.

    python peers.py PEER FOLDER OUTCOME X W VARIANCE    "-" for no W, no predictor of variance

Each gets its columns in the form in which it reads them fastest, made before the clock starts.
"""

import sys
from pathlib import Path

import numpy as np
from stopwatch import measure, memory


def glmm(columns, y, x, w, _):
    """Exact Satterthwaite degrees of freedom left out, as our fit does without them."""
    import glmm as package
    from pandas import Categorical

    units = columns["ID"].astype(int)
    columns["ID"] = Categorical.from_codes(units, [str(i) for i in range(units[-1] + 1)])
    formula = f"{y} ~ {fixed(x, w)} + (1 + {x} | ID)"
    return (
        lambda: package.fit(columns, formula, reml=False, satterthwaite=False),
        lambda fit: -2 * fit.loglik,
    )


def mixedlm(columns, y, x, w, _):
    from mixedlm import lmer

    data, formula = frame(columns), f"{y} ~ {fixed(x, w)} + (1 + {x} | ID)"
    return lambda: lmer(formula, data, REML=False), lambda fit: fit.deviance


def mixedlm_rs(columns, y, x, w, _):
    import mixedlm_rs as package

    data, formula = frame(columns), f"{y} ~ {fixed(x, w)}"

    def fit():
        model = package.mixedlm(formula, data, groups="ID", re_formula=f"~{x}")
        return model.fit(reml=False)

    return fit, lambda result: -2 * result.llf


def lme_python(columns, y, x, w, _):
    import lme_python as package
    from polars import DataFrame, String, col

    data = DataFrame(columns).with_columns(col("ID").cast(int).cast(String))
    formula = f"{y} ~ {fixed(x, w)} + (1 + {x} | ID)"
    return lambda: package.lmer(formula, data, reml=False), lambda fit: -2 * fit.log_likelihood


def interlace(columns, y, x, w, variance):
    from interlace import fit

    data, formula, random = frame(columns), f"{y} ~ {fixed(x, w)}", [f"(1 + {x} | ID)"]
    more = {"dispformula": f"~ {variance}"} if variance else {}
    return (
        lambda: fit(formula, data, random=random, method="ML", **more),
        lambda result: -2 * result.llf,
    )


def statsmodels(columns, y, x, w, _):
    from statsmodels.regression.mixed_linear_model import MixedLM

    data, formula = frame(columns), f"{y} ~ {fixed(x, w)}"

    def fit():
        model = MixedLM.from_formula(formula, data, re_formula=f"~{x}", groups="ID")
        return model.fit(reml=False)

    return fit, lambda result: -2 * result.llf


def fixed(x, w):
    """The fixed effects but the intercept; written out, as not every peer knows X * W."""
    return f"{x} + {w} + {x}:{w}" if w else x


def frame(columns):
    """A pandas data frame, units as whole numbers."""
    from pandas import DataFrame

    return DataFrame(columns | {"ID": columns["ID"].astype(int)})


PEERS = {
    "glmm": glmm,
    "mixedlm": mixedlm,
    "mixedlm-rs": mixedlm_rs,
    "lme-python": lme_python,
    "interlace-lme": interlace,
    "statsmodels": statsmodels,
}


def main(peer, folder, *names):
    """Read the columns, hand them over, measure."""
    y, x, w, variance = ("" if name == "-" else name for name in names)
    PEERS[peer]({"ID": np.zeros(1), y: np.zeros(1), x: np.zeros(1)}, y, x, "", "")  # imports
    before = memory("VmRSS")
    used = dict.fromkeys(filter(None, ("ID", y, x, w, variance)))
    columns = {name: np.fromfile(Path(folder, f"{name}.f64")) for name in used}
    measure(*PEERS[peer](columns, y, x, w, variance), before)


if __name__ == "__main__":
    main(*sys.argv[1:])
