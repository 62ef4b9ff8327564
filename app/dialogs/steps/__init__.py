"""A form for each kind of data step, in a dialog that shows what the step would do."""
