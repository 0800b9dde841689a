"""Models that come ready made: heads, and estimators of them."""
