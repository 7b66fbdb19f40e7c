# Does the receiver know how many it missed? Of the notes of `host recv`, then the gaps between the messages that it printed,
# each in order. Several notes in a row make one gap.
#
# What was missed before the first message is no gap between two, nor is what was missed behind the last.

FNR == NR {
    if (/^host: missed /) {
        note[++notes] = $3
        told += $3
    }
    next
}

{
    gap[++gaps] = $1
    lost += $1
}

END {
    for (first = 0; gaps && first < notes; first++) if (fits(first)) exit 0
    print lost + 0 " are missing in " gaps + 0 " gaps, and " told + 0 " said to be, and not gap by gap"
    exit 1
}

# Whether the gaps are those of the notes behind `at`.
function fits(at,    index_) {
    for (index_ = 1; at >= 0 && index_ <= gaps; index_++) at = taken(at, gap[index_])
    return at >= 0
}

# Up to which note they make this sum, from the one behind `at`; -1 if they do not.
function taken(at, sum) {
    while (sum > 0 && at < notes) sum -= note[++at]
    return sum == 0 ? at : -1
}
