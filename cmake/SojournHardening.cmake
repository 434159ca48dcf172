# What makes a memory error harder to exploit. It changes no result: none of these flags touches arithmetic.
option(SOJOURN_HARDENED "Compile with stack protectors and checked copies, link with read-only relocations: the wheel's default" OFF)

function(sojourn_harden target)
  if(NOT SOJOURN_HARDENED OR NOT CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    return()
  endif()
  target_compile_options(${target} PRIVATE -fstack-protector-strong
    # glibc checks copies only in builds that optimise.
    "$<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
  get_target_property(kind ${target} TYPE)
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND kind MATCHES "MODULE_LIBRARY|SHARED_LIBRARY|EXECUTABLE")
    target_link_options(${target} PRIVATE LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
  endif()
endfunction()
