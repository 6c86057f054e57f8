"""Programs of the subject's image, run as ordinary processes."""
