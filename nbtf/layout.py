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
RESOURCES = 7  # address of the run's table of TensorArrays and stacks
RESOURCE_COUNT = 8
RESOURCE_CAPACITY = 9
RUN_NUMBER = 10
HEADER_WORDS = 16

# ---- slot: the descriptor of one tensor ----------------------------------------------------------------------------

DATA = 0  # address of the elements
CAPACITY = 1  # bytes that this slot may write at DATA; 0 when the buffer is another's
SIZE = 2  # elements
ITEMSIZE = 3  # bytes
KIND = 5  # of what a handle leads to: a variable, a TensorArray, a stack; see below
PLANNED = 4  # 1: DATA is the slot's own place in the planned arena; 0: the heap's, a feed's, another slot's
ROOM = 6  # of a variable: address of its memory, there before it is first assigned
RANK = 7
DIMS = 8
SLOT_WORDS = DIMS + MAX_RANK

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

# A handle is a scalar int64: the address of a record whose word KIND holds one of these, or a host resource's number.
VARIABLE_KIND = 0x6E62_7466_0001  # a variable's record is laid out as a slot; DATA is 0 until it is assigned
TENSOR_ARRAY_KIND = 0x6E62_7466_0002
STACK_KIND = 0x6E62_7466_0003

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
SCRATCH_BYTES = SCRATCH_WORDS * WORD + MAX_TEMPORARIES * BLOCK_BYTES

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
