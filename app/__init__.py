"""The Qt windows of Levelwise."""
