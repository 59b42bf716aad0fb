/**
 * English words and phrases that turn a question into its opposite, one pair a line: `a words | b words`.
 * Phrases are joined by `_`; words stand in their base form.
 */
export const ENGLISH_OPPOSITES = `
enable activate turn_on switch_on power_on unmute unlock | disable deactivate turn_off switch_off power_off mute lock
start begin launch resume boot | stop end quit halt pause terminate shutdown shut_down
add insert append attach include | remove delete erase detach exclude uninstall
install | uninstall
increase raise gain grow boost improve maximise maximize rise upgrade | decrease reduce lower lose shrink minimise minimize fall downgrade drop
allow permit grant whitelist authorise authorize | deny forbid block refuse revoke ban blacklist prohibit reject
block | unblock
login log_in sign_in signin log_on logon | logout log_out sign_out signout log_off logoff
sign_up signup register subscribe join opt_in | unsubscribe unregister deregister leave opt_out
accept approve confirm | reject decline refuse cancel
open | close shut
connect link pair | disconnect unlink unpair
import | export
upload | download
encrypt | decrypt
show display reveal unhide | hide conceal
before prior_to | after following since
buy purchase | sell
send | receive
borrow | lend
push | pull
give donate | take receive
win | lose fail
pass succeed | fail
like love | dislike hate
good best better great top pro advantage benefit positive | bad worst worse poor con disadvantage drawback negative harm
most max maximum highest largest biggest longest | least min minimum lowest smallest shortest fewest
more | less fewer
high higher tall | low lower short
large big | small little tiny
fast faster quick | slow slower
early earlier | late later
new newest latest | old oldest
first | last final
hot warm | cold cool
hard difficult | easy simple
expensive | cheap free
safe | dangerous unsafe
male man men boy husband father guy boyfriend | female woman women girl wife mother lady girlfriend
public | private
online | offline
inside indoor | outside outdoor
internal | external
manual manually | automatic automatically
permanent permanently | temporary temporarily
inbound incoming | outbound outgoing
sync link | unsync
mount | unmount
follow | unfollow
archive | unarchive
pin | unpin
compress zip | decompress extract unzip
expand | collapse
forward | backward
left | right
up | down
above over | below under
buyer customer | seller vendor
sender | recipient receiver
client | server
parent | child
employer | employee
legal legally | illegal illegally
true | false
possible | impossible
valid | invalid
active | inactive
visible | invisible
paid | free unpaid
weight_gain gain_weight | weight_loss lose_weight
lend loan_out | borrow
alive live | dead die
marry | divorce
domestic | foreign international overseas
`;
