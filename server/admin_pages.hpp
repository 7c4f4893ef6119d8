#pragma once

#include <atomic>
#include <chrono>
#include <functional>

#include "server/metric_families.hpp"
#include "server/net/http_answer.hpp"
#include "server/net/http_request.hpp"

namespace confab {

/// What the admin listener answers: `/metrics`, `/healthz` and `/readyz`. Any thread.
class admin_pages {
 public:
  using clock = std::chrono::steady_clock;

  /// A hub that has not turned for so long is stuck: it turns every second, whatever happens.
  static constexpr std::chrono::seconds stuck_after{2};

  /// `why_not_ready` says what is in the way of new users, or nothing; it is called on any thread.
  admin_pages(const metric_sources& sources, std::function<std::string_view()> why_not_ready,
              clock::time_point (*now)() = clock::now);

  net::http_answer answer(const net::http_request& asked) const;

 private:
  net::http_answer health() const;
  net::http_answer readiness() const;

  metric_sources sources_;
  std::function<std::string_view()> why_not_ready_;
  clock::time_point (*now_)();
};

}  // namespace confab
