"""Write the parts of README.md and docs/ that follow from code and saved runs.

commands   options, exit codes and make targets, from the commands themselves
figures    tables of figures, from the saved runs of scripts/results
parts      the marked places in the files, and what belongs there
"""
