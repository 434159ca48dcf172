// Nothing but a unit to precompile doctest for; see CMakeLists.txt.
