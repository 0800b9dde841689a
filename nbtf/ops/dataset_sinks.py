"""Where a dataset's elements go to but for iterators: files and tables. Python computes these ops."""

import os
import zlib

from nbtf.checkpoint.source import file_error
from nbtf.errors import InvalidArgumentError
from nbtf.graph.registry import op
from nbtf.ops.dataset_files import known_compression, window_bits
from nbtf.ops.dataset_values import Iteration, found_dataset
from nbtf.ops.table import check_fillable, found_table, scalars_of
from nbtf.shapes import check
from nbtf.wire import records


@op("DatasetToTFRecord")
class DatasetToTFRecord:
    """Writes a dataset's elements, strings [], as the records of a file."""

    stateful = True

    def host(call, input_dataset, filename, compression_type):
        bits, path = window_bits(known_compression(compression_type)), os.fsdecode(filename[()])
        deflater = None if bits is None else zlib.compressobj(wbits=bits)
        dataset = found_dataset(call, input_dataset)
        try:
            with open(path, "wb") as file:
                for (record,) in dataset.iterate(Iteration(call.resources)):
                    data = records.framed(record[()])
                    file.write(data if deflater is None else deflater.compress(data))
                if deflater is not None:
                    file.write(deflater.flush())
        except OSError as error:
            raise file_error(path, error) from None


@op("InitializeTableFromDataset")
class InitializeTableFromDataset:
    """Fills a table with a dataset's elements, pairs of a key [] and its value []."""

    stateful = True

    def host(call, table_handle, dataset):
        table, source = found_table(call, table_handle), found_dataset(call, dataset)
        check_fillable(call, table)
        check(len(source.dtypes) == 2, "Dataset must have two output types")
        if list(source.dtypes) != [table.key_dtype, table.value_dtype]:
            message = "Key and value types of the dataset are not those of the table"
            raise InvalidArgumentError(None, call.node.origin, message)
        elements = source.iterate(Iteration(call.resources))
        table.fill(call, [(scalars_of(key)[0], scalars_of(value)[0]) for key, value in elements])
