"""What fish costs, day by day, week by week and month by month: for everybody, and so without any single seller."""
