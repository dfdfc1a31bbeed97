"""Closed word lists of English that the rules lean on beside the language file."""

from __future__ import annotations


def listed(text: str) -> frozenset[str]:
    """Words of a string, as a set."""
    return frozenset(text.split())


# Small words inside names: of people, and (with the second list) of institutions.
NAME_PARTICLES = listed("de da di du del della la le van von der den ter bin bint al el ibn ben st dos")
JOINING = listed("of and for the")
# A name with such a word is no person's.
ORGANISATION = listed(
    "ministry department office council party union university institute agency committee commission court parliament "
    "police army navy force association society group company bank board school centre center foundation league club "
    "authority government federation organisation organization corporation network service news times post tribune "
    "hospital church corps command mission relief watch assembly congress senate house administration inc ltd llc "
    "island islands river street road park bay valley city county province basin sea fund report act agreement team "
    "rovers athletic wanderers united lines radio volunteers observatory gazette ledger courier review media platform "
    "channel portal outlet conference summit forum embassy services palace staff"
)
# A name with such a word is nobody's.
THINGS = listed("doctrine concept strategy constitution treaty war battle")
# Endings of adjectives made of names (Ostry-based).
NAMED_AFTER = ("-based", "-born", "-led", "-backed", "-era", "-style", "-controlled", "-occupied", "-made", "-speaking")
# Titles and role nouns before a name that stand for longer ones, and ranks of nobility.
SHORT_TITLES = listed("ceo cfo cto pm mp mps mep fm vp excellency duchess duke earl countess baroness patriarch rector")
# Departments: words of offices (foreign minister) that belong to the name of a body (Foreign Ministry).
DEPARTMENT = listed("foreign defence defense interior finance justice state special")
# Head nouns of bodies that many states, towns and firms have; alone they name none.
BODY = listed(
    "ministry department office council party parliament army police agency committee commission staff command "
    "embassy service bureau court senate administration directorate navy inspectorate"
)
# Words that tell bodies of one place apart, not places.
COMMON = (
    DEPARTMENT | BODY | listed("regional city town local national general central supreme military internal health")
)
# Words after which a name of a body is complete.
CLOSING = BODY | listed("affairs defence defense interior finance state justice environment policy union security")
# A name with such a word may go on after "of", "for" and "and": Institute for Border Studies.
INSTITUTION = listed(
    "institute ministry university department office committee commission court council board centre center school "
    "bank college organisation organization association federation union party house republic agency society league "
    "chamber kingdom hospital museum foundation fund bureau concord confederation embassy parliament directorate "
    "staff command administration academy"
)
PLACE_BEFORE = listed("in at near from to of outside around across towards toward into over on along")
DATES = listed(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august september "
    "october november december jan feb aug sept oct nov dec"
)
# Titles and nouns that tell the gender; without one the pronouns of the article have to tell it.
FEMALE = listed(
    "mrs ms miss mme madame lady dame queen princess baroness duchess mother wife daughter sister widow woman girl "
    "grandmother aunt headmistress actress waitress businesswoman hostess niece heroine nun matron"
)
MALE = listed(
    "mr sir lord king prince baron duke father husband son brother widower man boy grandfather uncle headmaster actor "
    "waiter nephew monk businessman policeman fisherman"
)
# Endings of nouns for people (dairyman, broker, sculptor, economist, librarian), and things that end so.
PERSON_ENDINGS = ("man", "woman", "person", "er", "or", "ist", "ian", "eer", "ee", "ess", "ant")
THINGS_LIKE_PEOPLE = listed(
    "paper newspaper letter poster order charter chamber number power register answer water corner summer winter "
    "river border tower offer banner leader-board centrepiece committee restaurant plant grant covenant tender "
    "leaflet headquarter quarter former latter other matter weather harbor harbor-master tenor error mirror sector "
    "factor business witness-statement process press address congress fortress guarantee referendum computer server "
    "printer carrier operator-company newsletter folder sticker counter meter consensus document draft bulletin "
    "disaster supporter-club flyer dossier transfer shelter center finger banter broadcaster regulator insurer "
    "retailer carmaker"
)
# Speaking for a state: "the Quendan government" is Quenda.
GOVERNMENT = listed("government authorities leadership")
# Nouns that mean the organisation spoken of last, whatever its name.
GENERIC = listed("company firm agency group organisation organization charity newspaper paper broadcaster club network")
ROYAL = listed("majesty highness")
ROYAL_ROLES = listed("king queen emperor empress sultan emir prince princess")
# Heads of offices whose place or state follows: "the governor of Ostry".
OF_A_PLACE = listed("governor mayor president premier minister chancellor head")
OFFICES = listed(
    "president minister premier chancellor ambassador governor mayor general colonel admiral senator pope king queen "
    "judge spokesman spokeswoman spokesperson secretary commander chairman chairwoman deputy envoy prosecutor bishop"
)
# Nouns that a writer uses for somebody just named, not for one more unnamed person.
DESCRIPTIONS = OFFICES | listed(
    "politician strongman expert diplomat leader congressman congresswoman lawmaker oppositionist economist scholar "
    "author scientist businessman billionaire millionaire dictator autocrat ruler commentator professor historian "
    "activist philosopher ex-president head premier analyst journalist pontiff statesman tycoon oligarch chief"
)
# More nouns for human beings.
PEOPLE_NOUNS = DESCRIPTIONS | listed("spy representative correspondent archbishop guide fellow mercenary volunteer")
# Who leads a state is called so, whatever the office.
LEADERS = listed("leader strongman head premier")
LEADING_ROLES = frozenset(("president", "prime minister", "chancellor", "king", "queen", "supreme leader", "taoiseach"))
