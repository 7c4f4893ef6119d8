#include "server/admin_pages.hpp"

#include <utility>

#include <fmt/format.h>

namespace confab {
namespace {

const net::http_answer well{200, "ok\n"};

net::http_answer unwell(std::string why) {
  why += '\n';
  return {503, std::move(why)};
}

}  // namespace

admin_pages::admin_pages(const metric_sources& sources, std::function<std::string_view()> why_not_ready,
                         clock::time_point (*now)())
    : sources_(sources), why_not_ready_(std::move(why_not_ready)), now_(now) {}

net::http_answer admin_pages::answer(const net::http_request& asked) const {
  if (asked.path == "/metrics") return {200, expose(sources_).text(), metrics::exposition::media_type};
  if (asked.path == "/healthz") return health();
  if (asked.path == "/readyz") return readiness();
  return net::refusal_of(404);
}

net::http_answer admin_pages::health() const {
  const clock::time_point last = sources_.hub.last_turn.load(std::memory_order_relaxed);
  const auto since = now_() - last;
  if (since < stuck_after) return well;
  return unwell(
      fmt::format("the hub has not turned for {} s", std::chrono::duration_cast<std::chrono::seconds>(since).count()));
}

net::http_answer admin_pages::readiness() const {
  const std::string_view why_not = why_not_ready_();
  return why_not.empty() ? well : unwell(std::string(why_not));
}

}  // namespace confab
