# Everything the project needs from outside, each from the distribution's own packages.

find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url log thread)
find_package(SQLite3 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
if(DOCWARDEN_TESTS)
    # 2.13 on Debian 12, 3 on Debian 13: tests/CMakeLists.txt copes with both.
    find_package(Catch2 REQUIRED)
endif()
