# ruff: noqa: SIM905
"""Name tables of the corpus generator: frequent names first, written for this benchmark.

They are the generator's own: the matcher has tables of its own, and neither reads the other's, so that a nickname
counts as known only where both know it. A spelling is written `plain`, or `native=Latin/other Latin` where a
script or a transliteration has several forms.
"""

# Given names, most frequent first. Several generations, as an address book holds them.
GERMAN_MALE = """
Michael Thomas Andreas Peter Stefan Christian Martin Alexander Daniel Markus Klaus Wolfgang Jürgen Frank Matthias
Bernd Sebastian Jan Tobias Florian Uwe Hans Philipp Felix Lukas Maximilian Jonas Paul Tim Leon Dirk Ralf Jörg Sven
Oliver Torsten Holger Günter Manfred Werner Dieter Horst Helmut Gerhard Heinz Karl Rolf Rainer Walter Karl-Heinz
Hans-Peter Johannes Benjamin Dominik Simon Fabian Marcel Patrick Kevin Dennis René Marco Björn Kai Lars Nils Ingo
Axel Volker Detlef Norbert Joachim Reinhard Herbert Gerd Harald Georg Josef Franz Ludwig Anton Xaver Friedrich
Wilhelm Otto Emil Moritz Julian Niklas David Elias Noah Finn Luis Ben Jakob Vincent Konstantin Valentin Gregor
Clemens Hendrik Henrik Malte Arne Ole Thorben Carsten Eckhard Hartmut Roland Egon Gottfried Siegfried Lothar Bruno
Achim Bastian Benedikt Cornelius Edgar Eberhard Ferdinand Götz Hagen Jens Jochen Kilian Kurt Leonhard Lorenz Magnus
Marius Oskar Ottmar Pascal Raphael Ruben Rüdiger Samuel Severin Silvio Theodor Till Tilman Timo Udo Ulrich Veit Viktor
Wendelin Yannick
""".split()
GERMAN_FEMALE = """
Sabine Susanne Andrea Petra Claudia Monika Birgit Martina Nicole Stefanie Christine Julia Anna Katharina Sandra Anja
Melanie Katrin Kerstin Silke Heike Barbara Ute Renate Ursula Karin Gabriele Angelika Brigitte Helga Ingrid Christa
Elke Jutta Maria Elisabeth Daniela Tanja Sonja Anke Simone Jana Lena Laura Sarah Lisa Lea Leonie Johanna Hannah Marie
Sophie Emma Mia Clara Franziska Theresa Eva Christina Bettina Cornelia Doris Gisela Hannelore Gerda Erika Irmgard
Hildegard Edith Ilse Margarete Rosemarie Anneliese Ruth Waltraud Sigrid Marion Regina Heidi Carola Carmen Nadine
Yvonne Jennifer Jessica Vanessa Miriam Rebecca Judith Verena Veronika Magdalena Antonia Charlotte Greta Ida Frieda
Mathilde Luise Helene Pauline Paula Amelie Nina Maike Wiebke Antje Imke Silvia Dagmar Beate Astrid Britta Friederike
Annette Ulrike Viola Swantje Rosalie Ottilie Kreszenz Apollonia Afra Adelheid Alma Annika Ariane Bärbel Carina Conny
Dorothea Elfriede Esther Felicitas Gesa Gudrun Hedwig Henriette Hilke Inga Iris Isabel Janina Jasmin Jolanda Käthe
Kirsten Larissa Lieselotte Linda Lotte Mareike Marlene Meike Mechthild Merle Mona Nele Olga Patricia Ricarda Romy
Rosa Selma Sibylle Svenja Tabea Tamara Thea Uta Valerie Vera Walburga Wilma Xenia
""".split()
GERMAN_FAMILY = """
Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf
Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann
Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn
Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon
Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas
Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff
Pfeiffer Ernst Hübner Götz Hermann Kaufmann Beyer Nowak Ulrich Petersen Nagel Kunz Lenz Jansen Hansen Barth Wenzel
Lindner Hein Schramm Reuter Kruse Kirchner Krieger Mohr Förster Marx Hesse Behrens Jahn Reinhardt Thiel Wirth Bender
Schütz Seifert Ritter Sander Hauser Ebert Bach Kurz Stahl Heinz Fiedler Blum Bock Burger Paul Zander Noack Rau Löffler
Kessler Reich Witte Thiele Büttner Adam Metzger Gebhardt Böttcher Ackermann Steiner Kern Eckert Bischof Moser Hirsch
Heller Straub Wiese Michel Unger Mayr Hartwig Rösch Stark Pape Köster Kühne Dörr Süß Weigel Bühler Grün Höfer Lüdke
""".split()
# Rare surnames are compounds of a stem and an ending: a few thousand names, most of them seldom.
FAMILY_STEMS = """
Stein Berg Wald Ober Nieder Hinter Vorder Linden Eichen Birken Buchen Erlen Fichten Tannen Rosen Kirsch Apfel Bier
Holz Brunn Bach Weiher Teich Moos Sand Kies Lehm Kalk Silber Gold Eisen Kupfer Blei Schnee Regen Sonnen Mond Sternen
Morgen Abend Winter Sommer Herbst Lenz Hirsch Reh Fuchs Wolfs Bären Habichts Falken Adler Krähen Amsel Finken Lerchen
Hasen Igel Dachs Rohr Schilf Gras Heu Korn Weizen Hafer Gersten Mühl Back Brau Wein Most Salz Pfeffer Honig Wachs
Kloster Kirch Münster Burg Schloss Turm Tor Markt Dorf Feld Acker Wiesen Hecken Dorn Distel Ginster Heide Marsch Geest
Deich Hafen Anker Segel Fähr Ufer Strand Düne Insel Grün Schwarz Weiss Rot Blau Grau Alt Neu Lang Kurz Hoch Tief
""".split()
FAMILY_ENDINGS = """
mann meier hofer berger bauer huber müller egger inger bacher lehner reiter stetter thaler auer bichler brunner
felder gruber häuser hammer hauser hold hövel kamp kötter lander ling moser nagel ner ow pold rieder ring roth
scheid schmid seder wald walder weger winkler zeller
""".split()

# Other languages: male given, female given, family.
LATIN: dict[str, tuple[list[str], list[str], list[str]]] = {
    "tr": (
        "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim Murat Emre Yusuf Ömer Kemal Cem Serkan Özgür Çağlar".split(),
        "Fatma Ayşe Emine Zeynep Elif Hatice Meryem Gül Aylin Derya Esra Özlem Şule Tuğba Nurgül Ebru".split(),
        "Yılmaz Kaya Demir Çelik Şahin Yıldız Öztürk Aydın Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özdemir Şimşek "
        "Polat Erdoğan Güneş Aksoy Taş Bulut Karaca Toprak Uçar Gündoğdu".split(),
    ),
    "pl": (
        "Piotr Krzysztof Andrzej Tomasz Paweł Michał Marcin Jakub Łukasz Grzegorz Wojciech Stanisław".split(),
        "Anna Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Joanna Aleksandra Zofia Beata".split(),
        "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski "
        "Kozłowski Jankowski Mazur Krawczyk Grabowski Pawłowski Michalski Król Wieczorek Jabłoński Wróbel".split(),
    ),
    "en": (
        "James John Robert Michael William David Richard Thomas Christopher Matthew Andrew Edward Joseph Daniel "
        "Anthony Steven Benjamin Samuel Nicholas Jonathan Timothy Gregory Patrick Kenneth".split(),
        "Mary Jennifer Elizabeth Linda Patricia Susan Jessica Margaret Katherine Emily Rebecca Deborah Victoria Kimberly "
        "Abigail Samantha Alexandra Catherine Theresa Pamela".split(),
        "Smith Jones Williams Brown Taylor Davies Wilson Evans Johnson Miller Davis Thompson Walker White Edwards Green "
        "Hall Wood Clarke Robinson Turner Cooper Hughes Ashworth Pemberton Hathaway O'Brien McCarthy MacLeod "
        "Featherstone".split(),
    ),
    "fr": (
        "Jean Pierre Michel Philippe Nicolas François Frédéric Sébastien Jean-Luc Étienne Benoît Guillaume".split(),
        "Marie Nathalie Isabelle Sylvie Catherine Hélène Françoise Véronique Aurélie Céline Élodie Chloé".split(),
        "Martin Bernard Dubois Durand Leroy Moreau Lefèvre Garnier Rousseau Fontaine Chevalier Gauthier Mercier "
        "Lemaître Perrin Deschamps Carpentier Béranger".split(),
    ),
    "es": (
        "José Antonio Manuel Francisco Javier Miguel Carlos Alejandro Jesús Fernando Ángel Íñigo".split(),
        "María Carmen Ana Isabel Dolores Pilar Teresa Cristina Lucía Mercedes Rocío Begoña".split(),
        "García González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz "
        "Moreno Muñoz Álvarez Ibáñez Núñez Cortés".split(),
    ),
    "it": (
        "Giuseppe Giovanni Antonio Francesco Luigi Marco Alessandro Salvatore Roberto Stefano Lorenzo Niccolò".split(),
        "Maria Giulia Francesca Chiara Federica Valentina Alessandra Silvia Elena Paola Caterina Ilaria".split(),
        "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Conti De_Luca Mancini Costa Giordano "
        "Lombardi Di_Stefano D'Angelo".split(),
    ),
    "nl": (
        "Jan Pieter Johannes Hendrik Willem Maarten Joost Sander Bas Ruben".split(),
        "Anneke Marijke Femke Sanne Lotte Ingrid Annelies Saskia Mieke Judith".split(),
        "de_Jong Jansen de_Vries van_den_Berg van_Dijk Bakker Visser Smit Meijer Mulder van_der_Meer Dekker".split(),
    ),
    "sv": (
        "Lars Anders Johan Erik Björn Göran Håkan Åke Magnus Sören".split(),
        "Anna Kristina Ingrid Karin Åsa Märta Linnéa Britt Astrid Maja".split(),
        "Andersson Johansson Karlsson Nilsson Lindström Sjöberg Bergström Åkesson Öberg Holmgren Nygård Sørensen".split(),
    ),
}

# Scripts: native=Latin forms, the German or first form at the front.
NATIVE: dict[str, tuple[list[str], list[str], list[str]]] = {
    "ru": (
        "Сергей=Sergej/Sergey/Sergei Алексей=Alexej/Aleksei/Alexey Дмитрий=Dmitrij/Dmitry/Dmitri Юрий=Jurij/Yuri/Yury "
        "Евгений=Jewgenij/Evgeny/Yevgeny Николай=Nikolaj/Nikolai/Nikolay Михаил=Michail/Mikhail Андрей=Andrej/Andrey/Andrei "
        "Владимир=Wladimir/Vladimir Павел=Pawel/Pavel Илья=Ilja/Ilya Виктор=Viktor/Victor".split(),
        "Наталья=Natalja/Natalia/Natalya Юлия=Julija/Yulia/Julia Екатерина=Jekaterina/Ekaterina/Yekaterina "
        "Ольга=Olga Татьяна=Tatjana/Tatiana/Tatyana Светлана=Swetlana/Svetlana Ксения=Xenija/Ksenia/Kseniya "
        "Мария=Marija/Maria/Mariya Евгения=Jewgenija/Evgenia/Yevgeniya Людмила=Ljudmila/Lyudmila/Ludmila".split(),
        "Иванов=Iwanow/Ivanov Кузнецов=Kusnezow/Kuznetsov Попов=Popow/Popov Васильев=Wassiljew/Vasiliev/Vasilyev "
        "Соколов=Sokolow/Sokolov Воробьёв=Worobjow/Vorobyov/Vorobiev Щербаков=Schtscherbakow/Shcherbakov "
        "Жуков=Schukow/Zhukov Зайцев=Saizew/Zaytsev/Zaitsev Фёдоров=Fjodorow/Fedorov/Fyodorov Яковлев=Jakowlew/Yakovlev "
        "Чернов=Tschernow/Chernov Белов=Below/Belov Журавлёв=Schurawljow/Zhuravlev/Zhuravlyov "
        "Юдин=Judin/Yudin Хохлов=Chochlow/Khokhlov".split(),
    ),
    "el": (
        "Γιώργος=Giorgos/Georgios/Yorgos Δημήτρης=Dimitris/Dimitrios Νίκος=Nikos/Nikolaos Κώστας=Kostas/Costas "
        "Ιωάννης=Ioannis/Giannis/Yannis Παναγιώτης=Panagiotis/Panayiotis".split(),
        "Μαρία=Maria Ελένη=Eleni/Heleni Αικατερίνη=Aikaterini/Ekaterini Γεωργία=Georgia/Yeoryia Σοφία=Sofia/Sophia".split(),
        "Παπαδόπουλος=Papadopoulos Βλάχος=Vlachos/Vlahos Νικολάου=Nikolaou/Nicolaou Χατζής=Chatzis/Hatzis "
        "Οικονόμου=Oikonomou/Ikonomou/Economou Γεωργίου=Georgiou/Yeoryiou Αγγελόπουλος=Angelopoulos/Aggelopoulos".split(),
    ),
    "ar": (
        "محمد=Mohammed/Muhammad/Mohamed أحمد=Ahmad/Ahmed يوسف=Yousef/Youssef/Yusuf خالد=Khaled/Khalid "
        "حسين=Hussein/Husain/Hossein عمر=Omar/Umar سعيد=Said/Saeed".split(),
        "فاطمة=Fatima/Fatma عائشة=Aisha/Aischa/Ayesha نور=Nour/Noor/Nur ليلى=Laila/Leila/Layla هدى=Huda/Hoda".split(),
        "حداد=Haddad منصور=Mansour/Mansur خوري=Khoury/Khouri/Churi القاسم=Al-Qasim/Alkassem/Al-Kasem "
        "درويش=Darwish/Darwisch/Darwiche الشريف=Al-Sharif/Alscharif/El-Sherif".split(),
    ),
    "zh": (
        "伟=Wei 强=Qiang 建国=Jianguo/Jian-Guo 志明=Zhiming/Chih-Ming 俊杰=Junjie/Chun-Chieh 浩=Hao".split(),
        "芳=Fang 秀英=Xiuying/Hsiu-Ying 丽=Li 雪梅=Xuemei/Hsueh-Mei 静=Jing/Ching".split(),
        "王=Wang/Wong 李=Li/Lee 张=Zhang/Chang 刘=Liu/Lau 陈=Chen/Chan 黄=Huang/Hwang 周=Zhou/Chou 欧阳=Ouyang".split(),
    ),
    "ja": (
        "健太=Kenta 浩=Hiroshi 翔太=Shota/Shouta 大輔=Daisuke 雄一=Yuichi/Yūichi".split(),
        "陽子=Yoko/Yōko 美咲=Misaki 由美子=Yumiko 恵子=Keiko 直子=Naoko".split(),
        "佐藤=Sato/Satō/Satoh 鈴木=Suzuki 田中=Tanaka 伊藤=Ito/Itō/Itoh 大野=Ono/Ōno/Ohno 山本=Yamamoto".split(),
    ),
    "ko": (
        "민수=Minsu/Min-su/Min-soo 준호=Junho/Jun-ho 영호=Yeongho/Young-ho 성민=Seongmin/Sung-min".split(),
        "지은=Jieun/Ji-eun 수진=Sujin/Soo-jin 미영=Miyeong/Mi-young 은정=Eunjeong/Eun-jung".split(),
        "김=Kim/Gim 이=Lee/Yi/Rhee 박=Park/Pak/Bak 최=Choi/Choe 정=Jung/Jeong/Chung 강=Kang/Gang".split(),
    ),
}

# Rare surnames of other languages: one part of each list in turn, so that a small community is not all namesakes.
COMPOUNDS: dict[str, tuple[list[str], list[str]]] = {
    "tr": ("Kara Ak Gök Demir Taş Çam Gül Bal Altın Er Öz Yeşil Kızıl Sarı Ay Kır Boz Tan Gün Tek".split(),
           "taş kaya bulut su dağ bey can demir kan türk soy yürek göz bağ el oğlu yol maz man ay".split()),
    "pl": ("Brzez Lipi Kal Sokol Dąbr Górn Zaj Malin Wiśn Ryb Kozi Bor Grabi Jawor Klon Stawi Wodz Zim Mosz Krup".split(),
           "owski iński ecki icki czyk ak ewicz ski ik nik".split()),
    "en": ("Ash Black Brook Burn Chat Cross Dun Elder East Fair Green Hart Hazel King Lang Mar Nor Oak Pres Ray Sher Stan "
           "Thorn Wake West Whit Win Wood".split(), "ford ton ley worth field wood bury well by ham stead den low".split()),
    "fr": ("Beau Bel Bon Cham Clair Cour Des Du Fon Gran Haute La Mar Mont Mor Neuf Roche Saint Val Ville".split(),
           "champs court fond lieu mont moulin pré rand teau val vert ville voisin zier".split()),
    "es": ("García_ López_ Ruiz_ Díaz_ Gómez_ Pérez_ Castro_ Ortega_ Molina_ Vega_".split(),
           "Serrano Blanco Castillo Navarro Torres Ramos Gil Ríos Peña Ibarra Salas Herrero Cano Prieto Vidal".split()),
    "it": ("Bell Bian Bonf Carl Cast Fior Gal Lamb Mart Mont Oliv Pal Pass Pell Ross Sant Tad Vent Vit Zan".split(),
           "ini etti oni elli ucci otti ieri acci anti ori".split()),
    "nl": ("Blok Bos Broek Dijk Hoek Kerk Klein Lang Molen Noord Oud Rijn Veen West Zand Zuid".split(),
           "stra man huis berg kamp horst veld meijer sma huizen".split()),
    "sv": ("Alm Berg Björk Blom Ek Fors Gran Hag Hed Hell Lind Ljung Lund Malm Norr Rosen Sand Sjö Sund Öst".split(),
           "ström gren kvist holm lund man qvist berg stedt vall".split()),
    "ru": ("Бар=Bar Вол=Wol/Vol Гор=Gor Дуб=Dub Ел=Jel/El Зим=Sim/Zim Кал=Kal Лап=Lap Мор=Mor Нов=Now/Nov Рыб=Ryb "
           "Сав=Saw/Sav Тих=Tich/Tikh Уш=Usch/Ush Чер=Tscher/Cher Шум=Schum/Shum".split(),
           "ов=ow/ov ин=in енко=enko анов=anow/anov инский=inskij/insky ушкин=uschkin/ushkin".split()),
    "el": ("Παπ=Pap Καρ=Kar Δημ=Dim Μαρ=Mar Στεφαν=Stefan Αντων=Anton Θεοδωρ=Theodor Λαμπρ=Lambr/Lampr".split(),
           "όπουλος=opoulos/opulos ίδης=idis/ides άκης=akis άτος=atos ούδης=oudis/udis".split()),
    "ja": ("山=Yama 中=Naka 高=Taka 松=Matsu 石=Ishi 小=Ko 大=Oo/O/Ō 西=Nishi 東=Higashi 上=Ue 川=Kawa 森=Mori".split(),
           "田=da/ta 本=moto 村=mura 川=kawa/gawa 島=shima/jima 野=no 木=ki 原=hara 崎=saki/zaki 口=guchi".split()),
}  # fmt: skip

# Short forms in daily use.
SHORT_FORMS = """
Michael:Michi,Micha,Mike Thomas:Tom,Tommi Andreas:Andi,Andy Peter:Pit,Peterle Stefan:Steffen,Steff Christian:Chris,Krischan
Alexander:Alex,Sascha Daniel:Dani,Dan Markus:Max,Maggus Wolfgang:Wolfi,Wolf Jürgen:Jogi Frank:Franky Matthias:Matze,Hias,Matti
Bernd:Berni Sebastian:Basti,Wastl Tobias:Tobi Florian:Flo Johannes:Hannes,Jo,Johnny Hans:Hansi Philipp:Phil Felix:Lixi
Lukas:Luki,Luk Maximilian:Max,Maxi Benjamin:Ben,Benni Dominik:Nik,Domi Simon:Simmerl Fabian:Fabi Günter:Günni Manfred:Manni,Fred
Dieter:Didi Helmut:Helle Gerhard:Gerd,Hardy Heinz:Heini Karl-Heinz:Kalle,Heinz Hans-Peter:HP,Hape Joachim:Achim,Jo,Jochen
Georg:Schorsch,Girgl Josef:Sepp,Jupp,Beppo Franz:Franzl Ludwig:Wiggerl,Lutz Anton:Toni Friedrich:Fritz,Fiete Wilhelm:Willi,Wim
Ulrich:Uli,Ulli Reinhard:Reini Norbert:Nobbi Siegfried:Siggi Valentin:Valle Konstantin:Kosta,Konni Leonhard:Leo,Hartl Theodor:Theo
Raphael:Rafi Samuel:Sam,Sammy Vincent:Vinz Julian:Juli Niklas:Nik,Klas Oskar:Ossi Viktor:Vik Benedikt:Bene,Dickerl
Sabine:Bine Susanne:Susi,Sanne Andrea:Andi Petra:Peti Claudia:Claudi Monika:Moni Birgit:Biggi,Gitti Martina:Tina Nicole:Nicki,Nici
Stefanie:Steffi Christine:Christl,Tine Julia:Jule,Juli Katharina:Kathi,Katja,Käthe Sandra:Sandy Melanie:Mel,Meli Katrin:Kati
Barbara:Babsi,Bärbel Renate:Rena,Nate Ursula:Uschi,Ulla Gabriele:Gabi Angelika:Geli Brigitte:Gitte,Biggi Elisabeth:Lisa,Sissi,Elli
Daniela:Dani Magdalena:Leni,Lena Johanna:Hanna,Jojo Franziska:Franzi Theresa:Resi Christina:Tina,Chrissi Bettina:Betty,Tina
Cornelia:Conny,Nele Margarete:Gretel,Margit Rosemarie:Rosi Veronika:Vroni,Vera Antonia:Toni Charlotte:Lotte,Charly Friederike:Rike,Fritzi
Ulrike:Ulli,Rike Dorothea:Doro,Dorle Henriette:Jette,Henni Lieselotte:Lilo,Lotte Alexandra:Alex,Sandra Walburga:Burgl Jennifer:Jenny
Jessica:Jessy Rebecca:Becky,Becca Silvia:Silvi Helene:Leni,Lene Pauline:Paula Amelie:Melli Felicitas:Feli Wilhelmina:Mina,Minna
James:Jim,Jimmy John:Jack,Johnny Robert:Bob,Rob,Bobby William:Bill,Will,Liam Richard:Dick,Rick Christopher:Chris,Kit Matthew:Matt
Andrew:Andy,Drew Edward:Ed,Ted,Ned Joseph:Joe Anthony:Tony Steven:Steve Nicholas:Nick Jonathan:Jon,Jonny Timothy:Tim Gregory:Greg
Patrick:Pat,Paddy Kenneth:Ken Elizabeth:Liz,Beth,Betty Patricia:Pat,Trish Susan:Sue Margaret:Peggy,Maggie,Meg Katherine:Kate,Kathy
Emily:Em Deborah:Debbie Victoria:Vicky,Tori Kimberly:Kim Abigail:Abby Samantha:Sam Catherine:Cathy,Kate Pamela:Pam
Mehmet:Memo Mustafa:Musti Hüseyin:Hüso İbrahim:Ibo Fatma:Fatoş Zeynep:Zeyno Krzysztof:Krzysiek Tomasz:Tomek Katarzyna:Kasia
Małgorzata:Gosia Agnieszka:Aga Joanna:Asia Aleksandra:Ola Grzegorz:Grzesiek Wojciech:Wojtek Stanisław:Staszek Frédéric:Fred
Sébastien:Seb Nicolas:Nico Isabelle:Isa Nathalie:Nath Véronique:Véro José:Pepe Francisco:Paco,Curro Manuel:Manolo Antonio:Toño
Dolores:Lola Isabel:Isa Mercedes:Merche Giuseppe:Beppe,Peppino Giovanni:Gianni Francesco:Franco,Checco Salvatore:Totò
Alessandro:Sandro Federica:Fede Valentina:Vale Johannes:Joop,Jan Hendrik:Henk Willem:Wim Sergej:Serjoscha Alexej:Aljoscha
Dmitrij:Dima Jewgenij:Schenja Natalja:Natascha Jekaterina:Katja Tatjana:Tanja Svetlana:Sweta Michail:Mischa Wladimir:Wolodja
""".split()

TWIN_NAMES = "Lena:Lea Jan:Jonas Anna:Anja Marie:Maria Tim:Tom Lisa:Laura Nils:Lars Eva:Emma Paul:Paula Max:Moritz".split()
KINSHIP = """Mama Papa Mutti Vati Mom Dad Oma Opa Omi Schatz Schatzi Bruderherz Schwesterherz Tante Onkel
Schwiegermama Schwiegervater Patenkind Chef Hausmeister Vermieter Nachbarin Nachbar Babysitter Zahnarzt Tagesmutter""".split()
HINTS = "Handy Privat Arbeit Neu Fußball Chor Yoga Kita Schule Uni Nachbar WG Büro Verein Hamburg Klempner Alt 2".split()

CITIES = """
Berlin:030:10 Hamburg:040:20 München:089:80 Köln:0221:50 Frankfurt:069:60 Stuttgart:0711:70 Düsseldorf:0211:40 Leipzig:0341:04
Dortmund:0231:44 Essen:0201:45 Bremen:0421:28 Dresden:0351:01 Hannover:0511:30 Nürnberg:0911:90 Duisburg:0203:47 Bonn:0228:53
Münster:0251:48 Karlsruhe:0721:76 Augsburg:0821:86 Freiburg:0761:79 Mainz:06131:55 Kiel:0431:24 Erfurt:0361:99 Rostock:0381:18
Kassel:0561:34 Regensburg:0941:93 Ulm:0731:89 Göttingen:0551:37 Passau:0851:94 Bamberg:0951:96
""".split()
STREETS = """Haupt Schul Garten Bahnhof Dorf Berg Linden Kirch Wald Ring Goethe Schiller Mozart Beethoven Rosen Birken Eichen
Mühlen Markt Post Brunnen Sonnen Wiesen Feld Park Schloss Kloster Ufer Hafen Bach""".split()
FIRM_WORDS = """Nordstern Alpha Solaris Brückner Kronen Optima Helios Delta Vektor Hansa Rhenus Isar Elbe Merkur Phönix Quanta
Meridian Vulkan Atlas Zenit Aurora Kompass Fokus Prisma Orion Titan Novum Signum Linea Terra Aqua Ventus""".split()
FIRM_TRADES = """Technik Systeme Software Logistik Maschinenbau Consulting Medien Energie Pharma Bau Elektronik Versicherung Werke
Druck Möbel Textil Chemie Immobilien Optik Messtechnik Verlag Reisen Design Stahl""".split()
LEGAL_FORMS = ["GmbH", "AG", "GmbH & Co. KG", "e. K.", "KG", "UG (haftungsbeschränkt)", "SE"]
FAMILY_FIRMS = [
    "Autohaus {}",
    "Bäckerei {}",
    "Praxis Dr. {}",
    "Kanzlei {} & Partner",
    "Elektro {}",
    "Malermeister {}",
    "Gasthof {}",
    "Zahnarztpraxis {}",
    "{} Bestattungen",
    "Gärtnerei {}",
]
POSITIONS = """Geschäftsführer Projektleiterin Softwareentwickler Buchhalterin Vertriebsleiter Ingenieurin Berater Ärztin Lehrer
Produktmanagerin Einkäufer Designerin Analyst Personalreferentin Techniker Redakteurin Anwalt Architektin Controller
Assistentin""".split()
ROLES = "support service buchhaltung jobs vertrieb bestellung newsletter rechnung presse empfang kundenservice it-support".split()
MAIL_HOSTS = "mail post briefkasten netzpost funkmail brief privatmail weltpost nordmail blitzpost".split()
RELAY_SERVICES = "Codeforge Docs Marktplatz Terminplaner Mitfahr Nachbarschaft Umfrage Ticketshop".split()
