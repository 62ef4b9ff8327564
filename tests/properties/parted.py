"""High School & Beyond as a folder of Parquet files, schools in no order, and rows neither."""

import numpy as np
import pandas as pd

from estimation.examples import hsb


def flat(data=None):
    """Both levels in one table."""
    data = data or hsb()
    sizes = np.diff(data.offsets)
    level2 = {name: np.repeat(values, sizes) for name, values in data.level2.items()}
    return pd.DataFrame({"SCHOOL": np.repeat(data.unit_ids, sizes), **data.level1, **level2})


def write(folder, table, parts=4, seed=1):
    """Write a table in so many files of whole schools."""
    rng = np.random.default_rng(seed)
    schools = np.array(table.SCHOOL.unique(), dtype=object)
    rng.shuffle(schools)
    folder.mkdir()
    for number, own in enumerate(np.array_split(schools, parts)):
        rows = table[table.SCHOOL.isin(own)].sample(frac=1, random_state=number)
        rows.to_parquet(folder / f"part{number}.parquet", index=False)
    return folder
