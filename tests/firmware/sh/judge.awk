# Are the lines of `host recv --json` the messages in order? Also over several receivers: `killed` stands where one was.
#
# Prints the sequence after the last one, how many were wrong, how many were missing, and how many came again.

BEGIN {
    FS = "[:,}]"
    text[0] = "\"CIEPLO\""
    text[1] = "\"ZIMNO\""
}

$0 == "killed" {
    killed = 1
    next
}

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
    # Each sender begins with the first text, and goes on in turn.
    if (epoch != last_epoch) turn = overwrite ? sequence + (payload == text[1]) : sequence
    if (verdict != "\"received\"") complain("verdict")
    if (payload != text[(sequence - turn) % 2 != 0]) complain("turn")
    next_one = sequence + 1
    last = payload; last_epoch = epoch; seen = 1
}

END { print next_one, wrong + 0, lost + 0, repeated + 0 }

function complain(what) {
    wrong++
    print what ", with " next_one " to come: " $0 >wrong_file
}
