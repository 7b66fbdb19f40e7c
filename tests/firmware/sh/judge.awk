# Are the lines of `host recv --json` the messages in order? Also over several receivers: `killed` stands where one was.
#
# They are those of `texts`, in turn. Prints the sequence after the last one, how many were wrong, how many were missing,
# and how many came again.

BEGIN {
    FS = "[:,}]"
    count = split(texts, text, " ")
    for (at = 1; at <= count; at++) place["\"" text[at] "\""] = at - 1
}

$0 == "killed" {
    killed = 1
    next
}

# What is no message: a gap, a restart, the end.
/"event":/ { next }

{
    epoch = $2; payload = $4; sequence = $6; verdict = $8
    # The one at which the last receiver was killed, maybe.
    if (killed && sequence == next_one - 1) {
        repeated++
        if (payload != last) complain("another message than before")
        killed = 0
        next
    }
    killed = 0
    if (overwrite && !seen) next_one = sequence
    if (sequence < next_one) complain("again")
    if (sequence > next_one) {
        lost += sequence - next_one
        print sequence - next_one >gaps_file
    }
    if (verdict != "\"received\"") complain("verdict")
    if (!(payload in place)) complain("text")
    else check_turn(place[payload])
    next_one = sequence + 1
    last = payload; last_epoch = epoch; seen = 1
}

# Each sender begins with the first text, and goes on in turn. Under overwrite that one may have been missed.
function check_turn(at) {
    if (epoch != last_epoch) first = overwrite ? sequence - at : sequence
    if (at != (sequence - first) % count) complain("turn")
}

END { print next_one, wrong + 0, lost + 0, repeated + 0 }

function complain(what) {
    wrong++
    print what ", with " next_one " to come: " $0 >wrong_file
}
