# Checks of the tree itself as tests with the label `style`: nothing to install or to remember.
# Exit status 77 of a script means that its tool is not on this machine.

# style_test(<name> <command> ...): a command that is run in the source directory.
function(style_test name)
    add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS style SKIP_RETURN_CODE 77 TIMEOUT 300)
endfunction()

add_custom_target(label_style)
# -B: no __pycache__ in the tree.
style_test(style ${Python3_EXECUTABLE} -B tools/check_style.py)
style_test(style-self-test ${Python3_EXECUTABLE} -B tools/check_style_test.py)
style_test(count-self-test ${Python3_EXECUTABLE} -B scripts/count_tests_test.py)
style_test(readme-self-test ${Python3_EXECUTABLE} -B scripts/readme_samples_test.py)
style_test(mutation-self-test ${Python3_EXECUTABLE} -B tools/mutation_test.py)
style_test(mistakes-apply ${Python3_EXECUTABLE} -B tools/plant_mistakes.py)
style_test(format scripts/format --check)
style_test(shellcheck scripts/check-shell)
