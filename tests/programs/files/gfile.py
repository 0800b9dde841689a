"""tf.gfile and tf.io.gfile: every function, on a folder of its own."""

import os
import tempfile


def build(tf):
    return {"nothing": tf.constant(0)}


def in_folder(act):
    """Runs act() in an empty folder."""
    own = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            return act()
        finally:
            os.chdir(own)


def run(tf, session, fetches):
    return in_folder(lambda: {**reading(tf.gfile), **folders(tf.gfile), **newer(tf.io.gfile)})


def reading(gfile):
    values = {}
    with gfile.GFile("text", "w") as file:
        file.write("first\nsecönd\n")
        file.flush()
        values["size while open"] = file.size()
        file.write("third")
        values["place"] = file.tell()
    with gfile.Open("text") as file:
        values["all"] = file.read()
        values["end"] = file.read()
    with gfile.FastGFile("text", "rb") as file:
        values["bytes"] = file.read(9)
        file.seek(2)
        values["after seek"] = file.read(3)
        file.seek(-5, 2)
        values["from end"] = file.read()
        file.seek(1)
        file.seek(offset=1, whence=1)
        values["from here"] = [file.tell(), file.seekable()]
    with gfile.GFile("text") as file:
        values["line"] = file.readline()
        values["lines"] = file.readlines()
        values["no line"] = file.readline()
    values["iterated"] = list(gfile.GFile("text"))
    with gfile.GFile("text", "a") as file:
        file.write("\nfourth")
    with gfile.GFile("text", "r") as file:
        values["appended"] = next(iter(file.readlines()[::-1]))
    with gfile.GFile("text", "w+") as file:
        file.write("new")
        file.flush()
        file.seek(0)
        values["written and read"] = file.read()
    with gfile.GFile("returns", "wb") as file:
        file.write(b"a\r\nb\rc\n\r\nd\r")
    values["returns"] = gfile.GFile("returns").readlines()
    values["binary returns"] = [*gfile.GFile("returns", "rb")]
    gfile.GFile("empty", "w").close()
    values["empty"] = gfile.Exists("empty")
    file = gfile.GFile("text", "rb")
    values["facts"] = [str(file.name), file.mode, str(file.size())]
    return values


def entries(walk):
    """What a walk gives: folders side by side come in any order."""
    found = [(top, sorted(below), sorted(files)) for top, below, files in walk]
    return repr([found[0][0] == min(found)[0], found[-1][0] == min(found)[0], sorted(found)])


def folders(gfile):
    gfile.MakeDirs("a/b/c")
    gfile.MakeDirs("a/b")
    gfile.MkDir("a/d")
    gfile.MkDir("a/d")
    for name in ("a/x.txt", "a/b/y.txt", "a/b/z"):
        with gfile.GFile(name, "w") as file:
            file.write(name)
    values = {
        "exist": [gfile.Exists("a"), gfile.Exists("a/x.txt"), gfile.Exists("none")],
        "folders": [gfile.IsDirectory("a"), gfile.IsDirectory("a/x.txt"), gfile.IsDirectory("none")],
        "listed": sorted(gfile.ListDirectory("a")),
        "glob": sorted(gfile.Glob("a/*")),
        "globs": sorted(gfile.Glob(["a/*.txt", "a/b/*.txt"])),
        "no glob": len(gfile.Glob("none*")),
        "stat": [gfile.Stat("a/x.txt").length, gfile.Stat("a").is_directory, gfile.Stat("a/x.txt").is_directory],
        "time": gfile.Stat("a/x.txt").mtime_nsec > 10**18,
        "glob here": [*gfile.Glob("a*"), *gfile.Glob("*/x.*"), *gfile.Glob("./a"), *gfile.Glob("a")],
        "glob of others": [*gfile.Glob("a/[^bd]*"), *gfile.Glob("a/[!bd]*")],
        "nameless": [str(gfile.MakeDirs("")), str(gfile.MkDir(""))],
        "walk": entries(gfile.Walk("a")),
        "walk up": entries(gfile.Walk("a", in_order=False)),
        "walk nothing": len(list(gfile.Walk("none"))),
    }
    gfile.Copy("a/x.txt", "copied")
    gfile.Copy("a/b/z", "copied", overwrite=True)
    gfile.Rename("copied", "moved")
    gfile.Remove("a/x.txt")
    gfile.DeleteRecursively("a/b")
    values["after"] = [*sorted(os.listdir(".")), *os.listdir("a")]
    with gfile.GFile("moved") as file:
        values["moved"] = file.read()
    return values


def newer(gfile):
    gfile.makedirs("n/m")
    gfile.mkdir("n/k")
    with gfile.GFile("n/f", "w") as file:
        file.write("1")
    gfile.copy("n/f", "n/g")
    gfile.rename("n/g", "n/h")
    values = {
        "newer": [gfile.exists("n/f"), gfile.isdir("n/f"), gfile.isdir("n")],
        "newer listed": sorted(gfile.listdir("n")),
        "newer glob": sorted(gfile.glob("n/?")),
        "newer walk": entries(gfile.walk("n", topdown=False)),
        "newer stat": gfile.stat("n/f").length,
        "join": gfile.join("a", "b", "/c"),
    }
    gfile.remove("n/h")
    gfile.rmtree("n")
    values["newer after"] = gfile.exists("n")
    return values


def errors(tf):
    gfile = tf.gfile

    def attempt(act):
        def inside():
            os.makedirs("folder/inner")
            open("file", "w").close()
            return act()

        return lambda: in_folder(inside)

    return {
        "read": (attempt(lambda: gfile.GFile("none").read()), "none; No such file or directory"),
        "write": (attempt(lambda: gfile.GFile("no/file", "w").write("x")), "no/file; No such file or directory"),
        "mode": (attempt(lambda: gfile.GFile("file", "x").read()), "mode is not 'r' or 'w'"),
        "reading": (attempt(lambda: gfile.GFile("file", "w").read()), "File isn't open for reading"),
        "writing": (attempt(lambda: gfile.GFile("file").write("x")), "File isn't open for writing"),
        "whence": (attempt(lambda: gfile.GFile("file").seek(0, 7)), "Invalid whence argument"),
        "no offset": (attempt(lambda: gfile.GFile("file").seek()), "offset argument required"),
        "two offsets": (attempt(lambda: gfile.GFile("file").seek(1, position=1)), "may not be set simultaneously"),
        "mkdir below": (attempt(lambda: gfile.MkDir("none/folder")), "No such file or directory"),
        "remove": (attempt(lambda: gfile.Remove("none")), "none; No such file or directory"),
        "rename": (attempt(lambda: gfile.Rename("file", "folder")), "file already exists"),
        "rename nothing": (attempt(lambda: gfile.Rename("none", "new")), "none; No such file or directory"),
        "copy": (attempt(lambda: gfile.Copy("file", "file")), "file already exists"),
        "copy nothing": (attempt(lambda: gfile.Copy("none", "new")), "none; No such file or directory"),
        "list": (attempt(lambda: gfile.ListDirectory("none")), "Could not find directory none"),
        "stat": (attempt(lambda: gfile.Stat("none")), "none; No such file or directory"),
        "delete": (attempt(lambda: gfile.DeleteRecursively("none")), "none"),
        "makedirs": (attempt(lambda: gfile.MakeDirs("file/below")), "file"),
    }
