"""One kind of error in each module; `verify` runs all of them on a statement."""
