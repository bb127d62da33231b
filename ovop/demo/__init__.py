"""A market to look at: co-operatives where fish is really landed, a year of invented orders run by the real rules."""
