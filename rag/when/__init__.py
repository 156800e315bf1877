"""What knows a calendar: the days a question means (`window`), and the days that texts name."""
