"""The parts of the dialog that makes data files."""
