"""The nouns of Clippings; every other module takes and returns them.

    file -> SourceFile -> Page -> Article -> Passage -> vectors -> Hit -> Evidence -> Answer

A citation runs the line backwards: mark [2] in a statement -> Evidence 2 -> exact span -> Article
-> file. Passage and Evidence are spans of an article: their text is a slice, so a quotation cannot
differ from the article. All offsets count characters of `Article.text`; `end` is exclusive. A score
is higher when better, everywhere.
"""
