"""The world's states as actors: name, demonym, capital and the seats that stand for a government.

The table names the members and observers of the United Nations, three governments outside it and the European
Union. A capital or a seat ("Moscow", "the Kremlin") speaks for its state.
"""

from __future__ import annotations

from functools import lru_cache

# One state a line: name, other names; demonyms; capital; seats of government.
_TABLE = """
Afghanistan;Afghan;Kabul
Albania;Albanian;Tirana
Algeria;Algerian;Algiers;El Mouradia
Andorra;Andorran;Andorra la Vella
Angola;Angolan;Luanda
Antigua and Barbuda;Antiguan;St. John's
Argentina;Argentine,Argentinian;Buenos Aires;Casa Rosada
Armenia;Armenian;Yerevan
Australia;Australian;Canberra
Austria;Austrian;Vienna;Ballhausplatz
Azerbaijan;Azerbaijani,Azeri;Baku
Bahamas;Bahamian;Nassau
Bahrain;Bahraini;Manama
Bangladesh;Bangladeshi;Dhaka
Barbados;Barbadian;Bridgetown
Belarus;Belarusian,Belarussian;Minsk
Belgium;Belgian;
Belize;Belizean;Belmopan
Benin;Beninese;Porto-Novo
Bhutan;Bhutanese;Thimphu
Bolivia;Bolivian;La Paz,Sucre
Bosnia and Herzegovina,Bosnia;Bosnian;Sarajevo
Botswana;Botswanan;Gaborone
Brazil;Brazilian;Brasília,Brasilia;Planalto
Brunei;Bruneian;Bandar Seri Begawan
Bulgaria;Bulgarian;Sofia
Burkina Faso;Burkinabe,Burkinabè;Ouagadougou
Burundi;Burundian;Gitega,Bujumbura
Cabo Verde,Cape Verde;Cape Verdean;Praia
Cambodia;Cambodian;Phnom Penh
Cameroon;Cameroonian;Yaoundé,Yaounde
Canada;Canadian;Ottawa;Parliament Hill
Central African Republic;Central African;Bangui
Chad;Chadian;N'Djamena
Chile;Chilean;Santiago;La Moneda
China,People's Republic of China,PRC;Chinese;Beijing,Peking;Zhongnanhai
Colombia;Colombian;Bogotá,Bogota;Casa de Nariño
Comoros;Comorian;Moroni
Republic of the Congo,Congo-Brazzaville;Congolese;Brazzaville
Democratic Republic of the Congo,Democratic Republic of Congo,Congo,DR Congo,DRC;Congolese;Kinshasa
Costa Rica;Costa Rican;
Croatia;Croatian,Croat;Zagreb
Cuba;Cuban;Havana
Cyprus;Cypriot;Nicosia
Czech Republic,Czechia;Czech;Prague
Denmark;Danish;Copenhagen;Christiansborg
Djibouti;Djiboutian;
Dominica;;Roseau
Dominican Republic;;Santo Domingo
Ecuador;Ecuadorian,Ecuadorean;Quito
Egypt;Egyptian;Cairo
El Salvador;Salvadoran;San Salvador
Equatorial Guinea;Equatoguinean;Malabo
Eritrea;Eritrean;Asmara
Estonia;Estonian;Tallinn
Eswatini,Swaziland;Swazi;Mbabane
Ethiopia;Ethiopian;Addis Ababa
Fiji;Fijian;Suva
Finland;Finnish;Helsinki
France;French;Paris;Élysée,Elysée,Elysee,Élysée Palace,Elysée Palace,Elysee Palace,Quai d'Orsay,Matignon
Gabon;Gabonese;Libreville
Gambia;Gambian;Banjul
Georgia;Georgian;Tbilisi
Germany,Federal Republic of Germany;German;Berlin;Chancellery,Bundesregierung
Ghana;Ghanaian;Accra;Jubilee House
Greece;Greek;Athens
Grenada;Grenadian;St. George's
Guatemala;Guatemalan;
Guinea;Guinean;Conakry
Guinea-Bissau;Bissau-Guinean;Bissau
Guyana;Guyanese;
Haiti;Haitian;Port-au-Prince
Honduras;Honduran;Tegucigalpa
Hungary;Hungarian;Budapest
Iceland;Icelandic;Reykjavik,Reykjavík
India;Indian;New Delhi,Delhi;South Block
Indonesia;Indonesian;Jakarta,Nusantara
Iran,Islamic Republic of Iran;Iranian;Tehran,Teheran
Iraq;Iraqi;Baghdad
Ireland,Republic of Ireland;Irish;Dublin
Israel;Israeli;Jerusalem,Tel Aviv;Knesset
Italy;Italian;Rome;Quirinale,Palazzo Chigi,Farnesina
Ivory Coast,Côte d'Ivoire,Cote d'Ivoire;Ivorian;Yamoussoukro,Abidjan
Jamaica;Jamaican;
Japan;Japanese;Tokyo;Kantei
Jordan;Jordanian;Amman
Kazakhstan;Kazakh,Kazakhstani;Astana,Nur-Sultan;Akorda
Kenya;Kenyan;Nairobi
Kiribati;I-Kiribati;Tarawa
Kosovo;Kosovar,Kosovan;Pristina
Kuwait;Kuwaiti;Kuwait City
Kyrgyzstan;Kyrgyz;Bishkek
Laos;Lao,Laotian;Vientiane
Latvia;Latvian;Riga
Lebanon;Lebanese;Beirut
Lesotho;Basotho;Maseru
Liberia;Liberian;Monrovia
Libya;Libyan;Tripoli
Liechtenstein;Liechtensteiner;Vaduz
Lithuania;Lithuanian;Vilnius
Luxembourg;Luxembourgish;
Madagascar;Malagasy;Antananarivo
Malawi;Malawian;Lilongwe
Malaysia;Malaysian;Kuala Lumpur,Putrajaya
Maldives;Maldivian;Malé
Mali;Malian;Bamako
Malta;Maltese;Valletta
Marshall Islands;Marshallese;Majuro
Mauritania;Mauritanian;Nouakchott
Mauritius;Mauritian;Port Louis
Mexico;Mexican;Mexico City;Los Pinos
Micronesia,Federated States of Micronesia;Micronesian;Palikir
Moldova;Moldovan;Chisinau,Chișinău
Monaco;Monegasque;
Mongolia;Mongolian;Ulaanbaatar,Ulan Bator
Montenegro;Montenegrin;Podgorica
Morocco;Moroccan;Rabat
Mozambique;Mozambican;Maputo
Myanmar,Burma;Burmese;Naypyidaw,Yangon
Namibia;Namibian;Windhoek
Nauru;Nauruan;Yaren
Nepal;Nepali,Nepalese;Kathmandu
Netherlands,Holland;Dutch;The Hague,Amsterdam;Binnenhof
New Zealand;New Zealander;Wellington;Beehive
Nicaragua;Nicaraguan;Managua
Niger;Nigerien;Niamey
Nigeria;Nigerian;Abuja;Aso Rock
North Korea,Democratic People's Republic of Korea,DPRK;North Korean;Pyongyang
North Macedonia,Macedonia;Macedonian;Skopje
Norway;Norwegian;Oslo
Oman;Omani;Muscat
Pakistan;Pakistani;Islamabad
Palau;Palauan;Ngerulmud
Palestine,State of Palestine,Palestinian Authority;Palestinian;Ramallah;Muqata
Panama;Panamanian;Panama City
Papua New Guinea;Papua New Guinean;Port Moresby
Paraguay;Paraguayan;Asunción,Asuncion
Peru;Peruvian;Lima
Philippines;Filipino,Philippine;Manila;Malacañang,Malacanang
Poland;Polish;Warsaw
Portugal;Portuguese;Lisbon
Qatar;Qatari;Doha
Romania;Romanian;Bucharest;Cotroceni
Russia,Russian Federation;Russian;Moscow;Kremlin
Rwanda;Rwandan;Kigali
Saint Kitts and Nevis,St. Kitts and Nevis;Kittitian;Basseterre
Saint Lucia,St. Lucia;Saint Lucian;Castries
Saint Vincent and the Grenadines,St. Vincent;Vincentian;Kingstown
Samoa;Samoan;Apia
San Marino;Sammarinese;
São Tomé and Príncipe,Sao Tome and Principe;São Toméan;
Saudi Arabia,Kingdom of Saudi Arabia;Saudi,Saudi Arabian;Riyadh
Senegal;Senegalese;Dakar
Serbia;Serbian,Serb;Belgrade
Seychelles;Seychellois;
Sierra Leone;Sierra Leonean;Freetown
Singapore;Singaporean;;Istana
Slovakia;Slovak,Slovakian;Bratislava
Slovenia;Slovenian,Slovene;Ljubljana
Solomon Islands;Solomon Islander;Honiara
Somalia;Somali;Mogadishu;Villa Somalia
South Africa;South African;Pretoria;Union Buildings
South Korea,Republic of Korea,ROK;South Korean;Seoul;Blue House,Cheong Wa Dae
South Sudan;South Sudanese;Juba
Spain;Spanish;Madrid;Moncloa
Sri Lanka;Sri Lankan;Colombo
Sudan;Sudanese;Khartoum
Suriname;Surinamese;Paramaribo
Sweden;Swedish;Stockholm;Rosenbad
Switzerland;Swiss;Bern,Berne;Bundeshaus
Syria;Syrian;Damascus
Taiwan,Republic of China,Chinese Taipei;Taiwanese;Taipei
Tajikistan;Tajik;Dushanbe
Tanzania;Tanzanian;Dodoma,Dar es Salaam
Thailand;Thai;Bangkok
Timor-Leste,East Timor;Timorese;Dili
Togo;Togolese;Lomé,Lome
Tonga;Tongan;Nuku'alofa
Trinidad and Tobago,Trinidad;Trinidadian;Port of Spain
Tunisia;Tunisian;Tunis
Turkey,Türkiye,Turkiye;Turkish;Ankara;Beştepe
Turkmenistan;Turkmen;Ashgabat
Tuvalu;Tuvaluan;Funafuti
Uganda;Ugandan;Kampala
Ukraine;Ukrainian;Kyiv,Kiev;Bankova
United Arab Emirates,UAE,U.A.E.,Emirates;Emirati;Abu Dhabi
United Kingdom,UK,U.K.,Britain,Great Britain;British;London;Downing Street,Number 10,No. 10,Whitehall
United States,United States of America,US,U.S.,USA,U.S.A.,America;American;Washington;
Uruguay;Uruguayan;Montevideo
Uzbekistan;Uzbek;Tashkent
Vanuatu;Ni-Vanuatu;Port Vila
Vatican,Vatican City,Holy See;;
Venezuela;Venezuelan;Caracas;Miraflores
Vietnam,Viet Nam;Vietnamese;Hanoi
Yemen;Yemeni;Sanaa,Sana'a,Aden
Zambia;Zambian;Lusaka
Zimbabwe;Zimbabwean;Harare
European Union,EU,E.U.;European;Brussels;Berlaymont
Hong Kong;Hongkonger;
"""


def _key(name: str) -> str:
    return name.replace("’", "'").casefold()


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    actors: dict[str, str] = {}
    demonyms: dict[str, str] = {}
    places: set[str] = set()
    for line in _TABLE.strip().splitlines():
        names, adjectives, capitals, seats = (*line.split(";"), "", "")[:4]
        state = names.split(",")[0]
        for alias in ",".join((names, capitals, seats)).split(","):
            if alias:
                actors.setdefault(_key(alias), state)
        places.update(_key(capital) for capital in f"{capitals},{seats}".split(",") if capital)
        for adjective in adjectives.split(","):
            if adjective:
                demonyms.setdefault(_key(adjective), state)
    return actors, demonyms, frozenset(places)


def state_of(name: str) -> str | None:
    """The state that a state's name, its capital or a seat of its government stands for, if it is one.

    `state_of("Moscow")` and `state_of("Kremlin")` are both `"Russia"`.
    """
    return _tables()[0].get(_key(name))


def state_of_demonym(word: str) -> str | None:
    """The state that a demonym belongs to: `state_of_demonym("Chinese")` is `"China"`."""
    return _tables()[1].get(_key(word))


def is_seat(name: str) -> bool:
    """Whether the name is a capital's or a seat of government's, which may be no more than a place."""
    return _key(name) in _tables()[2]
