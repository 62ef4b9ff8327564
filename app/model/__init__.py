"""What the windows show and edit, without a window."""
