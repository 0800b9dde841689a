"""Threads that help with big kernels.

An instruction whose work is worth it calls `share_out`; helpers that are awake or woken then call the same instruction,
each time for one part of it, until no part is left. What they get in place of the state is the address of a call, made
odd: the state, which part of how many, and a seat, the number of a workspace that no other thread uses meanwhile. Of the
parts, a stretch is a seat's share, the same in every job: what a thread computes, it finds in its processor's cache at the
next job. Who is done with its share goes on with those of others.

The thread that posts a job works too, and waits only for parts that somebody has begun: with every processor busy it does
all of them itself. One job at a time: who finds the team busy works alone. To wake a helper takes longer than a small
kernel does, so small ones are shared only with helpers that are awake.

Results do not depend on the number of threads: a part is a range of outputs, each computed as ever.
"""

from numba.extending import register_jitable

from nbtf.kernels.jit import instruction
from nbtf.kernels.memory import call_entry, set_word, word
from nbtf.kernels.shared import (
    add_shared,
    give_way,
    pause,
    read_byte,
    replace_shared,
    set_shared,
    shared_word,
    write_bytes,
)
from nbtf.layout import (
    ACTIVE,
    ALONE,
    BUSY,
    CALL_PART,
    CALL_PARTS,
    CALL_SEAT,
    CALL_STATE,
    CALL_WORDS,
    CALLS,
    HELPERS,
    JOB,
    JOB_IP,
    JOB_PARTS,
    JOB_SEATS,
    JOB_STATE,
    JOB_STATUS,
    KERNEL,
    LAST_JOB,
    NEXT,
    NO_TEAM,
    PARKED,
    SEATS,
    SKIPPED,
    STOP,
    TAKEN,
    TEAM,
    THREADS,
    WAKE_READ,
    WAKE_WRITE,
    WORD,
)

LEAST_WORK = 500_000  # multiply-adds of a part that a helper is woken for: about 10 us
LEAST_AWAKE = 50_000  # of a part for a helper that is awake
PROBING = 512  # small jobs done alone before one is shared all the same: a helper stays awake while they follow
PARTS_A_THREAD = 4  # so that a thread that was held up leaves some to others
PATIENCE = 2000  # looks for a job, and for the end of one, before a thread gives way to others
TURNS = 1500  # times that a helper gives way before it parks: a millisecond or so, for a thread that slept wakes late


@register_jitable
def parts_for(state, work):
    """How many parts an instruction of so many multiply-adds is worth."""
    threads = word(state, THREADS)
    if threads < 2 or work < 2 * LEAST_AWAKE:
        return 1
    if work < 2 * LEAST_WORK:
        return min(threads, 1 + helpers_at_hand(word(state, TEAM)), work // LEAST_AWAKE)
    parts = min(PARTS_A_THREAD * threads, work // LEAST_WORK)
    return parts - parts % threads if parts > threads else parts  # as many for each


@register_jitable
def helpers_awake(team):
    return shared_word(team, HELPERS) - shared_word(team, PARKED)


@register_jitable
def helpers_at_hand(team):
    """How many helpers a small job can count on: those awake, or one that it wakes or starts for those to come."""
    awake = helpers_awake(team)
    if awake > 0:
        return awake
    skipped = word(team, SKIPPED) + 1
    set_word(team, SKIPPED, skipped % PROBING)
    return 1 if skipped == PROBING else 0


@register_jitable
def called(call):
    """State, part, parts and seat of a call."""
    return word(call, CALL_STATE), word(call, CALL_PART), word(call, CALL_PARTS), word(call, CALL_SEAT)


@register_jitable
def own_share(view, state, seat):
    """The part of a workspace that is this seat's."""
    size = len(view) // word(state, THREADS)
    return view[seat * size : (seat + 1) * size]


@register_jitable
def portion(total, unit, part, parts):
    """[begin, end) of a part of `total` things, in whole units but for the last: alike in size, in order."""
    units = (total + unit - 1) // unit
    return min(units * part // parts * unit, total), min(units * (part + 1) // parts * unit, total)


@register_jitable
def share_out(state, ip, parts):
    """Runs all parts of the instruction: NEXT or what a part returned; ALONE where nothing was done."""
    team = word(state, TEAM)
    if shared_word(team, HELPERS) == 0:
        return NO_TEAM
    if not replace_shared(team, BUSY, 0, 1):
        return ALONE
    seats = min(word(state, THREADS), parts)
    set_word(team, JOB_STATE, state)
    set_word(team, JOB_IP, ip)
    set_word(team, JOB_PARTS, parts)
    set_word(team, JOB_SEATS, seats)
    set_word(team, JOB_STATUS, NEXT)
    for seat in range(seats):
        set_word(team, TAKEN + seat, 0)
    set_shared(team, SEATS, 1)
    job = word(team, LAST_JOB) + 1
    set_word(team, LAST_JOB, job)
    set_shared(team, JOB, job)
    wake(team, seats - 1 - helpers_awake(team))
    take_parts(team, 0)
    set_shared(team, JOB, 0)
    looks = 0
    while shared_word(team, ACTIVE) != 0:
        looks += 1
        if looks < PATIENCE:
            pause()
        else:
            give_way()
    status = word(team, JOB_STATUS)
    set_shared(team, BUSY, 0)
    return status


@register_jitable
def take_parts(team, seat):
    """Those of the seat's own share of the parts, then what other seats have left of theirs."""
    call = team + WORD * (CALLS + CALL_WORDS * seat)
    ip, parts, seats = word(team, JOB_IP), word(team, JOB_PARTS), word(team, JOB_SEATS)
    set_word(call, CALL_STATE, word(team, JOB_STATE))
    set_word(call, CALL_PARTS, parts)
    set_word(call, CALL_SEAT, seat)
    owner = seat
    for _ in range(seats):
        first = parts * owner // seats
        share = parts * (owner + 1) // seats - first
        while shared_word(team, TAKEN + owner) < share:
            taken = add_shared(team, TAKEN + owner, 1)
            if taken < share:
                set_word(call, CALL_PART, first + taken)
                status = call_entry(word(ip, KERNEL), call + 1, ip)
                if status != NEXT:
                    set_shared(team, JOB_STATUS, status)
        owner = owner + 1 if owner + 1 < seats else 0


@register_jitable
def wake(team, wanted):
    """A byte for as many parked helpers as the job has seats for."""
    parked = shared_word(team, PARKED)
    while parked > 0 and wanted > 0:
        count = min(parked, wanted)
        if replace_shared(team, PARKED, parked, parked - count):
            write_bytes(word(team, WAKE_WRITE), team + WORD * JOB_STATE, count)  # any bytes
            return
        parked = shared_word(team, PARKED)


@instruction
def help_team(team, call):
    """What a helper does, until the team stops. call: address of one byte of its own."""
    seen = 0
    looks = 0
    while shared_word(team, STOP) == 0:
        job = shared_word(team, JOB)
        if job != 0 and job != seen:
            seen = join(team)
            looks = 0
        elif looks < PATIENCE:
            looks += 1
            pause()
        elif looks < PATIENCE + TURNS:
            looks += 1
            give_way()
        else:
            park(team, call, seen)
            looks = 0
    return NEXT


@register_jitable
def join(team):
    """Works on the job there is; its number, 0 where it was closed meanwhile."""
    # Who is counted before the job is closed is waited for; who is counted later sees that it is closed.
    add_shared(team, ACTIVE, 1)
    job = shared_word(team, JOB)
    if job != 0:
        seat = add_shared(team, SEATS, 1)
        if seat < word(team, JOB_SEATS):
            take_parts(team, seat)
    add_shared(team, ACTIVE, -1)
    return job


@register_jitable
def park(team, byte, seen):
    add_shared(team, PARKED, 1)
    job = shared_word(team, JOB)
    if (job != 0 and job != seen) or shared_word(team, STOP) != 0:
        # Nobody may have seen that this helper is parked; if somebody has, a byte is on its way and must be read.
        parked = shared_word(team, PARKED)
        while parked > 0:
            if replace_shared(team, PARKED, parked, parked - 1):
                return
            parked = shared_word(team, PARKED)
    while read_byte(word(team, WAKE_READ), byte) < 1:
        if shared_word(team, STOP) != 0:
            return
