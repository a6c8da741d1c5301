# find_package(secpvm_core) gives the targets secpvm::core (shared) and secpvm::core_static.

get_filename_component(_secpvm_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET secpvm::core)
  add_library(secpvm::core SHARED IMPORTED)
  set_target_properties(secpvm::core PROPERTIES
    IMPORTED_LOCATION "${_secpvm_prefix}/lib/libsecpvm_core.so.0"
    IMPORTED_SONAME "libsecpvm_core.so.0"
    INTERFACE_INCLUDE_DIRECTORIES "${_secpvm_prefix}/include")

  add_library(secpvm::core_static STATIC IMPORTED)
  set_target_properties(secpvm::core_static PROPERTIES
    IMPORTED_LOCATION "${_secpvm_prefix}/lib/libsecpvm_core.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_secpvm_prefix}/include"
    INTERFACE_LINK_LIBRARIES "pthread;dl;m")
endif()

unset(_secpvm_prefix)
