"""Everything that knows English: words, names, numbers, sentences, stems, kinds of questions."""
