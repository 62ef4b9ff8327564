"""Icons, examples and help texts shipped with Levelwise."""
