# Does the receiver know how many it missed? Of the notes of `host recv`, then the gaps between the messages that it printed,
# each in order. Several notes in a row make one gap.
#
# What was missed before the first message is no gap between two, nor, if it was the last that was said, behind the last.

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
    rest = told - lost
    if (gaps && (fits(rest) || fits(rest - note[notes]))) exit 0
    print lost + 0 " are missing in " gaps + 0 " gaps, and " told + 0 " said to be, " rest " before the first"
    exit 1
}

# Whether the gaps are those of the notes, after so many before the first message.
function fits(before,    index_, at) {
    at = taken(0, before)
    for (index_ = 1; at >= 0 && index_ <= gaps; index_++) at = taken(at, gap[index_])
    return at == notes || at == notes - 1
}

# Up to which note they make this sum, from the one behind `at`; -1 if they do not.
function taken(at, sum) {
    while (sum > 0 && at < notes) sum -= note[++at]
    return sum == 0 ? at : -1
}
