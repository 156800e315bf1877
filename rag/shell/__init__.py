"""What the commands of the shell share: progress, errors as one line, exit codes."""
