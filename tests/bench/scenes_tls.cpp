// What TLS costs: a fan-out beside the floor that encrypts the same, an idle user, and many who come at once. The rest
// of the scenes is in scenes.cpp.
#include "tests/bench/case_names.hpp"
#include "tests/bench/innocent.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/scenes.hpp"
#include "tests/bench/stage.hpp"
#include "tests/bench/tls_joiners.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/scratch_directory.hpp"

namespace confab::bench {
namespace {

// A handshake takes three times what a user does afterwards, and what many of them took at once stays with the process:
// so those whose memory is measured come a few at a time.
constexpr std::size_t few = 8;
constexpr std::size_t joins_a_second = 1000;
constexpr std::int64_t joins_duration = 4;  // times the usual

/// Files of a certificate and its key.
struct certificate_files {
  certificate_files() {
    const test::identity made = test::make_identity();
    test::write_file(certificate, made.certificate);
    test::write_file(key, made.key);
  }

  const test::scratch_directory folder;
  const std::string certificate = folder.path() + "/cert.pem";
  const std::string key = folder.path() + "/key.pem";
};

}  // namespace

void scenes::talk_over_tls(const contestant& whose) {
  const certificate_files files;
  stage on(whose.start_with_tls(cores_.server, files.certificate, files.key), whose.greets(), {}, wire::tls);
  on.users.join(options_.users, options_.in_flight);
  on.users.settle(whose.quiet());
  for (const std::size_t window : {narrow_window, wide_window}) {
    measure_fan_out(case_name::over_tls(window), whose, on.server, on.users, usual_bytes, window);
  }
}

void scenes::sit_idle_over_tls(const contestant& whose) {
  const certificate_files files;
  stage on(whose.start_with_tls(cores_.server, files.certificate, files.key), whose.greets(), {}, wire::tls);
  on.users.join(first_users, few);
  const auto before = on.server.memory();
  on.users.join(idle_users - first_users, few);
  on.users.settle(whose.quiet());
  add_memory(results_, case_name::idle_over_tls, whose, idle_users, before, on.server.memory());
}

// Somebody who pings over a plain connection meanwhile.
void scenes::join_over_tls() {
  const certificate_files files;
  subject server = server_.start_with_tls(cores_.server, files.certificate, files.key);
  innocent beside(server.where());
  beside.ping_for(duration() / 4);
  tls_joiners coming(server.tls_where(), joins_a_second);
  const suffering result = beside.ping_for(duration() * joins_duration);
  results_.add(case_name::joins_over_tls, server_.name(), figure::joins, coming.stop());
  results_.add(case_name::joins_over_tls, server_.name(), figure::ping_p50, result.p50 / 1e6);
  results_.add(case_name::joins_over_tls, server_.name(), figure::ping_p99, result.p99 / 1e6);
  results_.add(case_name::joins_over_tls, server_.name(), figure::ping_worst, result.worst / 1e6);
}

}  // namespace confab::bench
