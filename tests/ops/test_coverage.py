"""Every op with a block has words, and a test: a row of a table, or a golden graph that TensorFlow ran."""

import ast
import re
from pathlib import Path

from ops import training_cases

from nbtf.graph import registry
from nbtf.wire import op_defs

HERE = Path(__file__).parent
# Most are older names of ops that are tested; each needs a row of its own, and then leaves this list.
UNTESTED = set(
    """
    Conv3DBackpropFilter Conv3DBackpropInput DecodeBase64 DecodeCSV DecodePaddedRaw HashTable InitializeTable
    InitializeTableFromTextFile LookupTableExport LookupTableFind LookupTableImport LookupTableInsert
    LookupTableSize MatchingFiles Multinomial MutableDenseHashTable MutableDenseHashTableV2 MutableHashTable
    MutableHashTableOfTensors OptionalHasValue ParseTensor PlaceholderV2 Print PrintV2 RandomGamma
    RandomPoisson RandomPoissonV2 RandomShuffle RandomStandardNormal RandomUniformInt ReadFile RefExit
    RefNextIteration RegexFullMatch RegexReplace RemoteCall SerializeTensor Snapshot
    SparseSegmentMeanWithNumSegments SparseSegmentSqrtNGrad SparseSegmentSqrtNWithNumSegments Stack StackClose
    StackPop StackPush StatelessMultinomial StatelessRandomNormal StatelessRandomUniform
    StatelessRandomUniformInt StatelessTruncatedNormal StringLower StringSplitV2 TensorArray TensorArrayClose
    TensorArrayCloseV2 TensorArrayCloseV3 TensorArrayConcat TensorArrayConcatV2 TensorArrayGather
    TensorArrayGatherV2 TensorArrayGrad TensorArrayGradV2 TensorArrayGradWithShape TensorArrayPack
    TensorArrayRead TensorArrayReadV2 TensorArrayScatter TensorArrayScatterV2 TensorArraySize
    TensorArraySizeV2 TensorArraySplit TensorArraySplitV2 TensorArrayUnpack TensorArrayV2 TensorArrayWrite
    TensorArrayWriteV2 TensorListConcat TensorListConcatLists TensorListPushBackBatch TensorListResize
    TensorListScatter TensorListScatterIntoExistingList TensorListScatterV2 TensorListSplit TruncatedNormal
    UnsortedSegmentJoin WriteFile
    """.split()  # noqa: SIM905
)
PUBLIC = [name for name in registry.op_types() if not name.startswith("_")]


def _words_of_tests() -> set[str]:
    """Every string in the tests of ops: op types among them."""
    found: set[str] = set()
    for path in {*HERE.glob("test_*.py"), *HERE.parent.glob("*/test_*.py")} - {Path(__file__)}:
        tree = ast.parse(path.read_text())
        found |= {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return found


def _ops_of_golden_graphs() -> set[str]:
    from test_golden import CASES, op_types_of

    return {op for case in CASES if case["kind"] in ("graph", "session") for op in op_types_of(case)}


def _ops_of_programs() -> set[str]:
    """Those of the graphs in tests/programs: lines such as `name = Op(inputs)`."""
    lines = (line for path in HERE.parent.glob("golden/programs/*/*.nodes") for line in path.read_text().splitlines())
    return {match[1] for line in lines if (match := re.match(r"\S+ = (\w+)\(", line))}


def test_every_op_is_tested() -> None:
    tested = _words_of_tests() | _ops_of_golden_graphs() | _ops_of_programs()
    tested |= {case.op for case in training_cases.cases()}
    assert set(PUBLIC) - tested == UNTESTED - tested


def test_every_op_has_a_docstring() -> None:
    silent = [name for name in registry.op_types() if len(getattr(registry.find(name), "doc", "")) < 10]
    assert not silent


def test_every_public_op_is_one_of_tensorflow() -> None:
    assert not [name for name in PUBLIC if op_defs.find(name) is None]


def test_rules_name_what_their_signatures_have() -> None:
    """A parameter of a shape rule is an input, its dims, an attribute, or `out`."""
    for name in PUBLIC:
        block, definition = registry.find(name), op_defs.find(name)
        assert block is not None and definition is not None
        if block.rule or not block.shape:
            continue
        inputs = {argument.name for argument in definition.inputs}
        known = inputs | {f"{i}_dims" for i in inputs} | set(definition.attrs) | {"out"}
        assert set(block.parameters) <= known, name
