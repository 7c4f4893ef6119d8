// What WebSocket costs: a fan-out beside one by lines, and an idle user. The rest of the scenes is in scenes.cpp.
#include "tests/bench/case_names.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/scenes.hpp"
#include "tests/bench/stage.hpp"

namespace confab::bench {

// Against users by lines in the same minute. The floor knows lines only: its second measurement shows how much two of
// them differ anyway. Which comes first changes from round to round, as a machine becomes slower or faster.
void scenes::talk_by_web(const contestant& whose) {
  const bool is_server = &whose == &server_;
  for (const bool first : {true, false}) {
    const bool by_web = first == (round_ % 2 == 0);
    const wire how = by_web && is_server ? wire::websocket : wire::lines;
    stage on(how == wire::websocket ? whose.start_web(cores_.server) : whose.start(cores_.server), whose.greets(), {},
             how);
    on.users.join(options_.users, options_.in_flight);
    on.users.settle(whose.quiet());
    for (const std::size_t window : {narrow_window, wide_window}) {
      measure_fan_out(case_name::by_web(by_web, window), whose, on.server, on.users, usual_bytes, window);
    }
  }
}

void scenes::sit_idle_by_web() {
  stage on(server_.start_web(cores_.server), server_.greets(), {}, wire::websocket);
  on.users.join(first_users, first_users);
  const auto before = on.server.memory();
  on.users.join(idle_users - first_users, options_.in_flight);
  on.users.settle(server_.quiet());
  add_memory(results_, case_name::idle_web, server_, idle_users, before, on.server.memory());
}

}  // namespace confab::bench
