# A compiler set to C++17 must be told in words what is needed, before anything else is wrong.
file(WRITE ${BINARY}/old_language.cpp "#include <sojourn/surveys/nps.hpp>\n")
execute_process(COMMAND ${COMPILER} -std=c++17 -fsyntax-only -I${SOURCE}/include ${BINARY}/old_language.cpp
                ERROR_VARIABLE said RESULT_VARIABLE failed)
string(REGEX MATCH "[^\n]*error:[^\n]*" first "${said}")
if(NOT failed OR NOT first MATCHES "sojourn needs C\\+\\+20: compile with -std=c\\+\\+20")
  message(FATAL_ERROR "with -std=c++17 the first error is: ${first}")
endif()
