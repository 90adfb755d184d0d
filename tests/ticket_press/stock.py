"""The words that tickets are filled with: two sets, one to work with and one to judge by, that share no carrier and no person.

Stations, ports and airports are places of the real world, airports with their IATA codes; carriers and people are made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Airport(NamedTuple):
    """An airport with its IATA code."""

    code: str
    city: str
    country: str


class Airline(NamedTuple):
    """An airline that does not exist, with its designator and accounting code."""

    name: str
    code: str
    number: str


@dataclass(frozen=True)
class Stock:
    """One set of words. Keys are languages, but for `rail`, `coach` and `ferry`: there they are countries."""

    stations: Mapping[str, tuple[str, ...]]
    given: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    """Of women, and of men."""
    family: Mapping[str, tuple[str, ...]]
    rail: Mapping[str, tuple[str, ...]]
    coach: Mapping[str, tuple[str, ...]]
    ferry: tuple[str, ...]
    ports: tuple[str, ...]
    cities: Mapping[str, tuple[str, ...]]
    airports: tuple[Airport, ...]
    airlines: tuple[Airline, ...]
    acts: tuple[str, ...]
    venues: tuple[str, ...]
    museums: Mapping[str, tuple[str, ...]]
    shows: Mapping[str, tuple[str, ...]]


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


def _given(women: str, men: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return _words(women), _words(men)


def _airports(text: str) -> tuple[Airport, ...]:
    return tuple(Airport(*part.strip().split("/")) for part in text.split("|"))


def _airlines(text: str) -> tuple[Airline, ...]:
    return tuple(Airline(*part.strip().split("/")) for part in text.split("|"))


DEV = Stock(
    stations={
        "de": _words(
            "Berlin Hbf|München Hbf|Köln Hbf|Hamburg-Altona|Frankfurt(Main)Hbf|Stuttgart Hbf|Leipzig Hbf|Göttingen|Würzburg Hbf"
        ),
        "fr": _words("Paris Gare de Lyon|Lyon Part-Dieu|Marseille St-Charles|Nantes|Rennes|Lille Europe|Avignon TGV|Nîmes"),
        "it": _words("Milano Centrale|Roma Termini|Firenze S. M. Novella|Venezia S. Lucia|Bologna Centrale|Torino Porta Nuova"),
        "es": _words("Madrid-Puerta de Atocha|Barcelona-Sants|Sevilla-Santa Justa|Zaragoza-Delicias|Córdoba|Málaga"),
        "en": _words("London Kings Cross|York|Edinburgh|Manchester Picc|Bristol T M|Cardiff Central|Leeds|Reading"),
        "nl": _words("Amsterdam Centraal|Utrecht Centraal|Rotterdam Centraal|Den Haag HS|Eindhoven|Groningen|Zwolle"),
    },
    given={
        "de": _given("Anna|Katrin|Lena|Ute", "Jonas|Matthias|Friedrich"),
        "fr": _given("Claire|Élodie|Sophie", "Antoine|Mathieu|Luc"),
        "it": _given("Giulia|Chiara|Elena", "Marco|Paolo"),
        "es": _given("Lucía|Carmen|Marta", "Javier|Pablo"),
        "en": _given("Emily|Rachel|Sarah", "Thomas|Daniel|Oliver"),
        "nl": _given("Sanne|Femke|Marieke", "Pieter|Joost"),
    },
    family={
        "de": _words("Müller|Brandt|Schäfer|Hoffmann|Krüger|Lindner|Vogt"),
        "fr": _words("Lefèvre|Moreau|Garnier|Dubois|Chevalier|Renaud"),
        "it": _words("Bianchi|Ferrari|Conti|Marchetti|Greco"),
        "es": _words("García|Ortega|Navarro|Molina|Vidal"),
        "en": _words("Hughes|Walker|Bennett|Fletcher|Marsh|Parker"),
        "nl": _words("Bakker|Visser|de Groot|Smit|Jansen"),
    },
    rail={
        "de": _words("Nordlicht Bahn|Mittelrhein Express|Kranich Bahn"),
        "fr": _words("Hexarail|Lignes du Midi|Étoile Ferroviaire"),
        "it": _words("Ferrovia Adriana|Italvia Treni|Rapida Italia"),
        "es": _words("Iberail|Trenes del Sur|Ferrolínea"),
        "en": _words("Great Pennine Railway|Severn & Avon Trains|Crosslands Rail"),
        "nl": _words("Polderspoor|Lage Landen Spoor|Deltarail"),
    },
    coach={
        "de": _words("Stadtwerke Auental|Verkehrsbetriebe Lahnbruck|Regiobus Heidetal"),
        "en": _words("Kestrel Coaches|RoadSwift|Bluefinch Bus"),
    },
    ferry=_words("Channel Star Ferries|Baltic Swan Line|Silver Strait Ferries"),
    ports=_words("Dover|Calais|Dieppe|Newhaven|Portsmouth|Cherbourg|Rosslare|Roscoff"),
    cities={
        "de": _words("Berlin|Dresden|Hamburg|München|Nürnberg|Prag|Wien"),
        "en": _words("London|Paris|Brussels|Amsterdam|Lille|Bristol|Cologne"),
    },
    airports=_airports(
        "FRA/Frankfurt/Germany|MUC/Munich/Germany|LHR/London Heathrow/United Kingdom|CDG/Paris/France|MAD/Madrid/Spain|"
        "FCO/Rome/Italy|VIE/Vienna/Austria|CPH/Copenhagen/Denmark|JFK/New York/USA|ZRH/Zurich/Switzerland|LIS/Lisbon/Portugal"
    ),
    airlines=_airlines("Aquila Air/Q9/812|Meridian Wings/8Z/743|Norvik Airways/NX/619|Solara/4S/557"),
    acts=_words("The Paper Lanterns|Velvet Harbour|Nina Corday Quartet|Iron Meadow|Midnight Cartographers"),
    venues=_words("Corn Exchange|Riverside Hall|The Old Foundry|Harbour Arena|Albany Theatre"),
    museums={
        "fr": _words("Musée des Horloges|Musée de la Soie|Galerie des Minéraux"),
        "it": _words("Museo del Vetro Antico|Galleria dei Marmi|Museo della Carta"),
    },
    shows={"de": _words("Die Nachtfähre|Der gläserne Turm|Herbst in Lindau")},
)

JUDGE = Stock(
    stations={
        "de": _words("Dresden Hbf|Bremen Hbf|Nürnberg Hbf|Kassel-Wilhelmshöhe|Mannheim Hbf|Freiburg(Brsg)Hbf|Erfurt Hbf|Ulm Hbf"),
        "fr": _words(
            "Paris Montparnasse|Bordeaux St-Jean|Toulouse Matabiau|Strasbourg|Dijon Ville|Montpellier Sud|Le Mans|Angers"
        ),
        "it": _words("Napoli Centrale|Verona Porta Nuova|Padova|Genova P. Principe|Bari Centrale|Pisa Centrale"),
        "es": _words("Valencia-Joaquín Sorolla|Alicante|Valladolid|León|Girona|Granada|Bilbao-Abando"),
        "en": _words("London Euston|Birmingham N St|Glasgow Central|Newcastle|Oxford|Exeter St Davids|Sheffield"),
        "nl": _words("Leiden Centraal|Haarlem|Breda|Arnhem Centraal|Maastricht|Delft|Nijmegen"),
        "pl": _words("Warszawa Centralna|Kraków Główny|Gdańsk Główny|Wrocław Główny|Poznań Główny|Łódź Fabryczna"),
        "pt": _words("Lisboa Oriente|Porto Campanhã|Coimbra-B|Faro|Aveiro|Braga|Évora"),
        "ch": _words("Zürich HB|Bern|Genève|Lausanne|Basel SBB|Luzern|Lugano|St. Gallen"),
    },
    given={
        "de": _given("Sabine|Miriam|Heike", "Tobias|Gregor|Lukas"),
        "fr": _given("Amélie|Margot|Inès", "Julien|Étienne"),
        "it": _given("Francesca|Valentina|Ilaria", "Luca|Stefano"),
        "es": _given("Irene|Rocío|Beatriz", "Álvaro|Sergio"),
        "en": _given("Hannah|Alice|Fiona", "George|William"),
        "nl": _given("Anouk|Lotte|Esther", "Jeroen|Bram"),
        "pl": _given("Agnieszka|Katarzyna", "Tomasz|Michał"),
        "pt": _given("Mariana|Inês", "João|Tiago"),
    },
    family={
        "de": _words("Neumann|Weiß|Jäger|Seidel|Böhm|Franke"),
        "fr": _words("Marchand|Girard|Fournier|Béranger|Roussel"),
        "it": _words("Esposito|Rinaldi|Galli|De Luca|Moretti"),
        "es": _words("Serrano|Iglesias|Peña|Cabrera|Rubio"),
        "en": _words("Turner|Ashworth|Collins|Webb|Doyle"),
        "nl": _words("van Dijk|Mulder|Hendriks|Kuiper|Postma"),
        "pl": _words("Kowalska|Wiśniewski|Zieliński|Mazur"),
        "pt": _words("Ferreira|Carvalho|Sousa|Teixeira"),
    },
    rail={
        "de": _words("Albatros Bahn|Elbtal Express|Rotmilan Regio"),
        "fr": _words("Trans-Atlantique Rail|Réseau Garonne|Mistral Express"),
        "it": _words("Treni del Levante|Lineaverde Ferrovie"),
        "es": _words("Rápidos del Norte|Tren Cantábrico"),
        "en": _words("Northmoor Trains|Thames & Wessex Railway"),
        "nl": _words("Zuiderspoor|Waterland Treinen"),
        "pl": _words("Koleje Bursztynowe|Orzeł Ekspres"),
        "pt": _words("Ferrovias do Tejo|Comboios Atlântico"),
        "ch": _words("Gotthelf Bahn|Jura-Simmental Bahn"),
    },
    coach={
        "de": _words("Stadtbus Ebersfeld|Verkehrsgesellschaft Unterweser"),
        "en": _words("Linnet Coachlines|GreyHeron Express"),
        "es": _words("Autocares Miramar|Líneas Cigüeña"),
    },
    ferry=_words("Traghetti Tirreno Blu|Linea Corallo|Navi delle Isole"),
    ports=_words("Genova|Palermo|Livorno|Olbia|Civitavecchia|Bastia|Cagliari"),
    cities={
        "de": _words("Hannover|Leipzig|Stuttgart|Zürich|Basel|Köln"),
        "en": _words("Oxford|Ghent|Rotterdam|Cardiff|Antwerp|Rouen"),
        "es": _words("Madrid|Granada|Murcia|Bilbao|Santander|Salamanca"),
    },
    airports=_airports(
        "BER/Berlin/Germany|HAM/Hamburg/Germany|AMS/Amsterdam/Netherlands|ORY/Paris Orly/France|BCN/Barcelona/Spain|"
        "MXP/Milan Malpensa/Italy|OSL/Oslo/Norway|WAW/Warsaw/Poland|EWR/Newark/USA|GVA/Geneva/Switzerland|"
        "OPO/Porto/Portugal|DUB/Dublin/Ireland"
    ),
    airlines=_airlines("Falkenair/F7/834|Costa Azul Airlines/ZC/691|Lowland Air/2L/764|Boreal Jet/BQ/588"),
    acts=_words("The Glass Orchard|Copper Sparrows|Lady Tamarind|Slow Weather|Anselm Rook & Band"),
    venues=_words("Granary Hall|The Tram Shed|Queens Pavilion|Lighthouse Theatre|Stadthalle Bergheim"),
    museums={"fr": _words("Musée du Sel|Maison de l'Imprimerie"), "it": _words("Museo delle Mappe|Casa dell'Orologiaio")},
    shows={"de": _words("Die Wölfe von Tannrode|Kirschen im Winter|Ein Koffer aus Triest")},
)
