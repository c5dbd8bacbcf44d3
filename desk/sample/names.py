"""Eighty people nobody has met: given name, family name, pronouns, age, and marks.

A mark is a kind of care (`np` needles with current, `ac` needles, `cm` community chair, `dn` dry needling, `tn` Tui Na,
`tc` Tui Na and cupping), a fact about their health, or something the front desk should know; `new` has not been here
yet, `noforms` has not filled in the intake, a first name is who treats them. `desk.sample.patients` reads them.
"""

from typing import NamedTuple

TABLE = """
Ana | Ortiz | she/her | 54 | np fm es kim
Li | Chen | she/her | 71 | ac fm pacemaker kim
Joe | Bakerfield | he/him | 47 | np fm kim
Marisol | Díaz Quintero | she/her | 38 | np fm es kim
Zoë | Achterwater | she/her | 29 | np fm nickel
Siobhán | Ó Fearnóg | she/her | 44 | np fm faint
Tomasz | Brzozowy | he/him | 51 | dn mp
Łucja | Wierzbowska | she/her | 63 | np fm aspirin
Nguyễn | Thanh Sương | she/her | 58 | ac fm interpreter
Björn | Lindgrove | he/him | 66 | dn fm warfarin
Priyamvada | Neelakandy | she/her | 35 | np fm kim
Oluwaseun | Adebisi-Marsh | he/him | 42 | dn mp
Yūko | Tsukimura | she/her | 49 | np fm kim
Ghazal | Dowlatshani | she/her | 33 | ac fm pregnant22 dana
Aleksei | Berezhkov | he/him | 57 | dn mp diabetes
Fatoumata | Kéïtaba | she/her | 40 | tc fm
Iñigo | Echebarrúa | he/him | 45 | dn mp es
Mehwish | Qandeelpur | she/her | 31 | np fm
Rosalind | Thistlewick | she/her | 68 | ac fm lymph_left_arm dana
Desmond | Okonwe-Hale | he/him | 61 | tn fm wheelchair mei
Ebba | Sörenstrand | she/her | 36 | np fm
Giancarlo | Montefosco | he/him | 52 | dn mp aspirin
Hye-rin | Baekwon | she/her | 27 | np fm
Ikaika | Makanahele | he/him | 39 | tn mp
Jolanta | Krzemińska | she/her | 59 | np fm lung
Kwabena | Asantewood | he/him | 48 | dn mp
Ludmila | Vorobyanska | she/her | 74 | tn fm apixaban
Maëlle | Rochebrune | she/her | 34 | np fm
Noor | Al-Ghadiri | they/them | 26 | np fm
Óscar | Villafría | he/him | 55 | ac fm es interpreter dana
Petra | Hollerbusch | she/her | 62 | cm fm
Quillon | Vanterpole | he/him | 43 | dn mp noforms
Rūta | Žaliakalnė | she/her | 37 | np fm
Sefa | Tuimalealii-Finn | he/him | 50 | tc mp
Tamar | Mchedliani | she/her | 46 | np fm
Uxía | Carballeira | she/her | 41 | cm fm
Vashti | Ramdeenpaul | she/her | 53 | ac fm epilepsy
Wilhelmina | Graafstroom | she/her | 77 | tn fm icd noemail
Xóchitl | Barrientos-Luna | she/her | 32 | np fm es
Yevhen | Stepovyi | he/him | 56 | dn mp
Zanele | Mthalane | she/her | 28 | ac fm pregnant11
Alasdair | Strathmuir | he/him | 64 | tn fm
Bronwen | Llanwydd | she/her | 51 | np fm
Cosmina | Dumbrăveanu | she/her | 45 | np fm
Dag | Fjellvang | he/him | 60 | dn mp apixaban deep
Eleftheria | Kalogianni | she/her | 48 | ac fm
Farrukh | Olimzoda | he/him | 36 | dn mp
Gwendoline | Peasbody | she/her | 69 | tn fm haemophilia
Hinemoa | Rangihau | she/her | 44 | cm fm noforms
Imre | Szilvásvölgyi | he/him | 58 | dn mp
Juniper | Ashgrove | they/them | 24 | np fm
Kirabo | Nalweyiso | she/her | 33 | np fm
Leocadia | Fuentelsaz | she/her | 72 | cm fm es
Mirembe | Kaggwa-Stone | she/her | 30 | tc fm
Niamh | Brackenridge | she/her | 39 | np fm
Orsolya | Fehérvölgyi | she/her | 47 | np fm faint
Padma | Tenzingla | she/her | 55 | ac fm
Quentin | Larkspur | he/him | 53 | dn mp
Rasmus | Bøgelund | he/him | 42 | dn mp nickel
Shirin | Parvanepour | she/her | 50 | np fm
Teuila | Fa'amoana | she/her | 35 | tc fm
Ulrike | Tannenhofer | she/her | 65 | cm fm diabetes
Valentina | Dragonescu | she/her | 43 | np fm
Wanjiru | Kamaureth | she/her | 38 | np fm
Xiulan | Fengzhao | she/her | 67 | ac fm lymph_right_leg interpreter
Ysolde | Merrowdale | she/her | 57 | tn fm
Zbigniew | Ostrowidzki | he/him | 49 | dn mp
Arturo | Peñafiel | he/him | 46 | dn mp es new noforms
Beatriz | Sotomonte | she/her | 61 | np fm es
Clementine | Foxglove | she/her | 15 | tn mp minor
Dilnoza | Yusufqulova | she/her | 31 | np fm new noforms
Emre | Gökdereli | he/him | 40 | dn mp new
Freyja | Hraunsdóttir | she/her | 52 | np fm aspirin new
Gabriela | Arroyoseco | she/her | 36 | ac fm pregnant30 es
Hamish | Drumlochie | he/him | 70 | tn fm wheelchair
Indira | Chandrapalli | she/her | 45 | np fm new noforms
Jarek | Modrzewski | he/him | 17 | dn mp minor new noforms
Kamala | Wickramapura | she/her | 54 | np fm new
Lars | Österbrink | he/him | 63 | cm fm noemail new noforms
Marguerite | Beaulac | she/her | 59 | np fm new
"""


class Row(NamedTuple):
    given: str
    family: str
    pronouns: str
    age: int  # years
    marks: frozenset[str]


def people():
    """The table, row by row."""
    for line in TABLE.strip().splitlines():
        given, family, pronouns, age, marks = (part.strip() for part in line.split("|"))
        yield Row(given, family, pronouns, int(age), frozenset(marks.split()))
