"""Conan 2 recipe. Third-party headers come from the system (Debian: libeigen3-dev libboost-dev nlohmann-json3-dev): no
public header shows them, so consumers need none of them. Where Conan is to bring them too, add `requires` and CMakeDeps."""

import re
from pathlib import Path

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout
from conan.tools.files import copy

ROOT = Path(__file__).resolve().parents[2]


class Sojourn(ConanFile):
    name = "sojourn"
    license = "MIT"
    description = "Customer churn, retention, lifetime value and health"
    package_type = "library"
    settings = "os", "compiler", "build_type", "arch"
    options = {"shared": [True, False], "fPIC": [True, False]}
    default_options = {"shared": False, "fPIC": True}
    implements = ["auto_shared_fpic"]

    def set_version(self):
        text = (ROOT / "include/sojourn/version.hpp").read_text("utf-8")
        self.version = re.search(r'define SOJOURN_VERSION "([0-9.]+)"', text)[1]

    def export_sources(self):
        for part in ("CMakeLists.txt", "LICENSE", "NOTICES.md", "cmake/*", "include/*", "src/*"):
            copy(self, part, ROOT, self.export_sources_folder)

    def layout(self):
        cmake_layout(self)

    def validate(self):
        check_min_cppstd(self, 20)

    def generate(self):
        tools = CMakeToolchain(self)
        tools.cache_variables["SOJOURN_BUILD_TESTS"] = "OFF"
        tools.cache_variables["SOJOURN_BUILD_EXAMPLES"] = "OFF"
        tools.cache_variables["SOJOURN_BUILD_C"] = "OFF"
        tools.cache_variables["SOJOURN_INSTALL"] = "ON"
        tools.cache_variables["SOJOURN_UNITY"] = "ON"
        tools.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()

    def package_info(self):
        self.cpp_info.libs = ["sojourn"]
        self.cpp_info.set_property("cmake_file_name", "sojourn")
        self.cpp_info.set_property("cmake_target_name", "sojourn::sojourn")
        self.cpp_info.set_property("pkg_config_name", "sojourn")
        if self.options.shared:
            self.cpp_info.defines = ["SOJOURN_SHARED"]
        if self.settings.os == "Linux":
            self.cpp_info.system_libs = ["pthread"]
