/** Words that carry a sentence and say nothing of what it is about. */
export const ENGLISH_FUNCTION_WORDS = `
a an the this that these those it its i im ive id me my mine myself you your yours yourself we us our ours he him his
she her they them their one ones someone somebody anyone anybody everyone people person
is are am was were be been being isnt arent wasnt do does did done doing have has had having s m re ve d ll
will would shall should can could may might must of in on at to for with by from about as into onto upon
through during within between among and or but so if then than because while whether
there here very really quite just also too even still already yet ever please kindly pls plz hi hello hey
thanks thank what which who whom whose when where why how whats hows wheres whos many much
any some other such way ways method methods step steps actually exactly basically currently
know tell explain let want need like wish wanna gonna would able possible possibly get got getting
question answer quora anyone somebody guys sir etc eg ie vs versus e g
`;

/** Words that say little: their absence on the other side counts a quarter. */
export const ENGLISH_LIGHT_WORDS = `
best good better great most more top main different various several certain kind kinds type types sort thing things
use using used make making made go going take taking give giving work working put start see look find think
become come happen happens mean means keep exactly own actual real
example examples list tip tips suggestion suggestions recommend recommendation idea ideas important effective easily
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
