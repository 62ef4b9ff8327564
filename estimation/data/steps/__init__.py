"""Small data management: steps that are kept with the data, repeated, edited and taken back."""

from estimation.data.steps.applying import Change, apply_all, change
from estimation.data.steps.base import Step
from estimation.data.steps.codec import KINDS, from_json, to_json
from estimation.data.steps.copies import Around, Centred, Standardised
from estimation.data.steps.dummies import Category, Dummies, categories, dummy_names, free_name
from estimation.data.steps.functions import Logarithm, Product, SquareRoot
from estimation.data.steps.groups import GroupMean, GroupSD, GroupSize
from estimation.data.steps.lag import Lag
from estimation.data.steps.recode import Others, Recode, Rule
from estimation.data.steps.rename import Rename
from estimation.data.steps.rows import Comparison, Condition, Filter, Join

__all__ = [
    "KINDS",
    "Around",
    "Category",
    "Centred",
    "Change",
    "Comparison",
    "Condition",
    "Dummies",
    "Filter",
    "GroupMean",
    "GroupSD",
    "GroupSize",
    "Join",
    "Lag",
    "Logarithm",
    "Others",
    "Product",
    "Recode",
    "Rename",
    "Rule",
    "SquareRoot",
    "Standardised",
    "Step",
    "apply_all",
    "categories",
    "change",
    "dummy_names",
    "free_name",
    "from_json",
    "to_json",
]
