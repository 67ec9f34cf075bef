"""Headers of studies that never were: names, dates and descriptions as an archive holds them, the
same ones for the same number."""

from dataclasses import dataclass
from datetime import date, timedelta

_FAMILIES = """
    Adeyemi Ahmed Andersson Baker Bianchi Chen Clarke Cohen Costa Dubois Evans Fernandez Fischer
    Garcia Garner Gupta Hansen Haddad Ivanova Jansen Johnson Jones Khan Kim Kowalska Larsen Lopez
    MacDonald Martin Meier Moreau Müller Nakamura Nguyen Novak O'Brien Okafor Olsen Patel Petrov
    Popescu Rossi Saito Santos Schmidt Silva Singh Smith Smithers Suzuki Tanaka Taylor Thomas
    Thomson Torres van_den_Berg Virtanen Wang Weber Williams Wilson Wright Yilmaz Zhang
"""
_GIVEN = """
    Ada Aisha Alan Ana Anton Bruno Carla Chidi Daniel Elena Emil Fatima Georg Grace Hana Ibrahim
    Ines Ivan Jana John Jun Karin Lars Leila Luca Maria Marta Mei Mohammed Nadia Nils Olga Omar
    Paul Petra Priya Rosa Samuel Sofia Tariq Tom Ulla Viktor Wei Yara Yuki Zoe
"""
FAMILIES, GIVEN = _FAMILIES.split(), _GIVEN.split()
STUDIES = (
    "MR Cardiac function and viability",
    "Cardiac MR stress perfusion",
    "CMR cardiomyopathy",
    "MRI heart with contrast",
    "Herz-MRT mit Kontrastmittel",
    "IRM cardiaque",
    "CMR myocarditis",
    "Cardiac MR congenital",
)
SERIES = (
    "localizer",
    "cine SAX",
    "cine 2CH",
    "cine 4CH",
    "T1 map pre SAX",
    "T2 map SAX",
    "perfusion rest",
    "perfusion stress",
    "LGE PSIR SAX",
    "T1 map post SAX",
)
FIRST_DAY = date(2012, 1, 2)
DAYS = 5000


@dataclass(frozen=True)
class Header:
    """What tells one study from another."""

    number: int

    @property
    def study_uid(self) -> str:
        return f"2.25.881.{self.number}"

    @property
    def patient_id(self) -> str:
        return f"HOSP{self.number * 7919 % 10_000_000:07d}"

    @property
    def patient_name(self) -> str:
        family = FAMILIES[self.number * 31 % len(FAMILIES)].replace("_", " ")
        return f"{family}^{GIVEN[self.number * 17 % len(GIVEN)]}"

    @property
    def day(self) -> str:
        return f"{FIRST_DAY + timedelta(days=self.number * 37 % DAYS):%Y%m%d}"

    @property
    def accession(self) -> str:
        return f"ACC{self.number:08d}"

    @property
    def description(self) -> str:
        return STUDIES[self.number * 5 % len(STUDIES)]

    def series_uid(self, number: int) -> str:
        return f"{self.study_uid}.{number}"
