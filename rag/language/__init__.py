"""What knows English: words, names, numbers, sentences, stems, and what kind of thing a question asks for."""
