"""The closed word classes that the resolver goes by: titles, roles, bodies, documents, pronouns."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MALE_TITLES = _words(
    "mr sir lord king prince duke father pope cardinal congressman spokesman chairman count baron sheikh "
    "monsignor brother alhaji herr"
)
FEMALE_TITLES = _words(
    "mrs ms miss dame lady queen princess duchess sister baroness congresswoman spokeswoman chairwoman countess "
    "alhaja frau"
)
TITLES = (
    MALE_TITLES
    | FEMALE_TITLES
    | _words(
        "dr prof professor archbishop bishop rev reverend rabbi imam ayatollah president premier minister "
        "chancellor secretary senator sen sens representative rep reps governor gov gov-elect mayor councillor "
        "cllr alderman ambassador amb commissioner chief inspector superintendent supt detective det sergeant sgt "
        "constable officer sheriff captain capt major maj colonel col general gen lieutenant lt commander cmdr "
        "admiral adm brigadier brig marshal corporal cpl judge justice attorney prosecutor coroner director ceo cfo "
        "coo cto vp spokesperson speaker leader coach manager envoy emir sultan taoiseach mp msp mep deputy candidate "
        "activist author analyst economist actor actress singer midfielder striker goalkeeper defender "
        "quarterback lawyer president-elect chairperson undersecretary advocate pastor councilman councilwoman "
        "assemblyman assemblywoman assemblymember congressmember tánaiste tanaiste chieftain private comrade hon "
        "honourable honorable"
    )
)
"""Words before a name that tell an office or rank."""

ROLES = TITLES | _words(
    "chair executive founder co-founder owner head boss editor reporter correspondent journalist presenter official "
    "lawmaker legislator adviser advisor aide counsel solicitor barrister magistrate researcher scientist physician "
    "doctor surgeon nurse historian lecturer teacher student pupil resident witness victim survivor suspect "
    "defendant plaintiff mother father son daughter wife husband brother sister widow widower uncle aunt neighbour "
    "neighbor friend farmer driver pilot nominee strategist pollster organiser organizer campaigner trustee "
    "treasurer administrator negotiator mediator diplomat ombudsman auditor whistleblower rapporteur member "
    "delegate planner architect engineer investor trader broker banker commentator expert consultant critic blogger "
    "artist writer poet novelist filmmaker producer player trainer swimmer runner cyclist referee umpire teenager "
    "man woman boy girl claimant priest nun monk chaplain midwife anaesthetist paediatrician pediatrician vet "
    "cleaner clerk warden ranger librarian carer caregiver shopkeeper landlord landlady tenant barmaid bartender "
    "waiter waitress chef cook baker butcher miner electrician plumber mechanic carpenter gardener janitor courier "
    "sailor skipper seaman soldier recruit insurgent hostage refugee migrant detainee inmate prisoner convict "
    "offender attacker gunman bomber hacker scholar academic dean provost rector headmaster headmistress curator "
    "archivist conductor composer cellist violinist pianist guitarist drummer rapper dancer sculptor painter "
    "photographer cartoonist columnist anchor host lobbyist emissary consul governor-general king queen prince "
    "princess duke duchess pope colleague rival opponent successor predecessor co-author co-pilot parent mum dad "
    "mom stepmother stepfather grandmother grandfather grandson granddaughter nephew niece cousin fiance fiancee "
    "girlfriend boyfriend bride groom pensioner retiree veteran volunteer donor shareholder insider bystander "
    "onlooker caller customer client patient passenger commuter motorist pedestrian user moderator dispatcher "
    "hairdresser designer winger goalie jockey boxer wrestler golfer sprinter firefighter paramedic medic examiner "
    "detective investigator bailiff juror litigant appellant petitioner signalman mayor-elect spokes-person arbiter "
    "entrepreneur activist youth worker supervisor foreman receptionist steward stewardess trapper logger fisherman "
    "fisher nationalist ex-pol frontman diver matron rower beekeeper sexton verger vicar curate coxswain shepherd "
    "grower breeder climber mountaineer usher cobbler tailor jeweller weaver potter distiller vintner trucker "
    "gravedigger locksmith blacksmith playwright projectionist stylist florist herbalist pilgrim accountant "
    "bookkeeper cashier teller typist auctioneer appraiser surveyor draughtsman draftsman geographer cartographer "
    "linguist chemist physicist botanist zoologist naturalist conservator explorer adventurer rescuer lifeguard "
    "marshal bellringer organist choirmaster chorister tenor soprano busker juggler acrobat clown magician "
    "astrologer herdsman drover ploughman gamekeeper groundsman greenkeeper caddie bookmaker croupier gambler "
    "smuggler poacher burglar fraudster forger murderer rapist stalker busman tramdriver signalwoman stationmaster "
    "docker stevedore welder fitter riveter rigger roofer plasterer glazier bricklayer mason stonemason thatcher "
    "decorator upholsterer neurosurgeon documentarian mogul hotelier childminder billionaire millionaire frontrunner "
    "hopeful contender pundit incumbent challenger tycoon celebrity businessman"
)
"""Nouns for what a person does or is to somebody; they resolve to the person who has that role in the article."""

ROLE_ENDINGS = (
    "woman",
    "master",
    "mistress",
    "maker",
    "monger",
    "ologist",
    "ographer",
    "atrist",
    "keeper",
    "worker",
    "officer",
    "leader",
    "ician",
    "chair",
    "-year-old",
)
"""How nouns for persons end, where the list above has not got them."""

FEMALE_ROLES = FEMALE_TITLES | _words(
    "actress mother daughter wife widow aunt woman girl waitress headmistress landlady grandmother "
    "granddaughter niece mum mom bride girlfriend fiancee stepmother nun midwife stewardess councilwoman "
    "assemblywoman businesswoman policewoman congresswoman"
)
MALE_ROLES = MALE_TITLES | _words(
    "son husband widower uncle man boy headmaster landlord grandfather grandson nephew dad groom boyfriend "
    "fiance stepfather monk councilman assemblyman businessman policeman fireman fisherman seaman gunman "
    "foreman signalman"
)

PEOPLE = _words(
    "police people men women children families officials authorities residents critics experts scientists "
    "researchers analysts supporters opponents campaigners activists protesters demonstrators organisers "
    "organizers workers staff employees colleagues parents doctors nurses teachers students lawyers "
    "prosecutors investigators detectives officers soldiers rebels militants insurgents lawmakers legislators "
    "ministers politicians leaders members delegates ambassadors diplomats economists historians academics "
    "authors astronomers engineers biologists neuroscientists meteorologists epidemiologists witnesses "
    "neighbours neighbors friends relatives survivors victims defendants plaintiffs petitioners family "
    "families household claimants appellants suspects executives directors bosses managers owners "
    "shareholders investors traders bankers farmers drivers pilots passengers commuters customers clients "
    "users patients tenants landlords players athletes coaches fans voters republicans democrats "
    "conservatives liberals mps meps senators congressmen councillors judges jurors regulators firefighters "
    "rescuers paramedics volunteers donors allies aides advisers advisors counsel couple pair duo trio team "
    "crew both colonels generals commanders brothers sisters siblings twins sons daughters speakers marchers "
    "strikers miners dockers couriers heads operators parties candidates companies firms unions groups "
    "charities governments countries states banks airlines agencies councils newspapers universities "
    "spokesmen negotiators envoys monitors inspectors observers veterans refugees migrants detainees "
    "prisoners inmates congregation jury backers defenders detractors insiders sources everyone everybody "
    "terrorists extremists separatists hijackers kidnappers traffickers loyalists nationalists islamists "
    "jihadists communists socialists populists royalists environmentalists conservationists feminists "
    "hardliners leftists backbenchers bureaucrats staffers interns spokespeople rioters looters hooligans "
    "spectators teammates ranchers herders builders developers leaseholders homeowners renters squatters "
    "locals villagers townspeople islanders settlers immigrants asylum-seekers expatriates tourists "
    "visitors travellers travelers hauliers crewmen controllers troops reservists conscripts cadets "
    "mercenaries snipers guards complainants youngsters undergraduates graduates clerics preachers "
    "worshippers believers midwives pharmacists dentists therapists policemen creditors lenders borrowers "
    "savers taxpayers ratepayers consumers shoppers retailers grocers brewers restaurateurs employers "
    "labourers apprentices trainees contractors freelancers broadcasters publishers viewers readers "
    "listeners subscribers constituents forecasters specialists informants elders warlords oligarchs "
    "robbers thieves assailants perpetrators sponsors accomplices plotters sceptics skeptics hunters hikers "
    "others many some several most half"
)
"""Nouns and words for several people, or several bodies."""

GROUPS = _words(
    "company firm group party government ministry department agency union charity commission committee "
    "council court bank airline carrier manufacturer maker retailer organisation organization association "
    "body administration campaign army military police force regulator university school hospital trust club "
    "team league federation foundation institute authority board cabinet parliament senate congress house "
    "embassy newspaper paper magazine broadcaster network site website watchdog coalition alliance militia "
    "movement think-tank thinktank inquiry panel tribunal bureau office service corporation supermarket "
    "operator publisher producer insurer developer brewer lender giant chain startup start-up utility "
    "supplier builder contractor promoter importer exporter wholesaler employer consortium cooperative "
    "co-operative society mission brigade unit squad navy coastguard prosecution defence defense jury "
    "assembly legislature secretariat presidency palace vatican church mosque diocese museum theatre theater "
    "gallery studio label exchange fund forum network steelmaker carmaker drugmaker chipmaker automaker "
    "planemaker rebels militants insurgents college academy campus port daily weekly tabloid outlet channel "
    "station publication family household team industry sector lobby junta regime state nation country city "
    "town village county district municipality province island kingdom republic bloc"
)
"""Nouns for bodies: ``the ministry`` is the body whose name has that word."""

DOCUMENTS = _words(
    "report study survey review paper document letter complaint lawsuit suit indictment petition filing "
    "motion brief poll census index audit assessment analysis evaluation briefing dossier inventory memo "
    "memorandum email e-mail affidavit verdict judgment judgement ruling opinion order decision resolution "
    "treaty law bill act charter guidance guidelines manifesto communique article editorial column essay "
    "op-ed book memoir memoirs biography investigation research findings results estimates figures data "
    "statistics projections model forecast bulletin advisory warning notice statement release tweet post "
    "announcement blog message caption website account page speech testimony note plaque banner leaflet sign "
    "slogan footage video recording transcript database"
)
"""Nouns for what is written: some count as the source, some are the words of whoever issued them."""

ISSUED = _words(
    "statement statements release tweet tweets post posts website site page announcement announcements "
    "advisory advisories warning warnings bulletin notice memo email e-mail blog message speech testimony "
    "account note ruling decision opinion memoir memoirs autobiography polling data projections press-release "
    "newsletter caption letter letters op-ed op-eds memos emails"
)
"""What somebody says something in: ``the ministry's statement`` is the ministry speaking."""

PLATFORMS = _words(
    "twitter facebook instagram youtube telegram weibo tiktok reddit linkedin whatsapp snapchat internet web"
)
"""Where things are said; they say nothing themselves."""

VAGUE = _words(
    "reports media press figures polls polling videos footage sources rumours rumors publications outlets estimates "
    "headlines banners signs posters observers"
)
"""Sources that name nobody: what they say is the journalist's to answer for."""

ORG_WORDS = _words(
    "agency administration ministry department committee commission council court bank university college "
    "school hospital hospitals institute institution party union association federation confederation organization "
    "organisation foundation trust group company corporation corp inc ltd plc llc co limited board bureau "
    "office authority service services force forces police army navy guard senate house parliament congress "
    "assembly government times post journal news herald tribune guardian telegraph press agency network "
    "league club team airlines airways motors industries international global holdings partners systems "
    "society alliance coalition front movement fund center centre nations states kingdom republic church "
    "museum theatre theater festival watch project campaign campus command mission academy laboratory labs "
    "technologies energy oil gas water rail air associates stores brothers solutions media research capital "
    "resources insurance foods records studios magazine survey index ports line lines infirmary clinic inquiry "
    "tribunal treasury exchange forum homes steel marine motors bancorp pharma terminals properties estates logistics "
    "travel railway railways roadways transport brigade regiment chronicle gazette standard observer courier "
    "mail express mirror sun star today tv radio channel broadcasting secretariat directorate inspectorate "
    "constabulary cabinet legislature caucus delegation embassy consulate charity campaigners rangers rovers "
    "united athletic fc"
)
"""Last or inner words of the names of bodies."""

PLACES = _words(
    "street road avenue city county state province region valley river lake island islands bay beach airport "
    "square bridge hill mountain mountains mount park forest harbour harbor sea ocean gulf coast cape fort "
    "strait creek district borough town village north south east west northern southern eastern western "
    "africa asia europe america"
)

STATES = _words(
    "us uk eu un usa uae drc afghanistan albania algeria america angola argentina armenia australia austria "
    "azerbaijan bahrain bangladesh belarus belgium bolivia bosnia botswana brazil britain bulgaria burundi "
    "cambodia cameroon canada chad chile china colombia congo croatia cuba cyprus denmark ecuador egypt "
    "england eritrea estonia ethiopia europe fiji finland france gambia georgia germany ghana greece "
    "guatemala guinea haiti honduras hungary iceland india indonesia iran iraq ireland israel italy jamaica "
    "japan jordan kazakhstan kenya kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia libya "
    "lithuania madagascar malawi malaysia maldives mali malta mexico moldova mongolia montenegro morocco "
    "mozambique myanmar namibia nepal netherlands nicaragua niger nigeria norway oman pakistan palestine "
    "panama paraguay peru philippines poland portugal qatar romania russia rwanda scotland senegal serbia "
    "singapore slovakia slovenia somalia spain sudan sweden switzerland syria taiwan tanzania thailand togo "
    "tunisia turkey uganda ukraine uruguay uzbekistan venezuela vietnam wales yemen zambia zimbabwe london "
    "paris berlin washington moscow beijing brussels geneva tokyo delhi tehran baghdad kabul jerusalem gaza "
    "texas california florida ohio virginia georgia michigan wisconsin pennsylvania alabama alaska arizona arkansas "
    "colorado connecticut delaware hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland "
    "massachusetts minnesota mississippi missouri montana nebraska nevada oklahoma oregon tennessee utah vermont "
    "wyoming"
)
"""Countries, their capitals and states: they speak only where the article has them say something."""

MALE = _words("he him his himself")
FEMALE = _words("she her hers herself")
PLURAL = _words("they them their theirs themselves")
NEUTER = _words("it its itself")
FIRST = _words("i me my mine myself we us our ours ourselves")
PRONOUNS = MALE | FEMALE | PLURAL | NEUTER | FIRST | _words("you your who whom one this that these those which")
POSSESSIVES = _words("his her its their my our")

THINGS = _words(
    "siren sirens alarm alarms bell bells light lights smoke flag flags sensor sensors gauge gauges plane planes"
)
"""Nouns for what warns or tells of something without speaking."""

DETERMINERS = _words(
    "the a an this that these those his her its their our my your some one two three four five six several many another"
)
DEFINITE = _words("the this that these those his her its their our")
INDEFINITE = _words("a an one another some several two three four five six many")
PREPOSITIONS = _words(
    "for of from with at in to by on about against near after before under over between among into beyond "
    "during through without within like via per across behind outside inside"
)
RELATIVE = _words("who which whose that whom where when")

SAYING = _words(
    "said says say told tells added adds announced claimed claims argued argues warned warns stated states "
    "insisted insists accused accuses alleged alleges denied denies believes hopes hoped wrote writes replied "
    "explained explains acknowledged conceded noted suggested suggests reported reports declared vowed "
    "promised pledged responded confirmed contended criticised criticized blamed blames urged wants asked "
    "tweeted called testified estimated estimates concluded found finds recommends recommended maintained "
    "maintains reckons complained"
)
"""Verbs whose subject is a source."""

BE = _words("is are was were been being be")
"""Forms that make a passive."""

AUXILIARIES = _words(
    "is are was were be been has have had do does did will would can could should may might must and or but "
    "as than if when while because since so yet not also"
)

PARTICLES = _words("de da di del della der den van von bin bint ibn al el la le du dos das abu ben ter ten zu y e")
"""Small words inside a person's name."""

NUMBERS = _words(
    "six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty "
    "thirty forty fifty sixty seventy eighty ninety hundreds thousands millions dozens scores"
)
"""Numbers that may begin a phrase and are none of its determiners."""

NOT_NAMES = NUMBERS | _words(
    "the a an this that these those there here he she it they we i you his her its their our my your and but "
    "or so yet if when while as after before since until because although though however meanwhile instead "
    "even just in on at by for from with to under over about against between during through what who whom why "
    "how where now then later also still not no none one two three four five both "
    "all some many most few each every another other others such only once again earlier today yesterday "
    "tomorrow according asked speaking despite following last next monday tuesday wednesday thursday friday "
    "saturday sunday january february march april may june july august september october november december "
    "more than up down out off is are was were be been has have had do does did will would can could should "
    "may might must let yes well oh like unlike whether nor either neither first second third finally critics "
    "officials police residents witnesses experts authorities scientists researchers campaigners doctors "
    "lawyers supporters opponents analysts people women men children students workers families additionally "
    "furthermore moreover nevertheless nonetheless overall recently currently previously originally perhaps "
    "maybe indeed certainly thanks based given due among amid within without across along around behind "
    "beyond near per upon via including former longtime part parts any anyone everyone everybody nobody "
    "nothing something two-thirds half neither late"
)
"""Words that begin a sentence with a capital and are no name."""
