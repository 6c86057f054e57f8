"""Attacks the engine of this machine with what the tool is to withstand, and says what held.

The attacks are data (`tests/hostile`, in an installed package `runner/_data/hostile`): one small
folder each, laid over an honest submission of a small challenge that comes with them. Five kinds:

    engine      a program of ours in a box, which tries what hostile code would
    intake      an archive or a folder at the door
    analysis    sources that only the analyser sees
    grading     a submission that is graded like any other
    render      text in every field of a record that is rendered

Each belongs to one promise (`guarantees`). A promise holds when everything that was tried against
it failed.
"""
