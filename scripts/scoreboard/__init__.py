"""The scoreboard: questions and articles in, measured figures out.

    articles file -> Collection ─┐
    questions file -> Questions ─┴-> asked one by one -> Outcomes -> Figures -> Run -> table, floors

An Outcome is what one question gave, in numbers; it stays on this computer. A Run holds aggregates
only: no question, no id, no text. The product never imports anything from here.
"""
