"""Two-level hierarchical linear models with heterogeneous level-1 variance.

Qt-free: usable from a script, a notebook and the command line.
"""

__version__ = "0.1.0"
