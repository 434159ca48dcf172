# What makes a second build cheap. None of it changes what is built.

if(SOJOURN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(SOJOURN_CCACHE_PROGRAM ccache)
  mark_as_advanced(SOJOURN_CCACHE_PROGRAM)
  if(SOJOURN_CCACHE_PROGRAM)
    # ccache takes precompiled headers only when it is told that their macros and times do not matter.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${SOJOURN_CCACHE_PROGRAM})
  endif()
endif()

# Precompiles headers of others, never sojourn's own: a change of ours rebuilds only what includes it, and a missing include of ours
# stays an error.
function(sojourn_precompile target)
  if(SOJOURN_PRECOMPILE_HEADERS)
    target_precompile_headers(${target} PRIVATE ${ARGN})
    # for ccache
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()

function(sojourn_precompile_like other target)
  if(SOJOURN_PRECOMPILE_HEADERS)
    target_precompile_headers(${target} REUSE_FROM ${other})
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()
