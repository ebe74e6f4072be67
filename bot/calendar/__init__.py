"""Days and moments: the lunar year, festivals, times as people write them."""
