"""Common given names: evidence that a name is a person's where the parse has no label or a wrong one."""

from __future__ import annotations

from pipeline.resolve.name_forms import key


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SLAVIC = _listed(
    "aleksandr alexander aleksandar oleksandr oleksii oleksiy alexei alexey alexandra anastasia anastasiya anatoly "
    "andrei andrey andrii andriy andrij andrzej anna anton arkady artem bogdan bohdan boris borys danil daniil daria "
    "darya denis denys dmitri dmitriy dmitry dmytro dmitrij ekaterina elena evgeny yevgeny yevhen gennady georgy "
    "grigory hanna ihor igor ilya inna irina iryna ivan ivica jan jaroslav jarosław katarzyna kateryna kirill "
    "konstantin krzysztof kyrylo larysa leonid lesya lyudmila liudmyla maksim maxim maksym mariana maria mariya marek "
    "mariusz marina maryna mateusz michał michajło mychajło mikhail mykhailo mykola natalia nataliya nadezhda nikita "
    "nikolai nikolay oksana oleg oleh olena olga olha ołena pavel pavlo paweł petro piotr polina radosław ramzan "
    "roman ruslan rustem serhii serhiy serhij sergei sergey sergiy siergiej stanislav stepan svetlana svitlana taras "
    "tatiana tetiana tomasz vadim vadym valentina valerii valery valeriy vasily vasyl viacheslav vyacheslav victor "
    "viktor viktoria vitali vitaliy vladimir vladislav volodymyr władysław wołodymyr yaroslav yelena yulia yuliia "
    "yuri yuriy yurii zbigniew zoran miloš goran dragan"
)
_OTHER = _listed(
    "adam avril alan albert alice amy andrea andrew angela annalena anthony antonio antony antónio arnold barack "
    "barbara ben benjamin bernard beth bill bob brian bruce carl carlos caroline catherine charles charlie chris "
    "christian christine christopher claire claudia dan daniel david dennis diana diego donald dorothy douglas edward "
    "elizabeth ellen emily emma emmanuel eric erik ernest ethan eva fernando francis francisco françois frank fred "
    "gary george gerhard giorgia gordon greg hans harry heather heiko helen henry howard hugh ian isaac jack jacob "
    "jake james jane janet jason javier jean jeff jeffrey jennifer jens jeremy jessica jim joanna joe joel john "
    "jonathan jorge josep joseph joshua juan juha julia julie justin kaja karen karl kate katherine keir keith kelly "
    "ken kenneth kevin kim larry laura lars lawrence leo linda lisa liz lloyd louis lucas luis luke magnus margaret "
    "marco margarita marie marine mario marise mark martin mary matt matthew megan michael michel michelle miguel "
    "mike mohammad mohammed muhammad nancy narendra nathan nicholas nick nicolas nicole nigel nina norman olaf oliver "
    "olivier oscar pablo patricia patrick paul paula pedro pete peter philip philippe pierre rachel ralph randy "
    "raymond rebecca rex richard rick rishi robert roger ron ronald rosa ruth ryan sam samuel sandra sara sarah scott "
    "sebastian simon stephane stephanie stephen steve steven stuart susan sven thomas tim timothy tobias todd tom "
    "tony ursula vincent virginia walter wendy werner wilhelm william wolfgang xavier yannick zachary"
)
_FEMALE = _listed(
    "alexandra anastasia anastasiya anna daria darya ekaterina elena hanna inna irina iryna katarzyna kateryna larysa "
    "lesya lyudmila liudmyla mariana maria mariya marina maryna natalia nataliya nadezhda oksana olena olga olha "
    "ołena polina svetlana svitlana tatiana tetiana valentina viktoria yelena yulia yuliia avril alice amy angela "
    "annalena barbara beth caroline catherine christine claire claudia diana dorothy elizabeth ellen emily emma eva "
    "giorgia heather helen jane janet jennifer jessica joanna julia julie kaja karen kate katherine laura linda lisa "
    "liz margaret margarita marise mary megan michelle nancy nicole nina patricia paula rachel rebecca rosa ruth "
    "sandra sara sarah stephanie susan ursula wendy"
)
# Names of men in one country and of women in another.
_EITHER = _listed("andrea chris jean jan kelly kim marie marine sam sasha nikita michel robin")
GIVEN = frozenset(key(name) for name in _SLAVIC | _OTHER)
FEMALE_GIVEN = frozenset(key(name) for name in _FEMALE)
EITHER_GIVEN = frozenset(key(name) for name in _EITHER)


def starts_like_a_person(name: str) -> bool:
    """True for two to four words of which the first is a common given name."""
    words = name.split()
    return 2 <= len(words) <= 4 and key(words[0]) in GIVEN


def gender_of_given(name: str) -> str:
    """Gender that the first word of a name of two to four words tells; nothing for names of either."""
    first = key(name.split()[0]) if starts_like_a_person(name) else ""
    if not first or first in EITHER_GIVEN:
        return ""
    return "female" if first in FEMALE_GIVEN else "male"
