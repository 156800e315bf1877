"""A small library of each version of the tables, as that version wrote it, of the articles in seeds/."""
