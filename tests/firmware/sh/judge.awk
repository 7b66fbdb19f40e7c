# Are the lines of `host recv --json` the messages in order? Also over several receivers: `killed` stands where one was.
#
# They are those of `texts`, in turn. Prints the sequence after the last one, how many were wrong, how many were missing,
# and how many came again.

BEGIN {
    count = split(texts, text, " ")
    for (at = 1; at <= count; at++) place["\"" text[at] "\""] = at - 1
}

$0 == "killed" {
    killed = 1
    next
}

# A gap, a restart, the end.
field("event") != "\"message\"" { next }

{
    epoch = field("epoch"); payload = field("payload"); sequence = field("sequence") + 0; verdict = field("verdict")
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

# What the object of this line has under a name. The texts have no comma and no brace. `host` has these fields in every
# message: without one the judge cannot judge.
function field(name) {
    if (!match($0, "\"" name "\":[^,}]*")) {
        print "no field " name ": " $0 >"/dev/stderr"
        exit 1
    }
    return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3)
}

function complain(what) {
    wrong++
    print what ", with " next_one " to come: " $0 >wrong_file
}
