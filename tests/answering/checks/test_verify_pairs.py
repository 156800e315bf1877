"""Statements beside the words they cite: what has to pass, and what has to be found.

Numbers, names and quotations are vetoed by the letter, every one. What turns the meaning is for
the checker, which is measured on all pairs.
"""

from __future__ import annotations

import pytest

from rag.answering.checks.verify import judge, vetoes
from tests.fakes import evidence

# of all false statements, of all true ones: a little less than the committed weights reach
CAUGHT, PASSED = 0.80, 0.84

GOOD = {
    "numbers": [
        ("The port handled 3,000 ships.", "The port handled 3 thousand ships."),
        ("The port handled three thousand ships.", "The port handled 3,000 ships."),
        ("Two dozen boats sank.", "24 boats sank in the storm."),
        ("Half a million people voted.", "About 500,000 people voted on Sunday."),
        ("The bridge cost $3 million.", "The bridge cost $3m, the council said."),
        ("The bridge cost 3,000,000 dollars.", "The bridge cost $3 million."),
        ("The bridge cost €2.5 billion.", "The bridge cost 2.5bn euros."),
        ("Turnout was 10%.", "Turnout was 10 per cent."),
        ("Turnout was ten percent.", "Turnout was 10 % in the valley."),
        ("Three and a half million people fled.", "Some 3.5 million people fled."),
        ("Two hundred and fifty people marched.", "250 people marched to the square."),
        ("Prices will rise 10% to 12%.", "Prices will rise by 10 to 12 percent."),
        ("It costs between $3 million and $4 million.", "It costs $3-4 million to repair."),
        ("He was born in 1975.", "Born in 1975 in Dovre, he studied law."),
        ("It is the third strike.", "It is the 3rd strike this year."),
        ("The meeting is on 5 June.", "The meeting is on June 5th."),
        ("She is 45.", "The 45-year-old runs the museum."),
        ("A third of the voters stayed home.", "33% of the voters stayed home."),
        ("Half of the voters stayed home.", "50 percent of the voters stayed home."),
        ("One man was hurt.", "A man was hurt in the crash."),
        ("One of the boats sank.", "Some of the boats sank."),
        ("More than 3,000 people came.", "Over 3,000 people came to the fair."),
        ("Nearly 3,000 people came.", "Almost 3,000 people came to the fair."),
        ("More than 3,000 people came.", "The fair drew 3,000 people, who came early."),
        ("Thousands of people came.", "Some 12,000 people came to the fair."),
        ("Hundreds of people came.", "Several hundred people came to the fair."),
        ("The match ended 2-1.", "The match ended 2-1 after extra time."),
        ("The F-35 crashed.", "An F-35 crashed near the coast."),
    ],
    "directions": [
        ("Exports rose 5%.", "Exports increased 5% in May."),
        ("Exports fell 5%.", "Exports were down 5% in May."),
        ("Shares fell in Tokyo.", "Shares rose in London but declined in Tokyo."),
        ("Exports rose from a lower level.", "Exports climbed from a lower level."),
        ("Lee won the election.", "Kim lost to Lee in the election."),
        ("The council rejected the plan.", "The council did not approve the plan."),
        ("The court found the editor not guilty of fraud.", "The court acquitted the editor of fraud."),
        ("He was released on Monday.", "He was arrested on Sunday and released on Monday."),
        ("The bridge opened after the storm.", "The bridge reopened after the storm passed."),
        ("He grew up in Dovre.", "He grew up in Dovre, where the mill has lost its workers."),
        ("The talks began on Monday.", "The talks, which ended on Friday, began on Monday."),
        ("The mayor was fired.", "The council dismissed the mayor on Friday."),
        ("She resigned before the vote.", "Before the vote, she resigned."),
        ("The law applies since 2020.", "The law applies after 2020."),
    ],
    "negation": [
        ("Nobody was hurt.", "No one was hurt, police said."),
        ("No passengers were injured.", "None of the passengers were injured."),
        ("The officials did not respond.", "The officials did not immediately respond to requests."),
        ("The officials did not comment.", "The officials did not respond to requests for comment."),
        ("The mayor resigned on Friday.", "The mayor resigned on Friday, though not for his health."),
        ("The mayor denied taking money.", "The mayor denied taking any money from the firm."),
        ("The talks ended without a deal.", "The talks ended with no deal."),
        ("The bill did not pass.", "The bill failed to pass the senate."),
        ("She sold the mill and the farm.", "She sold not only the mill but also the farm."),
        ("He refused to sign the treaty.", "He did not sign the treaty, as he refused to."),
        ("The plant is no longer open.", "The plant is not open any more."),
    ],
    "quotations": [
        ("He called it “a dark day”.", 'He called it "a dark day" for the valley.'),
        ('She said "we will rebuild".', "She said: “We will rebuild.”"),
        ("She said “we will … stay”.", "She said “we will rebuild and we will all stay”."),
        ("He called it “Dovre's shame”.", "He called it ‘Dovre’s shame’ in his speech."),
    ],
    "roles": [
        ("Charles replaces Genalo.", "Genalo is replaced by Charles."),
        ("Charles will replace Genalo.", "Trump will replace Genalo with Charles."),
        ("Genalo was succeeded by Charles.", "Charles succeeded Genalo."),
        ("Charles replaces Genalo.", "Genalo, whom Charles replaces, will retire."),
        ("Lee beat Kim.", "Lee defeated Kim in the final."),
        ("Acme bought Bolt for $3 million.", "Bolt was acquired by Acme for $3m."),
        ("Acme sued Bolt.", "Acme is suing Bolt over a patent."),
        ("Varga takes over from Brandt.", "Varga replaces Brandt, who takes a rest."),
        ("Newark sued two officials.", "The city of Newark sued two officials."),
        ("Charles will replace Genalo.", "Genalo will retire, and Charles will replace him."),
    ],
    "lists": [
        (
            "Marcos Charles will replace Genalo.",
            "Marcos Charles and Derek Gordon will replace Genalo and Hammer, respectively.",
        ),
        (
            "Derek Gordon will replace Hammer.",
            "Marcos Charles and Derek Gordon will replace Genalo and Hammer, respectively.",
        ),
        ("Prices rose by 12% in Italy.", "Prices rose by 10% and 12% in Spain and Italy, respectively."),
    ],
    "speakers": [
        ("Nine died, according to officials.", "Nine people died, officials said."),
        ("Prices rose, according to the survey.", "Prices rose, a survey shows."),
        ("Mira Voss says the bridge is safe.", "“The bridge is safe,” said Mira Voss, who built it."),
        ("Lee called Yoon submissive to Japan.", "Lee has called Yoon submissive to Japan."),
    ],
    "frames": [
        ("Karl Dahl is accused of arson.", "Karl Dahl is accused of setting the warehouse on fire."),
        ("Police suspect Karl Dahl.", "Karl Dahl is suspected by police of the theft."),
        ("The lawsuit says he was arrested without cause.", "His lawsuit claims that he was arrested without cause."),
        ("The mayor may step down.", "The mayor may resign, two aides said."),
        ("The plant is to close by May.", "The plant is expected to close by May."),
    ],
    "wordings": [
        ("The firm laid off 300 workers.", "The firm is smaller now, after cutting three hundred jobs."),
        ("The army ended the siege.", "The army lifted the siege, begun in May."),
        ("Kim Moon-soo came second in the election.", "Lee won the election; the runner-up was Kim Moon-soo."),
        ("Unemployment fell.", "Unemployment eased to 4 percent."),
        ("The council shelved the plan.", "The council put the plan aside for good."),
    ],
}  # fmt: skip
BAD = {
    "numbers": [
        ("The port handled 3 million ships.", "The port handled 3,000 ships."),
        ("Three dozen boats sank.", "24 boats sank in the storm."),
        ("Half a million people voted.", "Some 50,000 people voted on Sunday."),
        ("The bridge cost $3 million.", "The bridge cost $3bn, the council said."),
        ("The bridge cost $3 million.", "The bridge cost €3 million."),
        ("The bridge cost 10 million euros.", "The bridge cost 10 million pounds."),
        ("Turnout was 10%.", "Turnout was 10 votes."),
        ("10 people voted.", "10% of the people voted."),
        ("Support rose 4 percent.", "Support rose 4 percentage points."),
        ("It took 3 months.", "It took 3 weeks."),
        ("He ran 10 miles.", "He ran 10 km along the coast."),
        ("Prices will rise 10% to 15%.", "Prices will rise by 10 to 12 percent."),
        ("He was born in 1976.", "Born in 1975 in Dovre, he studied law."),
        ("It is the fourth strike.", "It is the 3rd strike this year."),
        ("The meeting is on 6 June.", "The meeting is on June 5th."),
        ("Two thirds of the voters stayed home.", "33% of the voters stayed home."),
        ("One man was hurt.", "Three men were hurt in the crash."),
        ("More than 3,000 people came.", "Nearly 3,000 people came to the fair."),
        ("At least 3,000 people came.", "Up to 3,000 people came to the fair."),
        ("Fewer than 40 people came.", "More than 40 people came to the fair."),
        ("Under $5 million was spent.", "Over $5 million was spent."),
        ("Thousands of people came.", "Some 120 people came to the fair."),
        ("Millions of people came.", "Thousands of people came to the fair."),
    ],
    "directions": [
        ("Exports rose 5%.", "Exports fell 5% in May."),
        ("Exports increased in May.", "Exports declined in May."),
        ("Exports were up 5%.", "Exports were down 5% in May."),
        ("Shares fell in London.", "Shares rose in London but declined in Tokyo."),
        ("Exports fell 5% in June.", "Exports rose 5% in June. Imports fell 5% in June."),
        ("The bank raised rates.", "The bank cut rates on Friday."),
        ("Lee won the election.", "Lee lost the election."),
        ("The council approved the plan.", "The council rejected the plan."),
        ("The union accepted the offer.", "The union refused the offer."),
        ("Police arrested the editor.", "Police released the editor on Monday."),
        ("The jury found the editor guilty.", "The jury acquitted the editor."),
        ("The editor was found guilty.", "The editor was found not guilty."),
        ("The plant opened on Monday.", "The plant closed on Monday."),
        ("The club hired the coach.", "The club fired the coach."),
        ("The law applies after 2020.", "The law applies before 2020."),
        ("He resigned before the vote.", "He resigned after the vote."),
        ("The court upheld the ban.", "The court overturned the ban."),
        ("The firm reported a profit.", "The firm reported a loss."),
    ],
    "negation": [
        ("Two passengers were hurt.", "Two passengers came; nobody was hurt."),
        ("The passengers were hurt.", "None of the passengers were hurt."),
        ("The mayor did not resign.", "The mayor resigned on Friday."),
        ("The mayor will resign.", "The mayor will not resign."),
        ("The firm paid bribes.", "The firm denied bribes were paid."),
        ("The bill passed the senate.", "The bill failed to pass the senate."),
        ("He agreed to sign the treaty.", "He refused to sign the treaty."),
        ("The talks reached an agreement.", "The talks never reached an agreement."),
        ("The bridge isn't safe.", "The bridge is safe, engineers said."),
        ("Neither team scored.", "Each team scored in the first half."),
        ("The plant no longer makes steel.", "The plant makes steel."),
    ],
    "quotations": [
        ("He called it “a bright day”.", 'He called it "a dark day" for the bright valley.'),
        ("She said “rebuild we will”.", "She said: “We will rebuild.”"),
        ("She said “we will leave … stay”.", "She said “we will rebuild and we will all stay”."),
    ],
    "roles": [
        ("Genalo replaces Charles.", "Charles replaces Genalo."),
        ("Genalo replaces Charles.", "Genalo is replaced by Charles."),
        ("Charles is replaced by Genalo.", "Charles replaces Genalo."),
        ("Genalo replaced Charles as director.", "Charles will now follow Genalo and Lund."),
        ("Genalo will replace Charles.", "Trump will replace Genalo with Charles."),
        ("Genalo will replace Charles.", "Genalo will retire, and Charles will replace him."),
        ("Kim beat Lee.", "Lee defeated Kim in the final."),
        ("Bolt bought Acme.", "Bolt was acquired by Acme."),
        ("Bolt sued Acme.", "Acme is suing Bolt over a patent."),
        ("Brandt takes over from Varga.", "Varga replaces Brandt."),
        ("Lima accuses Quito of fraud.", "Lima was accused of fraud by Quito."),
    ],
    "lists": [
        (
            "Marcos Charles will replace Hammer.",
            "Marcos Charles and Derek Gordon will replace Genalo and Hammer, respectively.",
        ),
        ("Prices rose by 12% in Spain.", "Prices rose by 10% and 12% in Spain and Italy, respectively."),
        ("Hammer replaces Genalo.", "Charles and Gordon will replace Genalo and Hammer."),
        ("Gordon replaces Charles.", "Charles and Gordon will replace Genalo and Hammer."),
    ],
    "speakers": [
        ("Nine died, according to officials.", "Nine people died in the blaze."),
        ("According to the pool cost 7.4 million crowns.", "The pool cost 7.4 million crowns."),
        ("“The bridge is safe,” Jon Lie said.", "“The bridge is safe,” said Mira Voss. Jon Lie did not comment."),
        ("Jon Lie denies that the bridge is safe.", "Mira Voss denies that the bridge is safe; Jon Lie was silent."),
        ("Lee says Japan is submissive to South Korea.", "Lee of South Korea has called Yoon submissive to Japan."),
    ],
    "frames": [
        ("Karl Dahl set the warehouse on fire.", "Karl Dahl is accused of setting the warehouse on fire."),
        ("Karl Dahl took the money.", "Karl Dahl is suspected of having taken the money."),
        ("Karl Dahl took the money.", "Karl Dahl allegedly took the money."),
        ("Baraka was arrested without cause.", "Baraka's lawsuit claims that he was arrested without cause."),
        ("The mayor will resign.", "The mayor may resign, two aides said."),
        ("The plant closed by May.", "The plant is expected to close by May."),
        ("The plant will close.", "The firm considered whether to close the plant."),
    ],
    "wordings": [
        ("Prices went up.", "Prices went down."),
        ("Acme hired Varga.", "Varga hired Acme to build the mill."),
        ("Dovre attacked Norland.", "Norland attacked Dovre at night."),
        ("Unemployment eased.", "Unemployment worsened in May."),
        ("The council adopted the plan.", "The council shelved the plan."),
        ("The bank tightened its rules.", "The bank loosened its rules."),
        ("Ilse Varga was born in Dovre.", "Ilse Varga, whose rival Tom Brandt was born in Dovre, won."),
        ("Most members voted for it.", "Few members voted for it."),
        ("All members voted for it.", "Some members voted for it."),
        ("Prosecutors pursued the case.", "Prosecutors dropped the case."),
        ("The high court cleared the way for the ban.", "The high court blocked the ban on fishing."),
        ("Lee Jae-myung came second in the election.", "Lee Jae-myung won the election in South Korea."),
        ("A museum opened beside the harbour.", "The agency makes arrests; its head will retire."),
    ],
}  # fmt: skip


def rows(table, *rules):
    """The pairs of a table by these rules, or by all, named by their rule."""
    chosen = {rule: table[rule] for rule in rules or table}
    return [pytest.param(*pair, id=f"{rule}: {pair[0]}") for rule in chosen for pair in table[rule]]


@pytest.mark.parametrize(("statement", "source"), rows(GOOD))
def test_what_is_said_in_other_words_has_no_wrong_letter(statement, source):
    """No veto hits a fair paraphrase."""
    assert vetoes(statement, evidence(source)) == []


@pytest.mark.parametrize(("statement", "source"), rows(BAD, "numbers", "quotations"))
def test_a_wrong_number_or_quotation_is_vetoed(statement, source):
    """Whatever a network would say."""
    assert vetoes(statement, evidence(source))


@pytest.mark.models
@pytest.mark.parametrize(
    ("table", "wanted"), [(GOOD, False), (BAD, True)], ids=["true passed", "false caught"]
)
def test_the_real_checker_judges_the_pairs_rightly(table, wanted, judges):
    """Most of them; it names those that it does not."""
    wrong = {
        rule: [
            (said, source)
            for said, source in pairs
            if bool(judge(said, evidence(source), "", judges).problems) is not wanted
        ]
        for rule, pairs in table.items()
    }
    share = 1 - sum(map(len, wrong.values())) / sum(map(len, table.values()))
    assert share >= (CAUGHT if wanted else PASSED), wrong
