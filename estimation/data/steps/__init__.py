"""Small data management: steps that are kept with the data, repeated, edited and taken back."""

from estimation.data.steps.base import Step

__all__ = ["Step"]
