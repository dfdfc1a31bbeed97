"""Stage `evaluate`: score the run against the gold, and write metrics, reports and charts."""
