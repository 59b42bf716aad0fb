/** Words that carry a sentence and say nothing of what it is about. */
export const ENGLISH_FUNCTION_WORDS = `
a an the one ones some any of is are am be being been do does can i you we one there so very really quite just actually exactly
what which who whom whose when where why how whats hows wheres whos many much and then than as at to in on
it its s m re ve d ll please kindly pls plz hi hello hey thanks thank ever even already yet
way ways method methods step steps know tell explain let want need wanna gonna able possible possibly
someone somebody anyone anybody guys sir etc eg ie vs versus isnt arent dont doesnt cant
`;

/** Words that turn a sentence without saying what it is about: their absence on the other side counts a little. */
export const ENGLISH_FRAME_WORDS = `
i im ive you we me my mine myself your yours yourself us our ours he him his she her they them their people person
was were did done doing has have had having will would shall should could may might must get got getting go going
for with by from about into onto upon through during within between among or but if because while whether
this that these those here also too still like such other everyone
`;

/** Words that say little: their absence on the other side counts a quarter. */
export const ENGLISH_LIGHT_WORDS = `
best good better great most more top main different various several certain kind kinds type types sort thing things
use using used make making made go going take taking give giving work working put start see look find think
become come happen happens mean means keep exactly own actual real
question questions answer answers quora example examples list tip tips suggestion suggestions recommend recommendation idea ideas important effective easily
easy quickly properly help tell difference same time new today now ever life world good start learn live feel
`;

/** Words that may stand for each other in a question, one group a line; base forms. */
export const ENGLISH_SYNONYMS = `
buy purchase order
remove delete erase
fix repair resolve solve troubleshoot
change modify edit update alter
reset recover restore regain retrieve
create make build generate
begin start
stop quit
end finish
choose select pick
cost price fee charge expense
salary pay wage income
phone mobile smartphone cellphone cell
photo picture image pic
movie film
picture photo
job career work
earn make
money cash
company firm corporation business
student pupil
kid child children
increase raise boost improve enhance
decrease reduce lower
fast quick quickly rapidly
big large huge
small little tiny
hard difficult tough
easy simple
smart intelligent
start launch
laptop notebook
computer pc
website site webpage
internet web online
app application
email mail e-mail
error problem issue fault bug trouble
password passcode
account profile
login signin log_in sign_in logon
logout signout log_out sign_out
signup sign_up register
refund reimbursement
deliver ship delivery shipping shipment
cancel terminate
invoice bill
vacation holiday
contact reach
permit allow
forbid prohibit
happen occur
learn study
beginner novice newbie
benefit advantage pro
disadvantage drawback con downside
usa us america united_states
uk britain united_kingdom
india indian
chinese china
2fa mfa two-factor
lose shed
weight fat
girl woman
boy man guy
begin start
prepare preparation prep
improve better
explain describe define
meaning definition
purpose aim
reason cause why
differ difference distinguish
quickest fastest
safe secure
kill murder
suicide
couple pair
doctor physician
car automobile vehicle
book novel
watch see view
speak talk
english
demonetization demonetisation
`;

/** Forms of verbs that rules do not reach, `base: forms`. */
export const ENGLISH_IRREGULAR = `
lose: lost losing loss
buy: bought
send: sent
get: got gotten getting
make: made making
write: wrote written writing writer
speak: spoke spoken
break: broke broken
choose: chose chosen choosing choice
forget: forgot forgotten forgetting
pay: paid payment
sell: sold sale
find: found
think: thought
leave: left
feel: felt feeling
die: died dying death dead
live: living life
man: men
woman: women
child: children
person: people
foot: feet
become: became becoming
know: knew known
see: saw seen
go: went gone
run: ran running
begin: began begun beginning
drive: drove driven driving
eat: ate eaten eating
give: gave given giving
take: took taken taking
fall: fell fallen
win: won winning
teach: taught
build: built building
keep: kept
meet: met
spend: spent
learn: learnt learned learning
hide: hid hidden
steal: stole stolen
study: studied studies studying
try: tried tries trying
travel: travelling traveling travelled
set: setting
cancel: cancelled cancelling canceled cancellation
big: bigger biggest
good: 
`;

export const ENGLISH_NEGATIONS = `
not no never none nothing nobody nowhere neither nor without cannot cant wont dont doesnt didnt isnt arent wasnt werent
havent hasnt hadnt shouldnt wouldnt couldnt mustnt neednt aint unable except lack lacking
`;
