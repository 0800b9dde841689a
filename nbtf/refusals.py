"""What raw instructions refuse, in TensorFlow's words: a leaf, shared by the kernels that refuse and the host that words it.

A kernel returns `refuse(state, NUMBER, details...)` (nbtf/kernels/memory.py) with up to four int64 details. A message is
a format string of them:

    {0}          the number itself
    {0:shape}    it is the address of a descriptor (a slot or a record laid out as one): its shape, as [2,?] or <unknown>
    {0:inner}    the same without the first dimension
    {0:dtype}    it is the number of a DataType: its name, as float
    {0:name}     it is the address of a TensorArray's or a stack's record: the name that TensorFlow gives it
"""

from typing import NamedTuple


class Refusal(NamedTuple):
    message: str
    error: str
    """Name of a class of nbtf.errors."""


REFUSALS: list[Refusal] = []
"""By number."""


def _refusal(message: str, error: str = "InvalidArgumentError") -> int:
    REFUSALS.append(Refusal(message, error))
    return len(REFUSALS) - 1


# ---- TensorArrays ----------------------------------------------------------------------------------------------------

ARRAY_SIZE_NOT_SCALAR = _refusal("TensorArray size must be scalar, but had shape: {0:shape}")
ARRAY_SIZE_NEGATIVE = _refusal("Size should be >= 0.")
ARRAY_INDEX_NOT_SCALAR = _refusal("TensorArray index must be scalar, but had shape: {0:shape}")
ARRAY_CLOSED = _refusal("TensorArray {0:name} has already been closed.")
ARRAY_WRITES_DTYPE = _refusal("TensorArray dtype is {0:dtype} but Op is trying to write dtype {1:dtype}.")
ARRAY_READS_DTYPE = _refusal("TensorArray dtype is {0:dtype} but Op requested dtype {1:dtype}.")
ARRAY_FULL = _refusal("TensorArray {0:name}: Tried to write to index {1} but array is not resizeable and size is: {2}")
ARRAY_WRITES_SHAPE = _refusal(
    "TensorArray {0:name}: Could not write to TensorArray index {1} because the value shape is {2:shape} which is "
    "incompatible with the TensorArray's inferred element shape: {3:shape} (consider setting infer_shape=False)."
)
ARRAY_WRITES_READ = _refusal(
    "TensorArray {0:name}: Could not write to TensorArray index {1} because it has already been read."
)
ARRAY_WRITES_WRITTEN = _refusal(
    "TensorArray {0:name}: Could not write to TensorArray index {1} because it has already been written to."
)
ARRAY_ADDS_SHAPE = _refusal(
    "TensorArray {0:name}: Could not aggregate to TensorArray index {1} because the existing shape is {2:shape} but the "
    "new input shape is {3:shape}."
)
ARRAY_ADDS_DTYPE = _refusal("tensor_array::AddToTensor type not supported: {0:dtype}")
ARRAY_READS_OUTSIDE = _refusal("Tried to read from index {0} but array size is: {1}")
ARRAY_READS_CLEARED = _refusal(
    "TensorArray {0:name}: Could not read index {1} twice because it was cleared after a previous read (perhaps try "
    "setting clear_after_read = false?)."
)
ARRAY_READS_UNWRITTEN = _refusal(
    "TensorArray {0:name}: Could not read from TensorArray index {1}.  Furthermore, the element shape is not fully "
    "defined: {2:shape}.  It is possible you are working with a resizeable TensorArray and stop_gradients is not allowing "
    "the gradients to be written.  If you set the full element_shape property on the forward TensorArray, the proper "
    "all-zeros tensor will be returned instead of incurring this error."
)
INDICES_NOT_VECTOR = _refusal("Expected indices to be a vector, but received shape: {0:shape}")
ARRAY_GATHERS_NOTHING = _refusal(
    "TensorArray has size zero, but element shape {0:shape} is not fully defined. Currently only static shapes are "
    "supported when packing zero-size TensorArrays.",
    "UnimplementedError",
)
ARRAY_GATHERS_SHAPE = _refusal(
    "TensorArray was passed element_shape {0:shape} which does not match the Tensor at index 0: {1:shape}"
)
ARRAY_GATHERS_UNEVEN = _refusal(
    "TensorArray has inconsistent shapes.  Index 0 has shape: {0:shape} but index {1} has shape: {2:shape}"
)
ARRAY_SCATTERS_SCALAR = _refusal("Input value for unpack must be at least a vector but received shape: {0:shape}")
ARRAY_SCATTERS_COUNT = _refusal("Expected len(indices) == values.shape[0], but saw: {0} vs. {1}")
ARRAY_SCATTERS_OUTSIDE = _refusal("Max scatter index must be < array size ({0} vs. {1})")
ARRAY_CONCATS_NOTHING = _refusal(
    "TensorArray has size zero, but element_shape_except0 {0:shape} is not fully defined. Currently only static shapes "
    "are supported when concatenating zero-size TensorArrays.",
    "UnimplementedError",
)
ARRAY_CONCATS_SCALAR = _refusal(
    "Concat saw a scalar shape at index {0} but requires at least vectors.  Did you mean to call pack?"
)
ARRAY_CONCATS_SHAPE = _refusal(
    "TensorArray was passed element_shape_except0 {0:shape} but index 0 has (excepting dimension 0) shape: {1:inner} "
    "which does not match."
)
ARRAY_CONCATS_UNEVEN = _refusal(
    "TensorArray has inconsistent shapes.  Index 0 has (excepting dimension 0) shape: {0:inner} but index {1} has "
    "(excepting dimension 0) shape: {2:inner}"
)
LENGTHS_NOT_VECTOR = _refusal("Expected lengths to be a vector, received shape: {0:shape}")
LENGTH_NEGATIVE = _refusal("Invalid value in lengths: {0}")
ARRAY_SPLITS_SCALAR = _refusal("Expected value to be at least a vector, but received shape: {0:shape}")
ARRAY_SPLITS_SUM = _refusal(
    "Expected sum of lengths to be equal to values.shape[0], but sum of lengths is {0} and value's shape is: {1:shape}"
)
ARRAY_SPLITS_COUNT = _refusal(
    "TensorArray's size is not equal to the size of lengths ({0} vs. {1}), and the TensorArray is not marked as "
    "dynamically resizeable"
)
ARRAY_GRADIENT_OF_GRADIENT = _refusal("Wrong input container. _tensor_array_grads{0:name}")
SHAPES_UNMERGEABLE = _refusal("PartialTensorShape: Incompatible shapes during merge: {0:shape} vs. {1:shape}")
RANKS_UNMERGEABLE = _refusal("PartialTensorShape: Incompatible ranks during merge: {0} vs. {1}")

# ---- stacks ----------------------------------------------------------------------------------------------------------

STACK_SIZE_NOT_SCALAR = _refusal("Stack size must be a scalar, but had shape: {0:shape}")
STACK_CLOSED = _refusal("Stack[{0:name}] has already been closed.")
STACK_FULL = _refusal("Stack[{0:name}] overflowed its max_size ({1})")
STACK_EMPTY = _refusal("Stack[{0:name}] is empty when calling Pop().")
STACK_DTYPE = _refusal("Must have type {0} but got {1}")

# ---- tensor lists ----------------------------------------------------------------------------------------------------

NOT_A_LIST = _refusal("Input handle is not a list.")
SHAPE_NOT_VECTOR = _refusal("Shape must be at most rank 1 but is rank {0}")
SHAPE_SCALAR = _refusal("The only valid scalar shape tensor is the fully unknown shape specified as -1.")
SHAPE_DIMENSION = _refusal("Dimension {0} must be >= -1")
SHAPE_RANK = _refusal("element_shape has rank {0}, above the highest rank of a tensor, {1}", "UnimplementedError")
LIST_NOT_SCALAR = _refusal("Expected a scalar, but received shape: {0:shape}")
LIST_COUNT_NEGATIVE = _refusal("The num_elements to reserve must be a non negative number, but got {0}")
LIST_DTYPE = _refusal("Invalid data types; op elements {0:dtype} but list elements {1:dtype}")
LIST_FULL = _refusal("Tried to push item into a full list list size: {0} max_num_elements: {1}")
LIST_PUSHES_SHAPE = _refusal(
    "Tried to append a tensor with incompatible shape to a list. Op element shape: {0:shape} list shape: {1:shape}"
)
LIST_EMPTY = _refusal("Trying to pop from an empty list.")
LIST_POPS_UNSET = _refusal("Trying to read an uninitialized tensor but element_shape is not fully defined.{0:shape}")
LIST_READS_OUTSIDE = _refusal("Trying to access element {0} in a list with {1} elements.")
LIST_READS_UNSET = _refusal(
    "Trying to read an uninitialized tensor but element_shape is not fully defined: {0:shape} and no list element is set."
)
LIST_WRITES_OUTSIDE = _refusal("Trying to modify element {0} in a list with {1} elements.")
LIST_WRITES_SHAPE = _refusal(
    "Tried to set a tensor with incompatible shape at a list index. Item element shape: {0:shape} list shape: {1:shape}"
)
LIST_COUNT = _refusal("Operation expected a list with {0} elements but got a list with {1} elements.")
LIST_STACKS_NOTHING = _refusal(
    "Tried to stack elements of an empty list with non-fully-defined element_shape: {0:shape}"
)
LIST_STACKS_UNSET = _refusal(
    "Tried to stack list which only contains uninitialized tensors and has a non-fully-defined element_shape: {0:shape}"
)
TENSOR_IS_SCALAR = _refusal("Tensor must be at least a vector, but saw shape: {0:shape}")
LIST_FROM_SHAPE = _refusal("Specified a list with shape {0:shape} from a tensor with shape {1:inner}")
LIST_GATHERS_OUTSIDE = _refusal("Trying to gather element {0} in a list with {1} elements.")
LIST_GATHERS_OUTSIDE_KNOWN = _refusal("Index {0} out o range; list only has {1} elements.")
LIST_GATHERS_NOTHING = _refusal("Tried to gather 0-elements from a list with non-fully-defined shape: {0:shape}")
LIST_GATHERS_UNSET = _refusal(
    "Tried to gather uninitialized tensors from a list with non-fully-defined element_shape: {0:shape}"
)
LIST_CONCATS_SCALARS = _refusal("Concat requires elements to be at least vectors, found scalars instead.")
LIST_CONCATS_NOTHING = _refusal(
    "All except the first dimension must be fully defined when concating an empty tensor list. element_shape: {0:shape}"
)
LIST_CONCATS_UNSET = _refusal(
    "Trying to concat list with only uninitialized tensors but element_shape_except_first_dim is not fully defined: "
    "{0:inner}"
)
LIST_CONCATS_LEADING = _refusal(
    "List contains uninitialized tensor at index {0} but leading_dims has only {1} elements."
)
LIST_SPLITS_UNUSED = _refusal("Unused values in tensor. Length of tensor: {0} Values used: {1}")
LIST_SPLITS_BEYOND = _refusal("Attempting to slice [{0}, {1}] from tensor with length {2}")
LIST_SPLITS_SHAPE = _refusal("tensor shape {0:shape} is not compatible with element_shape {1:shape}")
LIST_SPLITS_SCALARS = _refusal("TensorListSplit requires element_shape to be at least of rank 1, but saw: {0:shape}")
LIST_RESIZE_NEGATIVE = _refusal("TensorListSlice expects size to be non-negative. Got: {0}")
LIST_SCATTERS_NEGATIVE = _refusal("Indices in TensorListScatter must all be non-negative.")
LIST_SCATTERS_ROWS = _refusal("Invalid number of rows in input tensor. Expected: {0} Actual: {1}")
LIST_SCATTERS_OUTSIDE = _refusal("TensorListScatter: Trying to scatter at index {0} in list with size {1}")
LIST_SCATTERS_COUNT = _refusal("TensorListScatter expects num_elements >= -1, found: {0}")
LISTS_SHAPES = _refusal(
    "input_a and input_b TensorList element shapes are not identical at index {0}.  Saw {1:shape} vs. {2:shape}"
)
LISTS_BATCHES = _refusal("Expected input_a and input_b to have the same shape, but saw {0:shape} vs. {1:shape}")
LISTS_PUSHED_SCALAR = _refusal("Expected tensor to be at least a vector, but saw shape: {0:shape}")
LISTS_PUSHED_COUNT = _refusal("Expected tensor.shape[0] == input_handles.size, but saw {0} vs. {1}")
LISTS_PUSHED_SHAPE = _refusal(
    "Tried to append a tensor with incompatible shape to a list at index {0}. Op element shape: {1:inner} list shape: "
    "{2:shape}"
)
LISTS_ADDED_LENGTHS = _refusal(
    "Trying to add two lists of tensors with different lengths. One is {0} and the other is {1}"
)
LISTS_ADDED_SHAPES = _refusal(
    "Trying to add two lists of tensors with incompatible element shapes. One is {0:shape} and the other is {1:shape}"
)
LISTS_ADDED_DTYPES = _refusal(
    "Trying to add two lists of tensors of different dtypes. One is {0:dtype} and the other is {1:dtype}"
)
TENSORS_ADDED_SHAPES = _refusal(
    "Trying to add two tensors with incompatible element shapes. One is {0:shape} and the other is {1:shape}"
)
TENSORS_ADDED_DTYPE = _refusal("Trying to add two tensors of unsupported dtype {0:dtype}")

# ---- optionals -------------------------------------------------------------------------------------------------------

NOT_AN_OPTIONAL = _refusal("Input must be an OptionalVariant object.")
OPTIONAL_EMPTY = _refusal("The given optional does not have a value.")
OPTIONAL_COUNT = _refusal("The given optional has {0} components, expected {1}")
OPTIONAL_DTYPE = _refusal(
    "The given optional does not match the expected type for component {0}. Expected: {1:dtype}. Actual: {2:dtype}."
)
OPTIONAL_SHAPE = _refusal(
    "The given optional does not match the expected shape for component {0}. Expected: {1:shape}. Actual: {2:shape}."
)
OPTIONALS_ADDED_EMPTY = _refusal("Cannot add optionals because one has a value and the other doesn't.")
OPTIONALS_ADDED_COUNT = _refusal(
    "Cannot add optionals because they have different numbers of components ({0} vs. {1})."
)
OPTIONALS_ADDED_DTYPES = _refusal(
    "Cannot add optionals because component {0} is of dtype {1:dtype} in one and of {2:dtype} in the other."
)
VARIANTS_NOT_ADDABLE = _refusal("Cannot add variants that do not both hold tensor lists, or both hold optionals.")
VARIANTS_NO_ZEROS = _refusal("A variant that holds neither a tensor list nor an optional has no zeros.")
