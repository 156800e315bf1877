"""Question -> hits -> evidence -> the verdict of the gate."""
