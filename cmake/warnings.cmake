# Interface targets that every target of the project links: warnings, hardening, sanitizers.

add_library(project_options INTERFACE)
target_compile_features(project_options INTERFACE cxx_std_20)
target_include_directories(project_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(project_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough)
if(DOCWARDEN_WERROR)
    target_compile_options(project_options INTERFACE -Werror)
endif()
target_compile_definitions(project_options INTERFACE _GLIBCXX_ASSERTIONS)
target_compile_options(project_options INTERFACE -fstack-protector-strong -fPIE)
target_link_options(project_options INTERFACE -pie -Wl,-z,relro,-z,now)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 reports false positives of these two from inside the standard library and Boost at -O2.
    target_compile_options(project_options INTERFACE -Wno-restrict -Wno-stringop-overread)
endif()

if(DOCWARDEN_SANITIZE)
    target_compile_options(project_options INTERFACE
        -fsanitize=${DOCWARDEN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(project_options INTERFACE -fsanitize=${DOCWARDEN_SANITIZE})
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND DOCWARDEN_SANITIZE MATCHES "undefined")
        # clang 14 cannot compile coroutines with this one check: "Cannot represent a difference
        # across sections".
        target_compile_options(project_options INTERFACE -fno-sanitize=function)
    elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # These two checks, one at each use of a pointer, take a quarter of the time to compile.
        # AddressSanitizer reports what they mostly find, and clang's builds keep them.
        target_compile_options(project_options INTERFACE -fno-sanitize=null,alignment)
        # With sanitizers g++ 12 takes members of <regex> and <optional> for uninitialised.
        target_compile_options(project_options INTERFACE -Wno-maybe-uninitialized)
    endif()
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_definitions(project_options INTERFACE _FORTIFY_SOURCE=2)
endif()

# For files that run millions of times in each test run, in presets that optimise nothing else. With
# sanitizers the compiler would need longer for -O2 than it saves.
set(busy_code_options -O2)
if(DOCWARDEN_SANITIZE)
    set(busy_code_options -O1)
endif()

if(DOCWARDEN_FUZZ)
    if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "DOCWARDEN_FUZZ needs clang++: use the preset fuzz")
    endif()
    # Everything tells the fuzzer where it has been; only the targets have its main().
    target_compile_options(project_options INTERFACE -fsanitize=fuzzer-no-link)
    target_link_options(project_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
