#include "tests/bench/measure.hpp"

#include "tests/bench/failure.hpp"

namespace confab::bench {
namespace {

constexpr nanoseconds warm_up = milliseconds(200);
constexpr nanoseconds stalled_after = seconds(5);

/// Ends a load in which nothing arrives any more.
class watchdog {
 public:
  void fed(nanoseconds time) noexcept { last_ = time; }
  void check(nanoseconds time) const {
    if (time - last_ > stalled_after) throw failure("stalled: messages are missing");
  }

 private:
  nanoseconds last_ = now();
};

void step(crowd& users, load& work, watchdog& dog) {
  if (users.poll(work, milliseconds(20))) {
    dog.fed(now());
  } else {
    dog.check(now());
  }
}

void run_for(nanoseconds duration, crowd& users, load& work) {
  watchdog dog;
  for (const nanoseconds end = now() + duration; now() < end;) {
    work.pump();
    step(users, work, dog);
  }
}

}  // namespace

measurement measure(crowd& users, load& work, const subject& server, nanoseconds duration) {
  run_for(warm_up, users, work);

  const std::uint64_t deliveries_before = work.deliveries();
  const auto server_before = server.cpu();
  const nanoseconds own_before = own_cpu();
  const nanoseconds start = now();
  work.start_latency();
  run_for(duration, users, work);
  const double wall = in_seconds(now() - start);
  const double own = in_seconds(own_cpu() - own_before);
  const auto server_after = server.cpu();
  const auto deliveries = static_cast<double>(work.deliveries() - deliveries_before);

  for (watchdog dog; !work.drained();) step(users, work, dog);
  work.verify();
  if (deliveries == 0) throw failure("no message arrived in the time given");

  measurement result;
  result.deliveries_per_second = deliveries / wall;
  if (server_before && server_after) {
    result.cpu = static_cast<double>((*server_after - *server_before).count()) / deliveries;
  }
  result.p50 = work.latency().percentile(0.50);
  result.p99 = work.latency().percentile(0.99);
  result.driver_busy = own / wall;
  return result;
}

}  // namespace confab::bench
