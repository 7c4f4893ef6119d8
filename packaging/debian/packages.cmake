# Debian's packages: confab-server and confab, which is the client. `./dev package` makes them.

set(revision 1)
set(DEBIAN_VERSION ${PROJECT_VERSION}-${revision})
# Version 0.1.0 was one package with both programs, and without a revision.
set(BOTH_PROGRAMS "confab (= 0.1.0)")

string(TIMESTAMP DEBIAN_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)  # of SOURCE_DATE_EPOCH, if that is set
set(MAINTAINER "the confab authors <confab@localhost.invalid>")
set(scripts ${CMAKE_CURRENT_BINARY_DIR}/debian)

# debian_package(COMPONENT PACKAGE CONTROL-FILE...): what every package has, and the files for dpkg.
function(debian_package component package)
  set(PACKAGE ${package})
  set(documents ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package})
  configure_file(debian/changelog.in ${scripts}/${package}.changelog @ONLY)
  install_compressed(${component} ${documents} changelog.Debian ${scripts}/${package}.changelog)
  install_compressed(${component} ${documents} changelog ${PROJECT_SOURCE_DIR}/CHANGELOG.md)
  install(FILES debian/copyright DESTINATION ${documents} COMPONENT ${component})
  install(FILES debian/${package}.lintian-overrides DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/lintian/overrides
    RENAME ${package} COMPONENT ${component})
  set(control)
  foreach(file ${ARGN})
    configure_file(debian/${package}.${file} ${scripts}/${package}/${file} @ONLY)
    list(APPEND control ${scripts}/${package}/${file})
  endforeach()
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${package} PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA ${control} PARENT_SCOPE)
  set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_STRICT_PERMISSION ON PARENT_SCOPE)
endfunction()
debian_package(server confab-server conffiles preinst postinst prerm postrm)
debian_package(client confab)
install(FILES ${PROJECT_SOURCE_DIR}/docs/operations.md ${PROJECT_SOURCE_DIR}/docs/protocol.md
  DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/confab-server COMPONENT server)

set(CPACK_GENERATOR DEB)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL server client)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_RELEASE ${revision})
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)  # the libraries are read off the programs
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)

# The only thing that is run with them; in a container without systemd the small one does.
set(CPACK_DEBIAN_SERVER_PACKAGE_DEPENDS "systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_SERVER_PACKAGE_SUGGESTS "confab")
set(CPACK_DEBIAN_SERVER_PACKAGE_BREAKS ${BOTH_PROGRAMS})
set(CPACK_DEBIAN_SERVER_PACKAGE_REPLACES ${BOTH_PROGRAMS})
set(CPACK_DEBIAN_CLIENT_PACKAGE_RECOMMENDS "ca-certificates")  # whom the system trusts
set(CPACK_DEBIAN_CLIENT_PACKAGE_SUGGESTS "confab-server")

# The first line is the summary, for each its own.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_COMPONENT_SERVER_DESCRIPTION "chat server that needs nothing but nc
confabd is a chat server over plain lines of text, so that nc and telnet are
enough to join. It has rooms, whispers, a history that can be searched, and
JSON for programs, and speaks English and Chinese.

The service confabd is started on 127.0.0.1:8888. The settings are in
/etc/confab/confab.toml.")
set(CPACK_COMPONENT_CLIENT_DESCRIPTION "terminal client for the confab chat server
confab is a client with a menu for people, and plain input and output for
scripts. It comes back by itself after a lost connection, and nothing is lost
or said twice. Texts are in English and Chinese.")
