"""Where things lie in the VM's memory, in int64 words. A leaf: the compiler, the loop and every kernel agree here.

state        one a concurrent run: header, then slots, then a `prepared` block for each instruction
instruction  immutable, shared by all runs; slots and prepared blocks are byte offsets from `state`
"""

WORD = 8
MAX_RANK = 8

# ---- header of the state -------------------------------------------------------------------------------------------

HEAP_TOP = 0  # next free byte of the run's heap: what outgrew the plan, TensorArrays, stacks
HEAP_END = 1
STOPPED_AT = 2  # the instruction that did not return NEXT or JUMP
BUDGET = 3  # jumps left until the loop returns to look for Ctrl-C
NEEDED = 4  # bytes that the heap lacked
OVERFLOWED = 5  # bytes of buffers that the plan had no room for; not 0 asks for a new plan after the run
SCRATCH = 6  # address of the blocks that elementwise programs compute in
RESOURCES = 7  # address of the run's table of collections: TensorArrays, stacks, tensor lists
RESOURCE_COUNT = 8
RESOURCE_CAPACITY = 9
RUN_NUMBER = 10  # no two runs of a process that make collections have the same
REFUSAL = 11  # with REFUSED_IN_WORDS: the number of the message, see nbtf/refusals.py
DETAILS = 12  # and what fills it in
DETAIL_WORDS = 4
THREADS = DETAILS + DETAIL_WORDS  # that may work on one instruction, the one that runs the loop among them
TEAM = THREADS + 1  # address of the team's words
HEADER_WORDS = TEAM + 1

# ---- slot: the descriptor of one tensor ----------------------------------------------------------------------------

DATA = 0  # address of the elements
CAPACITY = 1  # bytes that this slot may write at DATA; 0 when the buffer is another's
SIZE = 2  # elements
ITEMSIZE = 3  # bytes
KIND = 5  # of what a handle leads to: a variable, a TensorArray, a stack; see below
DTYPE = 4  # of a variable, where a slot has PLANNED: its DataType number
PLANNED = 4  # 1: DATA is the slot's own place in the planned arena; 0: the heap's, a feed's, another slot's
ROOM = 6  # of a variable: address of its memory, there before it is first assigned
RANK = 7  # of a variable that holds nothing: what it is declared to hold, or ANY_SHAPE
DIMS = 8
SLOT_WORDS = DIMS + MAX_RANK
ANY_SHAPE = -1

# ---- instruction ---------------------------------------------------------------------------------------------------

KERNEL = 0  # address of the code
PREPARE = 1  # address of the shape rule; runs when one of the first COMPARED operands has other dims than last time
COMPARED = 2
LENGTH = 3  # bytes to the next instruction
TARGET = 4  # address to go to on JUMP
PREPARED = 5  # byte offset from state of what PREPARE was run for: RANK and DIMS of each compared operand
ATTRS = 6  # address of the attribute block
OPERANDS = 7
ALWAYS = -1  # as COMPARED: the rule reads elements, which are not compared
PREPARED_WORDS = 1 + MAX_RANK  # an operand

# ---- what handles lead to ------------------------------------------------------------------------------------------

# A handle is a scalar int64: the address of a record whose word KIND holds one of these, a number of a host resource,
# or, odd, the ticket of a collection that the run owns: RUN_NUMBER, its place in the table RESOURCES, and a 1.
VARIABLE_KIND = 0x6E62_7466_0001  # a variable's record is laid out as a slot; DATA is 0 until it is assigned
TENSOR_ARRAY_KIND = 0x6E62_7466_0002
STACK_KIND = 0x6E62_7466_0003
TENSOR_LIST_KIND = 0x6E62_7466_0004
OPTIONAL_KIND = 0x6E62_7466_0005

TICKET_SHIFT = 32  # a ticket is RUN_NUMBER << TICKET_SHIFT | place << 1 | 1

# ---- collection: the record of a TensorArray, stack, tensor list or optional; its elements' shape lies at RANK and DIMS

ITEMS = 0  # address of its items: a word each, of a TensorArray two
ITEM_COUNT = 1
ITEM_ROOM = 2  # items that the memory at ITEMS holds
ITEM_DTYPE = 3  # number of a DataType
FLAGS = 4
MAKER = 6  # address of the instruction that made it
SERIAL = DIMS + MAX_RANK  # its place in RESOURCES: part of its name
MOST_ITEMS = SERIAL + 1  # of a stack or a list: it holds no more, unless negative
FORWARD = SERIAL + 2  # of a gradient's TensorArray: the record whose gradient it is
SOURCE = SERIAL + 3  # which gradient: tells those of one TensorArray apart
GRADIENT = SERIAL + 4  # first of the gradients of a TensorArray
NEXT_GRADIENT = SERIAL + 5
NEWER = SERIAL + 2  # of a list that is not the newest of its versions: this one is newer, and holds the same items
CHANGED = SERIAL + 3  # but for the one at this index; -1 where there is none
PREVIOUS = SERIAL + 4  # which was this
WAITING_FIRST = SERIAL + 3  # of a list or an optional whose items are still to be computed, from these two records
WAITING_SECOND = SERIAL + 4
RECORD_WORDS = SERIAL + 6

# An item is the address of a descriptor, laid out as a slot with its elements behind it, or 0. In a TensorArray a word
# of these follows it:
WRITTEN = 1
READ = 2
CLEARED = 4
SHAPE_ONLY = 8  # the descriptor tells only a shape: the elements are zeros

DYNAMIC = 1  # FLAGS of a TensorArray
CLEARS = 2
IDENTICAL = 4
AGGREGATES = 8
CLOSED = 16

HAS_VALUE = 1  # FLAGS of an optional; its items are two words each: element, and number of a DataType
OPTIONAL_ITEM_WORDS = 2

# ---- elementwise programs ------------------------------------------------------------------------------------------

COUNT = 0  # registers of a handler: elements to compute, then address and element count (the block's, or 1) of each
Z = 1
X = 2
X_COUNT = 3
Y = 4
Y_COUNT = 5
W = 6
W_COUNT = 7
REGISTER_WORDS = 8
MAX_MAP_INPUTS = 16
BLOCK = 2048  # elements computed at a time
BLOCK_BYTES = BLOCK * 16
MAX_TEMPORARIES = 4
SCRATCH_WORDS = 1024  # registers, strides and counters of one program, before its temporaries
MOST_TILES = 2  # inputs that repeat with a short period, written out for a whole block
MOST_PERIOD = 512
TILE_BYTES = BLOCK_BYTES + MOST_PERIOD * 16
SCRATCH_BYTES = SCRATCH_WORDS * WORD + MAX_TEMPORARIES * BLOCK_BYTES + MOST_TILES * TILE_BYTES

# ---- team: the threads that help with big kernels, one team a process; see nbtf/kernels/team.py ----------------------

# Words that different threads write lie a cache line apart.
JOB = 0  # number of the job that helpers may join; 0: none
STOP = 1  # helpers return
BUSY = 8  # 1 while a job is somebody's
ACTIVE = 24  # helpers that look at the job
SEATS = 32  # threads that joined it
PARKED = 40  # helpers that wait in a read of WAKE_READ
HELPERS = 48  # threads there are beside those that run loops
WAKE_READ = 49  # file descriptors of a pipe: a byte wakes one helper
WAKE_WRITE = 50
SKIPPED = 51  # small jobs since one was last shared though no helper was awake
JOB_STATE = 56  # what the job is
JOB_IP = 57
JOB_PARTS = 58
JOB_SEATS = 59  # threads that may join it
JOB_STATUS = 60
LAST_JOB = 61
CALLS = 64  # one a seat, each a cache line: what a part of an instruction is called with in place of the state
CALL_WORDS = 8
CALL_STATE = 0
CALL_PART = 1
CALL_PARTS = 2
CALL_SEAT = 3
MOST_THREADS = 64
TAKEN = CALLS + CALL_WORDS * MOST_THREADS  # one a seat: how many parts of the job were taken of its share
TEAM_WORDS = TAKEN + MOST_THREADS

# ---- trace: what the loop is given instead of the state when it is to record what runs when ------------------------

TRACED_STATE = 0
NEXT_RECORD = 1  # where the next record goes, and where there is room for no more
RECORDS_END = 2
CLOCK = 3  # address of C's clock_gettime, and what it is called with: the number of a clock, and the two words of TIME
CLOCK_ID = 4
TIME = 5  # seconds and nanoseconds
RECORDS = 7

RECORDED_IP = 0  # a record: an instruction, and nanoseconds when it began, when PREPARE was done, when it was done
RECORDED_BEGIN = 1
RECORDED_PREPARED = 2
RECORDED_END = 3
TRACE_RECORD_WORDS = 4

# ---- what a kernel returns -----------------------------------------------------------------------------------------

NEXT = 0
JUMP = 1
HALT = 2
HEAP_FULL = 3  # the host adds NEEDED bytes and resumes this instruction
REFUSED = 4  # a check failed: the host runs the same rule as plain Python to say why
TOO_LARGE = 5
INTERRUPT = 6
HOST = 7  # the host computes this instruction and resumes at the next
UNINITIALIZED = 8  # a variable was read before it was assigned
DEAD = 9  # a fetched tensor was computed on a branch not taken
TOO_DEEP = 10  # functions called each other past the limit
VARIABLE_FULL = 11  # the host gives the variable of operand 0 room for NEEDED bytes and resumes this instruction
WRONG_HANDLE = 12  # a handle that leads to something else
REFUSED_IN_WORDS = 13  # a check of a raw instruction failed: REFUSAL and DETAILS of the state say which
NOT_SCALAR = 14  # the predicate of a branch
NO_TEAM = 15  # the host starts helpers and resumes this instruction
ALONE = -1  # not a status: the team is busy, or helps nobody
