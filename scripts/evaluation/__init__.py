"""Measure quality: questions and articles in, figures out. Start it: python -m scripts.evaluation

    tasks     every measurement by name; each says what is asked, and how it is scored
    runner    task -> every question asked once -> Outcomes -> Figures -> Run
    runs      saved runs: read, shown, compared; floors: what a run must reach
    speed     seconds and memory, apart from all that

An Outcome is what one question gave, in numbers; it stays on this computer. A Run holds aggregates
only: no question, no id, no text. The product never imports anything from here.
"""
