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
    "rovers athletic wanderers united lines radio volunteers observatory gazette ledger courier review"
)
# A name with such a word may go on after "of", "for" and "and": Institute for Border Studies.
INSTITUTION = listed(
    "institute ministry university department office committee commission court council board centre center school "
    "bank college organisation organization association federation union party house republic agency society league "
    "chamber kingdom hospital museum foundation fund bureau concord confederation"
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
    "paper newspaper letter poster order charter chamber number power register answer water corner summer winter river "
    "border tower offer banner leader-board centrepiece committee restaurant plant grant covenant tender leaflet "
    "headquarter quarter former latter other matter weather harbor harbor-master tenor error mirror sector factor "
    "business witness-statement process press address congress fortress guarantee referendum computer server printer "
    "carrier operator-company newsletter folder sticker counter meter consensus document draft bulletin disaster "
    "supporter-club flyer dossier transfer shelter center finger banter broadcaster regulator insurer retailer carmaker"
)
# Speaking for a state: "the Quendan government" is Quenda.
GOVERNMENT = listed("government authorities leadership")
# Nouns that mean the organisation spoken of last, whatever its name.
GENERIC = listed("company firm agency group organisation organization charity newspaper paper broadcaster club network")
ROYAL = listed("majesty highness")
ROYAL_ROLES = listed("king queen emperor empress sultan emir prince princess")
