"""Faults made on purpose: kills, full disks, damaged bytes, and what a library is afterwards."""
