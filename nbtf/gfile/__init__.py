"""tf.gfile: files and folders."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.gfile.file_io": ("FastGFile", "GFile", "GFile as Open"),
    "nbtf.gfile.folders": (
        "copy as Copy",
        "rmtree as DeleteRecursively",
        "exists as Exists",
        "glob as Glob",
        "isdir as IsDirectory",
        "listdir as ListDirectory",
        "makedirs as MakeDirs",
        "mkdir as MkDir",
        "remove as Remove",
        "rename as Rename",
        "stat as Stat",
        "walk_in_order as Walk",
    ),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
