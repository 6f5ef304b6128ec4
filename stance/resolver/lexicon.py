"""The closed word classes that the resolver goes by: titles, roles, groups, pronouns, first names."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MALE_TITLES = _words(
    "mr sir lord king prince duke father pope cardinal congressman spokesman chairman count baron sheikh"
)
FEMALE_TITLES = _words(
    "mrs ms miss dame lady queen princess duchess sister baroness congresswoman spokeswoman chairwoman countess"
)
TITLES = (
    MALE_TITLES
    | FEMALE_TITLES
    | _words(
        "dr prof professor archbishop bishop rev reverend rabbi imam ayatollah president premier minister "
        "chancellor secretary senator sen sens representative rep reps governor gov gov-elect mayor councillor "
        "cllr alderman ambassador amb commissioner chief inspector superintendent supt detective det sergeant sgt "
        "constable officer sheriff captain capt major maj colonel col general gen lieutenant lt commander cmdr "
        "admiral adm brigadier brig marshal corporal cpl judge justice attorney prosecutor coroner director ceo "
        "spokesperson speaker leader coach manager envoy emir sultan taoiseach mp msp mep deputy candidate "
        "activist author analyst economist actor actress singer midfielder striker goalkeeper defender "
        "quarterback lawyer president-elect"
    )
)
"""Words before a name that tell an office or rank."""

ROLES = TITLES | _words(
    "chairperson chair executive founder co-founder owner head boss editor reporter correspondent journalist "
    "presenter spokesmen officials official lawmaker legislator congressman congresswoman adviser advisor aide "
    "counsel solicitor barrister magistrate researcher scientist physician doctor surgeon nurse psychologist "
    "epidemiologist historian biologist professor lecturer teacher headteacher principal student pupil resident "
    "witness victim survivor suspect defendant plaintiff mother father son daughter wife husband brother sister "
    "widow widower uncle aunt neighbour neighbor friend farmer driver pilot nominee strategist pollster organiser "
    "organizer campaigner trustee treasurer president vice-president administrator negotiator mediator diplomat "
    "ombudsman auditor regulator whistleblower rapporteur representative member delegate planner architect "
    "engineer developer investor trader broker banker commentator expert consultant critic blogger musician "
    "artist writer poet novelist filmmaker producer player captain trainer swimmer runner cyclist referee umpire "
    "teenager man woman boy girl"
)
"""Nouns for what a person does or is to somebody; they resolve to the person who has that role in the article."""

FEMALE_ROLES = _words("actress mother daughter wife sister widow aunt woman girl") | FEMALE_TITLES
MALE_ROLES = _words("father son husband brother widower uncle man boy") | MALE_TITLES

GROUPS = _words(
    "company firm group party government ministry department agency union charity commission committee council "
    "court bank airline carrier manufacturer maker retailer organisation organization association body "
    "administration campaign army military police force regulator university school hospital trust club team "
    "league federation foundation institute authority board cabinet parliament senate congress house embassy "
    "newspaper paper magazine broadcaster network site website watchdog coalition alliance militia movement "
    "think-tank study report survey review document statement letter complaint lawsuit indictment inquiry panel "
    "tribunal bureau office service corporation supermarket operator publisher producer insurer developer brewer "
    "lender giant chain startup"
)
"""Nouns for bodies and documents: ``the ministry`` is the body whose name has that word."""

COMPANIES = _words(
    "company firm airline carrier manufacturer maker retailer bank charity union group organisation organization "
    "operator publisher producer insurer developer brewer lender chain club network broadcaster newspaper party agency"
)
"""Of these, the ones that an article uses for the body it has just quoted."""

ORG_WORDS = _words(
    "agency administration ministry department committee commission council court bank university college school "
    "hospital institute institution party union association federation organization organisation foundation trust "
    "group company corporation corp inc ltd plc llc co limited board bureau office authority service services "
    "force forces police army navy guard senate house parliament congress assembly government times post journal "
    "news herald tribune guardian telegraph press agency network league club team airlines airways motors "
    "industries international global holdings partners systems society alliance coalition front movement fund "
    "center centre nations states kingdom republic church museum theatre festival watch project campaign campus "
    "command mission academy laboratory labs technologies energy oil gas water rail air associates stores brothers "
    "solutions media research capital insurance foods records studios magazine survey index"
)
"""Last or inner words of the names of bodies."""

PLACES = _words(
    "street road avenue city county state province region valley river lake island bay beach airport square"
)

MALE = _words("he him his himself")
FEMALE = _words("she her hers herself")
PLURAL = _words("they them their theirs themselves")
NEUTER = _words("it its itself")
FIRST = _words("i me my mine myself we us our ours ourselves")
PRONOUNS = MALE | FEMALE | PLURAL | NEUTER | FIRST | _words("you your who whom one this that these those")

DETERMINERS = _words(
    "the a an this that these those his her its their our my your some one two three several many another"
)
DEFINITE = _words("the this that his her its their our")
QUANTIFIERS = _words("some many several most few two three four five dozens hundreds thousands other others all both")

PARTICLES = _words("de da di del della der den van von bin bint ibn al el la le du dos das abu ben ter ten zu y e")
"""Small words inside a person's name."""

NOT_NAMES = _words(
    "the a an this that these those there here he she it they we i you his her its their our my your and but or "
    "so yet if when while as after before since until because although though however meanwhile instead even just "
    "in on at by for from with to under over about against between during through what who whom why how where now "
    "then later also still not no none one two three four five six seven eight nine ten both all some many most "
    "few each every another other others such only once again earlier today yesterday tomorrow according asked "
    "speaking despite following last next monday tuesday wednesday thursday friday saturday sunday january "
    "february march april may june july august september october november december more than up down out off is "
    "are was were be been has have had do does did will would can could should may might must let yes well oh "
    "like unlike whether nor either neither first second third finally critics officials police residents "
    "witnesses experts authorities scientists researchers campaigners doctors lawyers supporters opponents "
    "analysts people women men children students workers families additionally furthermore moreover nevertheless "
    "nonetheless overall recently currently previously originally perhaps maybe indeed certainly thanks based "
    "given due among amid within without across along around behind beyond near per upon via including"
)
"""Words that begin a sentence with a capital and are no name."""

FEMALE_NAMES = _words(
    "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa margaret betty sandra "
    "ashley kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia "
    "kathleen amy shirley angela helen anna brenda pamela nicole ruth katherine samantha christine emma catherine "
    "debra virginia rachel carolyn janet maria heather diane julie joyce victoria kelly christina joan evelyn "
    "lauren judith olivia frances martha cheryl megan andrea hannah jacqueline ann anne jean alice kathryn gloria "
    "teresa sara janice doris julia grace judy theresa rose beverly denise marilyn amber danielle brittany diana "
    "abigail jane lori alexis tiffany kayla claire fiona nicola louise lucy charlotte sophie chloe zoe gillian "
    "hilary hillary harriet theresa priti yvette diane nicola ruth kezia leanne caroline jo tessa liz amber penny "
    "esther kirsty angela ursula christine marine segolene anne-marie sonia indira mamata priyanka benazir aung "
    "malala fatima aisha amina zainab khadija leila layla nadia yasmin mariam maryam noor salma samira hanan olga "
    "irina natalia tatiana svetlana elena ekaterina anastasia yulia ludmila galina nina vera valentina dilma "
    "cristina michelle isabel carmen pilar ana lucia gabriela alejandra sofia camila valeria mariana fernanda "
    "ingrid astrid freya sigrid annika kirsten birgitta greta heidi petra monika agnieszka katarzyna ewa "
    "malgorzata beata zuzana ilse anneke saskia marieke femke chiara giulia francesca paola federica giorgia "
    "keiko yoko akiko sakura mei xiu ling hui-ming ngozi adaeze chioma wanjiru akinyi thandiwe nomvula ellen "
    "joyce winnie graca condoleezza michele ivanka melania kellyanne kamala nikki tulsi amara rosa dolores "
    "bridget siobhan niamh aoife sinead orla maeve kate katie kathy sue jill wendy tracy dawn gail rita sally "
    "molly peggy dorothy eileen maureen lynn lynne marie paula sylvia valerie vanessa veronica yvonne naomi "
    "miriam leah deirdre philippa camilla annette cecilia beatrice eleanor josephine lydia marina nora stella"
)
MALE_NAMES = _words(
    "james robert john michael david william richard joseph thomas christopher charles daniel matthew anthony "
    "mark donald steven andrew paul joshua kenneth kevin brian george timothy ronald jason edward jeffrey ryan "
    "jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory alexander "
    "patrick frank raymond jack dennis jerry tyler aaron jose adam nathan henry zachary douglas peter kyle noah "
    "ethan jeremy walter christian keith roger terry austin sean gerald carl harold dylan arthur lawrence jordan "
    "jesse bryan billy bruce gabriel joe logan alan juan albert willie elijah wayne randy vincent mason roy ralph "
    "bobby russell bradley philip eugene barack mitt ted marco bernie tim mike bill hugh graham nigel simon ian "
    "neil stuart gordon tony boris jeremy ed nick vince iain liam oliver harry charlie jamie craig derek trevor "
    "colin geoffrey clive barry rory angus hamish alistair alasdair malcolm duncan callum fraser gavin ahmed "
    "mohammed muhammad mohamed ali hassan hussein omar khalid ibrahim yusuf abdullah abdul mahmoud mustafa tariq "
    "bashar hamid karim rashid saeed salman faisal mehmet recep kemal murat vladimir dmitry sergei sergey ivan "
    "boris mikhail nikolai andrei alexei yuri igor oleg viktor pavel anton konstantin volodymyr petro emmanuel "
    "francois nicolas jacques jean pierre michel laurent alain dominique hans klaus jurgen wolfgang helmut "
    "gerhard friedrich karl otto dieter sven lars erik nils anders bjorn jens giuseppe giovanni marco matteo "
    "silvio mario luigi paolo antonio carlos luis jorge miguel pedro manuel francisco javier fernando rafael "
    "alejandro diego andres hugo evo nestor lula jair felipe enrique narendra manmohan rahul amit arvind rajesh "
    "sanjay vijay anil sunil ravi suresh ramesh imran nawaz pervez asif shinzo junichiro kenji hiroshi takashi "
    "akira xi hu wen jinping jintao jiabao li kim jong ban moon park nelson jacob thabo cyril robert morgan "
    "goodluck olusegun uhuru raila paul benjamin doron moshe yitzhak shimon ariel ehud avigdor naftali isaac "
    "saddam muammar hosni mohamed yasser ismail khaled teodor stefan piotr tomasz krzysztof andrzej lech jaroslaw "
    "viktor laszlo gyorgy zoltan milos vaclav petr jan pieter willem joost geert mark kofi kwame obi emeka tunde "
    "sipho themba jabulani kevin julian tony bob rob dan jim ron ken greg jeff steve matt chris dave phil doug "
    "fred max leo sam ben josh alex luke toby dominic rupert damian crispin piers giles tarquin sebastian edmund "
    "gerard kieran declan brendan eamonn seamus padraig enda micheal leonard stanley herbert norman howard "
    "theodore franklin calvin clifford clarence earl floyd glenn leon lloyd marvin melvin milton vernon warren "
    "wesley"
)
"""First names that are mostly one gender's in the news; a name that is missing has no gender."""

FIRST_NAMES = MALE_NAMES | FEMALE_NAMES

FEMALE_ENDINGS = ("a", "ette", "elle", "ine", "lyn", "lynn", "een", "ise", "ys")
MALE_ENDINGS = ("o", "us", "os", "ert", "ard", "old", "ald", "ek", "iy", "ick", "ston", "ford", "mar", "win")
"""How first names that stand in neither list mostly end."""
