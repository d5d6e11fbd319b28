# SPDX-License-Identifier: BSL-1.0
"""Recipe for Conan 2 that packs the tree in which it stands:  conan create hwc/.packaging/conan"""
import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy, load

required_conan_version = ">=2.0"

# What each adapter, which is an option and a component, takes from other packages.
ADAPTERS = {
    "curl": ["libcurl::libcurl"],
    "openssl": ["openssl::ssl", "openssl::crypto"],
    "beast": ["openssl::ssl", "openssl::crypto"],
    "ini": [],
}


class Hwc(ConanFile):
    name = "hwc"
    description = "Header-only client for the Huawei Cloud Workspace endpoint Resending an Email"
    license = "BSL-1.0"
    topics = ("huawei-cloud", "workspace", "http-client", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {adapter: [True, False] for adapter in ADAPTERS}
    default_options = {"curl": True, "openssl": True, "beast": False, "ini": False}
    no_copy_source = True

    def wanted(self):
        return [adapter for adapter in ADAPTERS if getattr(self.options, adapter)]

    def set_version(self):
        header = load(self, os.path.join(self.recipe_folder, "..", "..", "include", "hwc", "version.hpp"))
        self.version = re.search(r'HWC_VERSION_STRING "([^"]+)"', header)[1]

    def export_sources(self):
        tree = os.path.join(self.recipe_folder, "..", "..")
        for pattern in ("include/*.hpp", "include/*.ipp", "adapters/*.hpp", "adapters/*.ipp", "LICENSE"):
            copy(self, pattern, tree, self.export_sources_folder)

    def layout(self):
        self.folders.root = os.path.join("..", "..")
        self.folders.source = "."

    def requirements(self):
        self.requires("boost/[>=1.81]")
        self.requires("simdjson/[>=3.0.1]")
        if self.options.curl:
            self.requires("libcurl/[>=7.88]")
        if self.options.openssl or self.options.beast:
            self.requires("openssl/[>=3.0]")

    def validate(self):
        check_min_cppstd(self, 20)

    def package_id(self):
        self.info.settings.clear()  # headers are the same everywhere; which there are is up to the options
        self.info.requires.clear()

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        include = os.path.join(self.package_folder, "include")
        for pattern in ("*.hpp", "*.ipp"):
            copy(self, pattern, os.path.join(self.source_folder, "include"), include)
            for adapter in self.wanted():
                copy(self, f"hwc/{adapter}/{pattern}", os.path.join(self.source_folder, "adapters"), include)

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "hwc")
        self.cpp_info.set_property("cmake_target_name", "hwc::all")  # since hwc::hwc is the core
        self.component("core", "hwc::hwc", "hwc", ["boost::headers", "simdjson::simdjson"])
        for adapter in self.wanted():
            self.component(adapter, f"hwc::{adapter}", f"hwc-{adapter}", ["core", *ADAPTERS[adapter]])
            if adapter in ("curl", "beast") and self.settings.os in ("Linux", "FreeBSD"):
                self.cpp_info.components[adapter].system_libs = ["pthread"]

    def component(self, name, target, package, requires):
        component = self.cpp_info.components[name]
        component.set_property("cmake_target_name", target)
        component.set_property("pkg_config_name", package)
        component.bindirs = []
        component.libdirs = []
        component.requires = requires
