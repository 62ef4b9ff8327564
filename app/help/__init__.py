"""Help: pages of Markdown from resources/help, in a window of their own beside the program's."""

from app.help.window import close_help, show_help

__all__ = ["close_help", "show_help"]
