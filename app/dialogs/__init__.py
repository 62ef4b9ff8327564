"""Dialogs: each takes a model specification and gives one back."""
