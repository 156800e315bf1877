"""Make the numbers that the product ships, from development data; each module makes one file."""
