"""One way to be wrong in each module; `verify` asks all of them about a statement."""
