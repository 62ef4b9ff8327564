"""Controls that know nothing of models."""
