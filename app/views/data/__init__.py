"""The parts of the data viewer: rows and their order, cells, and what shows them."""
