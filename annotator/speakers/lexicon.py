"""Words that tell who speaks in English news: verbs of saying, titles, organisations, collectives, first names."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from annotator.text.evidence import REPORTING_VERBS, inflected


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_SAYING = (
    REPORTING_VERBS + " amplify articulate assail assure attack avow back-pedal badger bash bellow bemoan berate "
    "beseech blast blurt castigate caution charge chide chime chuckle clarify compare compliment congratulate "
    "contest contradict credit cry decry deem deliver demur denigrate deplore deride detail disavow discuss "
    "dispute divulge echo elaborate emote endorse enthuse enumerate espouse exhort expound extol fault forecast "
    "foretell fume gripe grumble guarantee hail howl hypothesize implore inform insinuate instruct interject "
    "intone introduce invoke lambast lambaste laud lecture lie liken marvel mock moan mouth name narrate note "
    "notify offer order ordain outline paint pan pen petition pitch point ponder post preach prod profess proffer "
    "prophesy proclaim pronounce punctuate query question rail rant rave read reason reassert recite reckon "
    "recount refute remind remonstrate reprimand request respond restate retract retweet ridicule roar rule scoff "
    "scold scorn scream second sing slam sneer snarl specify speculate spout stipulate stutter summarize "
    "summarise swipe taunt tease theorize thank thunder tout trumpet tut understand undertake underline "
    "underscore venture vent verify vocalize voice volunteer vouch welcome whine word yammer chant applaud cheer "
    "champion articulate speak talk relay publish interview broadcast air communicate telegraph telephone text "
    "email e-mail blog joke kid lash rip brand"
)
_HOLDING = (
    "accept allow list abstain admire advocate aim anticipate appeal appear approve arrange aspire assess assume "
    "back bet bid block boycott care cast challenge change choose claim commit concern consider contemplate "
    "counsel decide decline defy delay demonstrate deny depict desire despise detest disapprove discourage doubt "
    "dream embrace encourage envisage envision expect express fail favor favour fear feel find focus foresee "
    "gauge grant guess hate hear highlight hold hope ignore indict indorse intend invite judge know learn like "
    "love lobby maintain mean nominate note object oblige perceive plan prefer prepare press pressure presume "
    "promote prompt protest prove push rally rank rate realize realise rebuff recognize recognise regard regret "
    "rejoice release remember renounce require resent resist resolve respect scrap see seek send show side sign "
    "sponsor stand study support suspect sympathize target tell testify threaten trust try understate unveil "
    "uphold value veto view vote want watch weigh wish withdraw worry ratify sanction condone excuse downplay "
    "sidestep dodge omit reconsider reaffirm renew submit surprise blame evade insist steer table mull pursue "
    "spar propose impose adopt amend"
)
_IRREGULAR = {
    "speak": "speaks spoke spoken speaking",
    "understand": "understands understood understanding",
    "undertake": "undertakes undertook undertaken undertaking",
    "foretell": "foretells foretold foretelling",
    "read": "reads reading",
    "sing": "sings sang sung singing",
    "broadcast": "broadcasts broadcasting",
    "feel": "feels felt feeling",
    "find": "finds found finding",
    "foresee": "foresees foresaw foreseen foreseeing",
    "forecast": "forecasts forecasting",
    "hear": "hears heard hearing",
    "hold": "holds held holding",
    "know": "knows knew known knowing",
    "learn": "learns learned learnt learning",
    "mean": "means meant meaning",
    "see": "sees saw seen seeing",
    "seek": "seeks sought seeking",
    "send": "sends sent sending",
    "show": "shows showed shown showing",
    "stand": "stands stood standing",
    "tell": "tells told telling",
    "uphold": "upholds upheld upholding",
    "withdraw": "withdraws withdrew withdrawn withdrawing",
    "choose": "chooses chose chosen choosing",
    "bet": "bets betting",
    "bid": "bids bidding",
    "cast": "casts casting",
    "lie": "lies lied lying",
    "understate": "understates understated understating",
    "rip": "rips ripped ripping",
    "slam": "slams slammed slamming",
    "pan": "pans panned panning",
    "permit": "permits permitted permitting",
    "submit": "submits submitted submitting",
    "omit": "omits omitted omitting",
    "commit": "commits committed committing",
    "plan": "plans planned planning",
    "prefer": "prefers preferred preferring",
    "abet": "abets abetted abetting",
    "chat": "chats chatted chatting",
    "spar": "spars sparred sparring",
    "scrap": "scraps scrapped scrapping",
    "kid": "kids kidded kidding",
    "blog": "blogs blogged blogging",
    "refer": "refers referred referring",
}


_SAME_IN_THE_PAST = _words("read broadcast forecast bet bid cast")


class Verb(NamedTuple):
    """A form of a verb that reports.

    Attributes:
        weight: 1 for verbs of saying, less for holding a position.
        is_gerund: It ends in "-ing".
        is_base: It has no ending, so that it is a verb only after a plural, an auxiliary or "to".
    """

    weight: float
    is_gerund: bool
    is_base: bool


@lru_cache(maxsize=1)
def verbs() -> dict[str, Verb]:
    """Every form of the verbs that report: verbs of saying weigh 1, verbs of thinking, wanting and siding less."""
    table: dict[str, Verb] = {}
    for weight, listed in ((0.55, _HOLDING), (1.0, _SAYING)):
        for verb in listed.split():
            forms = (verb, *_IRREGULAR[verb].split()) if verb in _IRREGULAR else inflected(verb)
            for form in forms:
                table[form] = Verb(
                    weight, form.endswith("ing") and form != verb, form == verb and verb not in _SAME_IN_THE_PAST
                )
    return table


AUXILIARIES = _words(
    "has have had is are was were be been being will would can could may might must shall should do does did not "
    "n't hasn’t haven’t hadn’t isn’t aren’t wasn’t weren’t won’t wouldn’t can’t couldn’t don’t doesn’t didn’t "
    "shouldn’t hasn't haven't hadn't isn't aren't wasn't weren't won't wouldn't can't couldn't don't doesn't "
    "didn't shouldn't ’s 's ’ve 've ’d 'd cannot to going"
)
BE = _words("is are was were be been being ’s 's get gets got")
ADVERBS = _words(
    "also then later often once again still never ever now just even already further furthermore too both soon "
    "yesterday today tonight earlier recently first last long thus therefore instead simply meanwhile here there "
    "himself herself themselves itself together almost quite rather very always sometimes nonetheless "
    "nevertheless in-turn monday tuesday wednesday thursday friday saturday sunday all each so repeatedly as "
    "quoted"
)
PREPOSITIONS = _words(
    "of in at for from with on by to about against between among over under after before during into through "
    "within without across near as like than via toward towards behind beyond around outside inside since until "
    "amid per"
)
DETERMINERS = _words(
    "the a an this that these those some many several few most other another one two three four five six no any "
    "its his her their our my your each every all both more various numerous dozens hundreds thousands certain"
)
HE = _words("he him his himself")
SHE = _words("she her hers herself")
THEY = _words("they them their themselves")

DATES = _words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december jan feb mar apr jun jul aug sep sept oct nov dec"
)
# Capitalised because they open a sentence or a title, never the beginning of a name.
OPENERS = _words(
    "the a an this that these those there here he she it they we i you his her their our my your its him them us "
    "me but and or so yet if when while after before since as at by for from in on to with without although "
    "though because however meanwhile still also then now what who why how where which whose both many most some "
    "several few no not nor neither either one two three four five six seven eight nine ten earlier later last "
    "next asked according despite during under over until among even instead once only just perhaps maybe indeed "
    "finally first second third of about against between through within into onto upon like unlike than per via "
    "amid across behind beyond near is are was were be been do does did has have had will would can could may "
    "might should must let let’s let's yes all any each every other another such more less much very too today "
    "tomorrow yesterday tonight again ever never always often sometimes thus hence therefore moreover furthermore "
    "nonetheless nevertheless otherwise besides i’m i'm i’ve i've it’s it's that’s that's he’s he's she’s she's "
    "we’re we're they’re they're don’t don't there’s there's what’s what's who’s who's you’re you're we’ve we've "
    "i’ll i'll we’ll we'll speaking saying citing noting told given based whether former critics supporters photo "
    "image video read watch share follow click related advertisement breaking updated update exclusive analysis "
    "opinion editorial current late whatever whoever whenever wherever except nobody nothing something someone "
    "everyone everything anyone dear hello please thanks ok okay oh well sure no-one contributed reporting"
)
HONORIFICS_HE = _words("mr mr. sir lord king prince pope father brother duke baron")
HONORIFICS_SHE = _words("mrs mrs. ms ms. miss mme mme. lady dame queen princess sister madam duchess baroness")
TITLES = _words(
    "mr mr. mrs mrs. ms ms. miss mx. dr dr. prof prof. professor sir dame lord lady rev rev. reverend hon. sen "
    "sen. senator sens. senators rep rep. reps. representative congressman congresswoman gov gov. governor "
    "president presidents vice prime minister ministers premier chancellor king queen prince princess pope "
    "secretary general gen gen. lt lt. lieutenant col col. colonel maj maj. major capt capt. captain sgt sgt. "
    "sergeant adm adm. admiral judge justice chief director chairman chairwoman chair chairperson speaker mayor "
    "attorney ambassador commissioner sheriff officer leader spokesman spokeswoman spokesperson envoy diplomat "
    "candidate nominee lawmaker deputy counsel coach editor founder co-founder ceo cfo chief-of-staff strategist "
    "analyst economist activist author commander marshal cardinal bishop archbishop imam rabbi sheikh ayatollah "
    "emir crown cpl. pvt. cmdr. brig. pres. supt. insp. del. assemblyman assemblywoman councilman councilwoman "
    "councillor delegate treasurer comptroller superintendent detective inspector agent producer actor actress "
    "singer reporter correspondent host anchor columnist parliamentarian mp mep undersecretary sec. sec foreign "
    "defense defence interior finance economy trade treasury former ex-president ex-prime acting interim "
    "then-president democratic republican democrat gop conservative labour labor liberal socialist communist "
    "libertarian green independent presidential vice-presidential vice-president president-elect executive "
    "managing senior associate assistant staff press campaign house senate majority minority state district "
    "federal national first minister-president taoiseach tsar czar comrade supreme"
)
# They make a title of the word after them: "Energy Minister", "Health Secretary".
PORTFOLIOS = _words(
    "energy health education justice transport transportation environment climate agriculture culture housing "
    "migration security digital science sports tourism home external european commerce industry development "
    "planning budget immigration communications information petroleum oil water infrastructure veterans welfare "
    "employment technology fisheries defense defence foreign finance interior economy trade labour labor"
)
# Lower-case nouns for a person: a description ("the senator") or a title before a name ("spokesman X").
ROLES = _words(
    "spokesman spokeswoman spokesperson official president minister premier chancellor secretary senator "
    "congressman congresswoman representative governor mayor ambassador envoy diplomat leader chairman chairwoman "
    "chair chairperson director chief head executive ceo founder cofounder co-founder owner editor reporter "
    "correspondent journalist columnist anchor host author writer professor scholar academic researcher scientist "
    "historian economist analyst expert strategist adviser advisor consultant aide lawyer attorney prosecutor "
    "judge justice sheriff detective officer general admiral colonel commander soldier captain sergeant candidate "
    "nominee contender frontrunner politician lawmaker legislator commissioner delegate activist advocate "
    "campaigner organizer organiser critic supporter opponent rival challenger manager coordinator surrogate "
    "pollster operative donor voter resident witness source insider observer commentator pundit narrator "
    "moderator billionaire businessman businesswoman tycoon mogul doctor nurse teacher student farmer worker "
    "driver pastor priest bishop pope rabbi imam king queen prince princess father mother son daughter brother "
    "sister wife husband man woman boy girl veteran actor actress singer musician star player coach monarch "
    "dictator ruler strongman autocrat deputy counterpart incumbent speaker whip republican democrat conservative "
    "liberal socialist libertarian independent patriarch sheikh ayatollah lady statesman mp mep treasurer "
    "principal superintendent agent investigator inspector victim defendant plaintiff negotiator regulator "
    "mediator neighbor neighbour friend colleague employee staffer member contestant guest caller questioner"
)
COLLECTIVES = _words(
    "officials analysts experts critics observers sources lawmakers diplomats economists scientists researchers "
    "historians scholars lawyers prosecutors investigators police authorities leaders ministers politicians "
    "senators republicans democrats conservatives liberals voters supporters opponents activists advocates "
    "campaigners protesters demonstrators residents witnesses workers farmers students teachers doctors nurses "
    "parents families relatives neighbors neighbours aides advisers advisors allies rivals reporters journalists "
    "media outlets commentators pundits insiders executives investors traders governments countries nations "
    "states rebels militants soldiers troops generals commanders members delegates delegations people citizens "
    "westerners europeans americans russians ukrainians everyone others many some most strategists pollsters "
    "surrogates operatives donors spokesmen spokespeople spokespersons representatives judges justices academics "
    "attorneys governors mayors ambassadors envoys presidents candidates both sides parties groups companies "
    "firms respondents"
)
BODIES = _words(
    "government administration ministry department agency bureau office embassy consulate parliament congress "
    "senate court tribunal commission committee council army military navy force police campaign party opposition "
    "union alliance bloc coalition group organization organisation association federation foundation institute "
    "university company firm bank fund network newspaper paper magazine outlet channel station website report "
    "survey poll study statement document letter readout communique communiqué editorial article op-ed book film "
    "documentary broadcaster board panel team side kingdom republic nation country state regime junta cabinet "
    "leadership delegation mission watchdog think-tank center centre church ad advert advertisement memo release "
    "transcript account tweet post lawsuit complaint filing petition resolution declaration treaty analysis "
    "white-paper budget"
)
DOCUMENTS = _words(
    "report survey poll study statement document letter readout communique communiqué article editorial op-ed "
    "book film documentary memo release transcript account tweet post lawsuit complaint filing petition "
    "resolution declaration paper analysis white-paper budget ad advert advertisement treaty"
)
ADJECTIVES = _words(
    "western eastern northern southern islamic christian muslim jewish catholic soviet arab asian african latin "
    "nordic baltic balkan western-led pro-russian pro-western anti-western islamist sunni shiite kurdish tibetan "
    "uyghur scottish welsh english catalan chechen hispanic black white"
)
ORGANISATION_HEADS = _words(
    "committee ministry department university party times post journal union association federation foundation "
    "institute institution center centre council commission agency bureau office court senate house congress "
    "parliament bank fund group corp corp. inc inc. co co. ltd ltd. llc company network news press service "
    "services administration government army navy force forces guard police embassy chamber board authority "
    "organization organisation society league alliance coalition caucus campaign conference college school "
    "academy church museum library hospital club team project initiative program programme partnership trust "
    "nations tribune herald gazette chronicle guardian telegraph observer magazine review week today daily tv "
    "radio television broadcasting media reuters republicans democrats street pentagon duma bundestag knesset "
    "politburo assembly treasury exchange reserve action pac americans citizens workers teamsters brotherhood "
    "movement front industries motors airlines systems technologies holdings partners studies security affairs "
    "watch monitor observatory interfax tass xinhua intelligence commons lords secretariat summit mission cabinet "
    "tribunal high-command staff"
)
PLACE_HEADS = _words(
    "city county river lake mount mountain mountains island islands sea ocean bay beach valley airport avenue "
    "road square park bridge province region district state states peninsula strait desert coast hall tower "
    "palace hotel plaza arena stadium center centre war act agreement treaty accord pact deal olympics games cup "
    "bowl prize award day week month year century amendment constitution revolution bill law code strategy plan "
    "doctrine theater theatre"
)

_MALE = (
    "aaron abdul abdullah abraham adam adrian ahmed alan albert alejandro alex alexander alexei alexey alfred ali "
    "allen amir anatoly andre andrea andreas andrei andrew andrey angelo anthony antonio antony arnold arthur "
    "barack barry ben benjamin bernard bernie bill billy bob bobby boris brad bradley brandon brent brett brian "
    "bruce bryan carl carlos carter chad charles charlie chris christian christopher chuck clarence claude clay "
    "cliff colin corey craig dale dan daniel danny dave david dean dennis derek dick diego dirk dmitri dmitry "
    "dmytro dominic don donald doug douglas drew dwight earl ed eddie edgar edward edwin eli elliott emmanuel "
    "eric erik ernest eugene evan felix fernando francis francisco francois frank franklin fred frederick gabriel "
    "gary gavin gene george gerald gerard giovanni glenn gordon greg gregory guillermo gustavo guy hans harold "
    "harry hassan hector heinz henry herbert howard hugh hugo ian ibrahim igor ivan jack jacob jake james jamie "
    "jan jared jason javier jay jean jeb jeff jeffrey jens jeremy jerome jerry jesse jesus jim jimmy joaquin joe "
    "joel johan john johnny jon jonathan jordan jorge jose josé josef joseph josh joshua juan julian julio jusuf "
    "justin karl keith ken kenneth kevin khalid kirill klaus kurt kyle lance larry lars laurence laurent lawrence "
    "lee leo leon leonard leonid lewis lloyd lorenzo louis lucas luis luke mahmoud malcolm manuel marc marcel "
    "marco marcus mario mark markus marshall martin marvin matt matteo matthew maurice max maxim mehdi michael "
    "michel miguel mike mikhail milton mitch mitt mohamed mohammad mohammed moshe muhammad nathan neil nelson "
    "nicholas nick nicolas nigel nikita nikolai noah norman oleg oleksandr oliver olaf omar oscar osama otto owen "
    "pablo pascal patrick paul pavel pedro perry pete peter petro phil philip philippe phillip pierre rafael "
    "ralph ramon randall randy raul ray raymond recep reinhard rex ricardo richard rick ricky rob robert roberto "
    "robin rod rodney rodrigo roger roland roman ron ronald rory ross roy rudy russ russell ryan salman sam "
    "samuel saul scott sean sebastian serge sergei sergey sergio seth shane shaun shinzo sidney simon stan "
    "stanley stefan stephen steve steven stuart ted terrence terry theodore thomas tim timothy tobias toby todd "
    "tom tommy tony travis trent trevor troy tyler vadim vernon victor viktor vincent vitaly vladimir volodymyr "
    "wade walter warren wayne wesley wilbur will william willie winston wolfgang xavier yasser yuri zachary "
    "zbigniew"
)
_FEMALE = (
    "abigail ada adele adriana agnes aisha alexandra alexis alice alicia alison allison alyssa amanda amber "
    "amelia amy ana anastasia andrea angela angelina anita ann anna annalena anne annette annie april ashley "
    "astrid audrey aung barbara beatrice becky bernadette beth betsy betty beverly bonnie brenda bridget brittany "
    "camille carla carly carmen carol caroline carolyn carrie cassandra catherine cathy cecilia charlotte chelsea "
    "cheryl chiara christina christine cindy claire clara claudia colleen condoleezza connie constance cristina "
    "cynthia daisy dana danielle dawn debbie deborah debra delores denise diana diane dianne donna doris dorothy "
    "edith eileen ekaterina elaine eleanor elena elisabeth elise elizabeth ella ellen emily emma erica erin "
    "esther eva eve evelyn fatima fiona florence frances gail georgia geraldine gertrude gina ginni giorgia "
    "gladys glenda gloria grace greta gretchen gwen hannah harriet hazel heather heidi helen helena helene "
    "hillary hilary huma ilhan ingrid irene irina iris isabel isabella ivanka jackie jacqueline jan jane janet "
    "janice jasmine jean jeanne jen jenna jennifer jenny jessica jill jo joan joanna joanne jody jordan josephine "
    "joyce juanita judith judy julia juliana julie june kamala karen kate katherine kathleen kathryn kathy katie "
    "katrina kay kellie kelly kellyanne kim kimberly kirsten kristen kristin kristina laura lauren laurie leah "
    "leila leslie lena lillian lily linda lisa liz lois lori lorraine louise lucia lucy lydia lynn madeleine "
    "maggie mandy marcia margaret margarita maria marian marie marilyn marina marine marion marissa marjorie "
    "marlene marsha martha mary maureen maxine megan meghan melania melanie melinda melissa meredith michelle "
    "mildred mimi miranda miriam molly monica nadia nancy naomi natalia natalie natasha nicola nicole nikki nina "
    "nora norma olga olivia oksana pam pamela patricia patty paula pauline peggy penny phyllis priscilla rachel "
    "ramona rebecca regina renee rhonda rita roberta robin rosa rosalind rose rosemary roxanne ruth sabrina sally "
    "samantha sandra sandy sara sarah sasha selma shannon sharon sheila shelley sherry shirley sofia sonia sophia "
    "sophie stacey stacy stella stephanie sue susan susanna suzanne svetlana sylvia tamara tammy tanya tara "
    "tatiana teresa theresa tiffany tina tracey tracy tulsi ursula valentina valerie vanessa vera veronica vicki "
    "victoria viola violet virginia vivian wanda wendy whitney winifred yolanda yulia yvette yvonne zoe"
)


@lru_cache(maxsize=1)
def first_names() -> dict[str, str]:
    """Common first names with the pronoun they take: "he", "she", or "" where both are usual."""
    male, female = set(_MALE.split()), set(_FEMALE.split())
    return {name: "" if name in male and name in female else "he" if name in male else "she" for name in male | female}
