# What makes a build cheap. None of it changes what is built.

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

# Puts `batch` sources at a time into one translation unit, which reads their headers once. Sources with flags of their own, the kernels,
# keep to themselves. For builds that compile everything once: the wheel, `make test`.
function(sojourn_unity target batch)
  if(SOJOURN_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${batch})
    # A local name may hide a name of another source here; builds that do not join sources hold each to the warning.
    target_compile_options(${target} PRIVATE -Wno-shadow)
  endif()
endfunction()
