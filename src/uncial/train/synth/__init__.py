"""Lines that nobody ever scanned: texts made up, set in free fonts, and damaged as real pages are."""
