# A room is a folder of the product with a library of its own. `LINKS` names the rooms that it may
# know, and so is the one place where the arrows between rooms are written down: the linker holds
# them here, and tools/check_style.py reads them from these calls and holds the includes to them.

# room(<layer>_<folder> LINKS <rooms> SOURCES <files> [LIBRARIES <targets>]): `LIBRARIES` are what
# the room needs from outside of the project.
function(room name)
    cmake_parse_arguments(ROOM "" "" "LINKS;LIBRARIES;SOURCES" ${ARGN})
    add_library(${name} STATIC ${ROOM_SOURCES})
    target_link_libraries(${name}
        PUBLIC project_options Boost::headers ${ROOM_LINKS}
        PRIVATE ${ROOM_LIBRARIES})
    set_property(GLOBAL APPEND PROPERTY ROOMS ${name})
    set_target_properties(${name} PROPERTIES ROOM_SOURCES "${ROOM_SOURCES}")
    compile_as_one(${name} product)
    if(DOCWARDEN_TESTS)
        # Archives hide a missing arrow as long as somebody else links the room that is reached.
        # This program holds all of one room and nothing but what its arrows allow.
        add_executable(${name}_alone ${PROJECT_SOURCE_DIR}/cmake/room_alone.cpp)
        target_link_libraries(${name}_alone PRIVATE
            -Wl,--whole-archive $<TARGET_FILE:${name}> -Wl,--no-whole-archive
            ${ROOM_LINKS} ${ROOM_LIBRARIES} project_options)
        add_dependencies(${name}_alone ${name})
        set_target_properties(${name}_alone PROPERTIES RUNTIME_OUTPUT_DIRECTORY rooms)
    endif()
endfunction()
