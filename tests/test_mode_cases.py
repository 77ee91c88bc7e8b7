"""How often the guessed mode is right on statements coded by the definitions, before the rules were tried."""

from __future__ import annotations

from annotator.text.mode import guess_mode

CASES = [
    # acts and stands
    ("Portugal voted against the resolution on fishing quotas.", "commitment", "position"),
    ("The bishop refuses to bless the new ferry.", "commitment", "position"),
    ("Galway withdrew its bid for the regatta on Tuesday.", "commitment", "position"),
    ("The dockers’ union has sided with the pilots.", "commitment", "position"),
    ("Estonia signed the charter without reservations.", "commitment", "position"),
    ("The regional council vetoed the second runway in May.", "commitment", "position"),
    ("The museum sent two restorers to help with the mosaics.", "commitment", "position"),
    ("Wexford declined to take part in the inquiry.", "commitment", "position"),
    ("The farmers have long resisted any new road through the valley.", "commitment", "position"),
    ("The Greens pledged to support the budget, whatever it costs.", "commitment", "position"),
    ("The orchestra has boycotted the hall since the sale.", None, "position"),
    ("Both parties backed the ban on night flights.", None, "position"),
    ("The ministry has never recognised the new boundary.", "denial", "position"),
    ("The company does not accept the inspector’s findings.", "denial", "position"),
    ("The islanders’ opposition to the wind farm is unbroken.", "commitment", "position"),
    ("The mayor’s refusal to sign the lease dates from 2019.", "commitment", "position"),
    # words in the journalist's wording
    ("The bishop said he would not bless the new ferry.", "commitment", "indirect"),
    ("Galway announced that it would withdraw its bid.", "commitment", "indirect"),
    ("The pilots warned that the channel would silt up by spring.", "prediction", "indirect"),
    ("According to the harbour master, no pilot was on board.", "fact", "indirect"),
    ("In the view of the insurers, the crew acted too late.", "evaluation", "indirect"),
    ("The company denied that it had moved the buoys.", "denial", "indirect"),
    ("Her lawyer rejected the charge that she had forged the deed.", "denial", "position"),
    ("The council called the plan a waste of money.", "evaluation", "indirect"),
    ("The union accuses the port of hiding two reports.", "accusation", "indirect"),
    ("The inspector blamed the fire on a faulty cable.", "accusation", "indirect"),
    ("Farmers urged the ministry to open the sluices.", "demand", "indirect"),
    ("The curator spoke of a “miserable” light in the hall.", "evaluation", "indirect"),
    # titles
    ("“The Last Ferryman of Inish” tells the islanders’ side of it.", "interpretation", "indirect"),
    ("Her film “A Winter Without Bread” blames the grain board.", "accusation", "indirect"),
    # fragments, also after cues that no list has
    ("The curator bemoaned the “slow death by committee” of his museum.", "evaluation", "mixed"),
    ("The pilots scoffed at what they called “a timetable for gulls.”", "evaluation", "mixed"),
    ("Estonia will stand by the charter “in fair weather and foul,” its envoy said.", "commitment", "mixed"),
    ("To the farmers it is “theft by daylight,” and nothing less.", "accusation", "mixed"),
    ("The bishop would have “no part in it,” he told the parish.", "commitment", "mixed"),
    # whole words
    ("“We were never asked,” the ferryman said.", "fact", "direct"),
    ("“It was dark,” she recalled, “and nobody had a lamp.”", "fact", "direct"),
    ("The envoy put it plainly: “No charter, no fish.”", "demand", "direct"),
    ("“Who pays for it? Not us,” asked a farmer at the gate.", "commitment", "direct"),
    ("“And the gulls will have the rest.", "prediction", "direct"),
]
LEAST = 0.93


def test_the_guessed_mode_is_right_in_most_statements() -> None:
    wrong = [
        (guess, mode, text)
        for text, claim, mode in CASES
        if (guess := guess_mode(text, (0, len(text)), claim=claim)) != mode
    ]

    assert len(CASES) - len(wrong) >= LEAST * len(CASES), wrong
