# Several source files compiled as one. Half of a file's compile time goes into headers and
# templates that its neighbours need as well, so this halves the time of a build without a cache. It
# is for presets that build everything at once; for daily work each file alone is quicker.
#
# CMake's own CMAKE_UNITY_BUILD writes absolute paths, so that a fresh clone would find nothing in
# the compiler's cache.

# What is private to one file then looks like a header's, or stands in the way of another.
set(as_one_warnings -Wno-shadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    list(APPEND as_one_warnings -Wno-subobject-linkage)
endif()

# compile_as_one(<target> product|tests [<files at a time>]): if DOCWARDEN_AS_ONE lists that part.
# Files with options of their own still compile alone.
function(compile_as_one target part)
    if(part IN_LIST DOCWARDEN_AS_ONE)
        set(limit 100)
        if(ARGC GREATER 2)
            set(limit ${ARGV2})
        endif()
        # At the end of the CMakeLists.txt: by then all files have their options.
        cmake_language(EVAL CODE "cmake_language(DEFER CALL _join_files ${target} ${limit})")
    endif()
endfunction()

function(_join_files target limit)
    get_target_property(files ${target} SOURCES)
    set(joined "")
    foreach(file IN LISTS files)
        get_source_file_property(options ${file} COMPILE_OPTIONS)
        get_source_file_property(definitions ${file} COMPILE_DEFINITIONS)
        get_source_file_property(alone ${file} SKIP_UNITY_BUILD_INCLUSION)
        if(NOT options AND NOT definitions AND NOT alone)
            list(APPEND joined ${file})
        endif()
    endforeach()
    list(LENGTH joined length)
    math(EXPR parts "(${length} + ${limit} - 1) / ${limit}")
    if(length LESS 2)
        return()
    endif()
    math(EXPR size "(${length} + ${parts} - 1) / ${parts}")
    foreach(part RANGE 1 ${parts})
        math(EXPR first "(${part} - 1) * ${size}")
        list(SUBLIST joined ${first} ${size} members)
        set(text "")
        foreach(file IN LISTS members)
            get_filename_component(path ${file} ABSOLUTE)
            file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR} ${path})
            string(APPEND text "#include \"${path}\"\n")
        endforeach()
        set(whole ${CMAKE_CURRENT_BINARY_DIR}/${target}_${part}.cpp)
        file(CONFIGURE OUTPUT ${whole} CONTENT "${text}" @ONLY)
        target_sources(${target} PRIVATE ${whole})
        set_source_files_properties(${whole} PROPERTIES COMPILE_OPTIONS "${as_one_warnings}")
    endforeach()
    set_source_files_properties(${joined} PROPERTIES HEADER_FILE_ONLY ON)
endfunction()
