#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Stands in for Conan: runs the recipe's methods as `conan create` does, with as much of Conan as they use.

    tests/consume/conan/recipe.py TREE FOLDER

The package comes to FOLDER/package, the flags that package_info() comes to, for a compiler, to FOLDER/flags.
"""
import collections
import fnmatch
import importlib.util
import pathlib
import shutil
import sys
import types

# What the packages of Conan Center mean on this machine.
LINKED = {"boost::headers": [], "simdjson::simdjson": ["-lsimdjson"], "libcurl::libcurl": ["-lcurl"],
          "openssl::ssl": ["-lssl"], "openssl::crypto": ["-lcrypto"]}


class Refused(Exception):
    pass


class Settings(types.SimpleNamespace):
    def clear(self):
        self.__dict__.clear()


class Component:
    def __init__(self):
        self.includedirs, self.libdirs, self.bindirs = ["include"], ["lib"], ["bin"]
        self.requires, self.system_libs, self.properties = [], [], {}

    def set_property(self, name, value):
        self.properties[name] = value


class ConanFile:
    def __init__(self, recipe_folder, folder, cppstd=20, **options):
        assert set(options) <= set(self.options), options
        self.recipe_folder = str(recipe_folder)
        self.export_sources_folder = self.source_folder = str(folder / "source")
        self.package_folder = str(folder / "package")
        self.options = types.SimpleNamespace(**{**self.default_options, **options})
        self.settings = Settings(os="Linux", arch="x86_64", build_type="Release", cppstd=cppstd)
        self.info = types.SimpleNamespace(settings=Settings(**vars(self.settings)), options=self.options,
                                          requires=["boost"])
        self.folders = types.SimpleNamespace()
        self.required = []
        self.cpp_info = Component()
        self.cpp_info.components = collections.defaultdict(Component)

    def requires(self, reference):
        self.required.append(reference)


def check_min_cppstd(conanfile, least):
    if conanfile.settings.cppstd < least:
        raise Refused


def copy(_, pattern, src, dst):
    copied = False
    for path in pathlib.Path(src).rglob("*"):
        name = path.relative_to(src).as_posix()
        if path.is_file() and fnmatch.fnmatch(name, pattern):
            copied = True
            target = pathlib.Path(dst) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return copied


def module(name, **members):
    made = types.ModuleType(name)
    vars(made).update(members)
    sys.modules[name] = made


def load_recipe(path):
    module("conan", ConanFile=ConanFile)
    module("conan.tools")
    module("conan.tools.build", check_min_cppstd=check_min_cppstd)
    module("conan.tools.files", copy=copy, load=lambda _, path: pathlib.Path(path).read_text())
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location("conanfile", path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded.Hwc


def create(recipe):
    for step in ("set_version", "export_sources", "layout", "requirements", "validate", "package_id", "package", "package_info"):
        getattr(recipe, step)()
    return recipe


def flags(recipe, names):
    """Of these components and what they require, as a linker wants them: who requires comes first."""
    out = []
    for name in names:
        if "::" in name:
            out += LINKED[name]
            continue
        component = recipe.cpp_info.components[name]
        out += [f"-I{recipe.package_folder}/{folder}" for folder in component.includedirs]
        out += [f"-l{library}" for library in component.system_libs]
        out += flags(recipe, component.requires)
    return out


def main():
    tree, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    home = tree / ".packaging/conan"
    Hwc = load_recipe(home / "conanfile.py")
    assert Hwc.package_type == "header-library"

    recipe = create(Hwc(home, folder))
    assert f'"{recipe.version}"' in (tree / "include/hwc/version.hpp").read_text()
    assert {each.split("/")[0] for each in recipe.required} == {"boost", "simdjson", "libcurl", "openssl"}, recipe.required
    assert not vars(recipe.info.settings) and not recipe.info.requires and vars(recipe.info.options)
    package = pathlib.Path(recipe.package_folder)
    assert (package / "licenses/LICENSE").exists()
    assert {each.name for each in (package / "include/hwc").iterdir()} >= {"hwc.hpp", "curl", "openssl"}
    assert not (package / "include/hwc/beast").exists() and not (package / "include/hwc/ini").exists()
    count = lambda *roots: sum(len(list(root.rglob("*.?pp"))) for root in roots)
    assert count(package) == count(tree / "include", tree / "adapters/hwc/curl", tree / "adapters/hwc/openssl")
    (folder / "flags").write_text(" ".join(flags(recipe, ["curl", "openssl"])))

    # Every combination that is worth one: all adapters, and none.
    names = lambda made: {each.properties["cmake_target_name"] for each in made.cpp_info.components.values()}
    everything = create(Hwc(home, folder / "all", curl=True, openssl=True, beast=True, ini=True))
    assert names(everything) == {"hwc::hwc", "hwc::curl", "hwc::openssl", "hwc::beast", "hwc::ini"}, names(everything)
    assert everything.cpp_info.properties["cmake_target_name"] not in names(everything)
    flags(everything, list(everything.cpp_info.components))
    assert count(folder / "all/package") == count(tree / "include", tree / "adapters")
    core = create(Hwc(home, folder / "core", curl=False, openssl=False))
    assert names(core) == {"hwc::hwc"} and {each.split("/")[0] for each in core.required} == {"boost", "simdjson"}
    # Conan refuses a package whose components leave a requirement unused.
    for each in (recipe, everything, core):
        used = {one.split("::")[0] for made in each.cpp_info.components.values() for one in made.requires if "::" in one}
        assert used == {one.split("/")[0] for one in each.required}, used

    try:
        Hwc(home, folder / "old", cppstd=17).validate()
    except Refused:
        return
    sys.exit("the recipe takes C++17")


if __name__ == "__main__":
    main()
