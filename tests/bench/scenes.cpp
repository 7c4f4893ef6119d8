#include "tests/bench/scenes.hpp"

#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "tests/bench/case_names.hpp"
#include "tests/bench/crowd.hpp"
#include "tests/bench/failure.hpp"
#include "tests/bench/innocent.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/running_attack.hpp"
#include "tests/bench/scraper.hpp"
#include "tests/bench/stage.hpp"
#include "tests/support/scratch_directory.hpp"

namespace confab::bench {
namespace {

constexpr std::size_t whisper_window = 256;

// Those who will stop reading have sockets as over Ethernet and a small buffer. On the loopback network the kernel
// would otherwise hold some megabytes for each of them: it would take long until the server notices, and cost most
// of the time in touching so much fresh memory.
constexpr socket_choice slow_readers{.receive_buffer = 64 * 1024, .segment = 1460, .stride = 10};
constexpr std::size_t slow_bytes = 1000;
constexpr std::int64_t slow_duration = 2;  // times the usual

constexpr std::int64_t attack_duration = 4;  // times the usual
constexpr std::int64_t scrape_duration = 3;  // times the usual

constexpr socket_choice roomy{.receive_buffer = 1 << 20};

}  // namespace

scenes::scenes(const options& chosen, figures& results, progress& shown)
    : options_(chosen),
      results_(results),
      progress_(shown),
      cores_(cores::available()),
      server_(contestant::server(chosen)),
      floor_(contestant::floor(chosen)),
      tls_floor_(contestant::tls_floor(chosen)) {}

nanoseconds scenes::duration() const {
  return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(options_.seconds));
}

bool scenes::run() {
  if (options_.cases.threads && !server_.has_threads())
    results_.note("threads: not measured, the server has no choice");
  for (round_ = 1; round_ <= options_.rounds; ++round_) round();
  return !failed_;
}

void scenes::round() {
  const case_set& cases = options_.cases;
  pin_driver(cores_.driver);
  if (cases.fan_out || cases.sizes) play("talking", &scenes::talk);
  if (cases.slow) play_for(server_, "slow readers", [this] { stop_reading(); });
  if (cases.whispers) play("whispers", &scenes::whisper);
  if (cases.whispers && server_.has_history()) play_for(server_, case_name::kept_whispers, [this] { keep_whispers(); });
  if (cases.idle) play("idle", &scenes::sit_idle);
  for (const std::size_t users : options_.crowds) {
    // Memory and joining are about the largest crowd; the smaller ones only talk.
    if (!cases.crowds && !((cases.idle || cases.joining) && users == options_.crowds.back())) continue;
    for (const contestant* whose : {&server_, &floor_}) {
      play_for(*whose, fmt::format("{} users", users), [&] { gather(*whose, users); });
    }
  }
  if (cases.history && server_.has_history()) {
    for (const bool on : {false, true}) {
      play_for(server_, case_name::history(on), [&] { keep_history(on); });
    }
  }
  if (cases.scrapes && server_.has_admin()) play("scrapes", &scenes::scrape);
  if (cases.attacks && server_.has_history()) {
    for (const attack& each : attacks()) {
      if (!options_.plays(each.name)) continue;
      play_for(server_, each.name, [&] { attack_with(each); });
    }
  }
  if (cases.tls && server_.has_tls()) {
    for (const contestant* whose : {&server_, &tls_floor_}) {
      play_for(*whose, "talking over TLS", [&] { talk_over_tls(*whose); });
      play_for(*whose, case_name::idle_over_tls, [&] { sit_idle_over_tls(*whose); });
    }
    play_for(server_, case_name::joins_over_tls, [this] { join_over_tls(); });
  }
  if (cases.web && server_.has_web()) {
    play("talking by WebSocket", &scenes::talk_by_web);
    play_for(server_, case_name::idle_web, [this] { sit_idle_by_web(); });
  }
  if (cases.threads && server_.has_threads()) {
    pin_driver(cores_.all);
    for (const std::size_t threads : {std::size_t{1}, std::size_t{2}}) {
      play_for(server_, fmt::format("threads {}", threads), [&] { share_cores(threads); });
    }
  }
}

// What keeping costs: the same talk without and with a history, on a disk of the machine.
void scenes::keep_history(bool on) {
  const test::scratch_directory folder;
  stage with(on ? server_.start_keeping(cores_.server, folder.path()) : server_.start(cores_.server), server_.greets());
  with.users.join(options_.users, options_.in_flight);
  with.users.settle(server_.quiet());
  measure_fan_out(case_name::history(on), server_, with.server, with.users, usual_bytes, wide_window);
  whispers work(with.users, server_.pair_up(with.users, usual_bytes), 1);
  results_.add(case_name::whisper_latency(on), server_.name(), measure(with.users, work, with.server, duration()));
}

// What it costs to be asked for metrics once a second. Nobody asks the floor: its second measurement shows how much two
// of them differ anyway. Which comes first changes from round to round, as a machine becomes slower or faster.
void scenes::scrape(const contestant& whose) {
  const bool is_server = &whose == &server_;
  const test::scratch_directory folder;
  const std::string path = folder.path() + "/admin";
  stage on(is_server ? whose.start_with_admin(cores_.server, path) : whose.start(cores_.server), whose.greets());
  on.users.join(options_.users, options_.in_flight);
  on.users.settle(whose.quiet());
  for (const std::size_t window : {narrow_window, wide_window}) {
    for (const bool first : {true, false}) {
      const bool scraped = first == (round_ % 2 == 0);
      fan_out work(on.users, everybody(on.users), options_.speakers, usual_bytes, window);
      std::optional<scraper> asking;
      if (scraped && is_server) asking.emplace(path);
      results_.add(case_name::scraped(scraped, window), whose.name(),
                   measure(on.users, work, on.server, duration() * scrape_duration));
      if (asking) asking->verify();
    }
  }
}

// A pinging user beside each attack, on a server as it is by default, with its history.
void scenes::attack_with(const attack& what) {
  const test::scratch_directory folder;
  subject server = server_.start_keeping(cores_.server, folder.path());
  running_attack going_on(what, server.where());
  innocent beside(server.where());
  beside.ping_for(duration() / 4);
  const auto before = server.memory();
  going_on.begin();
  const suffering result = beside.ping_for(duration() * attack_duration);
  results_.add(what.name, server_.name(), figure::ping_p50, result.p50 / 1e6);
  results_.add(what.name, server_.name(), figure::ping_p99, result.p99 / 1e6);
  results_.add(what.name, server_.name(), figure::ping_worst, result.worst / 1e6);
  const auto after = server.peak_memory();
  if (before && after) {
    results_.add(what.name, server_.name(), figure::taken,
                 (static_cast<double>(*after) - static_cast<double>(*before)) / (1 << 20));
  }
}

void scenes::play(const std::string& title, scene one) {
  for (const contestant* whose : {&server_, &floor_}) {
    play_for(*whose, title, [&] { (this->*one)(*whose); });
  }
}

void scenes::play_for(const contestant& whose, const std::string& title, const std::function<void()>& one) {
  progress_.show(fmt::format("round {} of {}: {}, {}", round_, options_.rounds, title, whose.name()));
  try {
    one();
  } catch (const failure& problem) {
    failed_ = true;
    results_.note(fmt::format("{}, {}, round {}: {}", title, whose.name(), round_, problem.what()));
  }
}

void scenes::measure_fan_out(const std::string& name, const contestant& whose, const subject& server, crowd& users,
                             std::size_t bytes, std::size_t window) {
  fan_out work(users, everybody(users), options_.speakers, bytes, window);
  results_.add(name, whose.name(), measure(users, work, server, duration()));
}

void scenes::talk(const contestant& whose) {
  stage on(whose.start(cores_.server), whose.greets());
  on.users.join(options_.users, options_.in_flight);
  on.users.settle(whose.quiet());
  if (options_.cases.fan_out) {
    for (const std::size_t window : {narrow_window, wide_window}) {
      measure_fan_out(case_name::window(window), whose, on.server, on.users, usual_bytes, window);
    }
  }
  if (options_.cases.sizes) {
    for (const std::size_t bytes : options_.sizes) {
      measure_fan_out(case_name::size(bytes), whose, on.server, on.users, bytes, wide_window);
    }
  }
}

void scenes::stop_reading() {
  stage on(server_.start(cores_.server), server_.greets(), slow_readers);
  crowd& users = on.users;
  users.join(options_.users, options_.in_flight);
  users.settle(server_.quiet());

  std::vector<std::size_t> slow;
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < users.size(); ++i) (slow_readers.concerns(i) ? slow : others).push_back(i);

  fan_out before(users, everybody(users), 1, slow_bytes, wide_window);
  const measurement without = measure(users, before, on.server, duration());
  const auto peak_before = on.server.peak_memory();

  for (const std::size_t each : slow) users.stop_reading(each);
  fan_out after(users, others, 1, slow_bytes, wide_window);
  const measurement with = measure(users, after, on.server, duration() * slow_duration);
  const auto peak_after = on.server.peak_memory();

  const double kept = with.deliveries_per_second / static_cast<double>(others.size()) /
                      (without.deliveries_per_second / static_cast<double>(users.size()));
  std::size_t hung_up = 0;
  for (const std::size_t each : slow) {
    if (users.hung_up(each)) ++hung_up;
  }
  results_.add(case_name::slow, server_.name(), figure::kept, kept);
  results_.add(case_name::slow, server_.name(), figure::slow, static_cast<double>(slow.size()));
  results_.add(case_name::slow, server_.name(), figure::hung_up, static_cast<double>(hung_up));
  if (peak_before && peak_after) {
    results_.add(case_name::slow, server_.name(), figure::growth, static_cast<double>(*peak_after - *peak_before));
  }
}

void scenes::whisper(const contestant& whose) {
  stage on(whose.start_for_whispers(cores_.server), whose.greets());
  on.users.join(options_.users, options_.in_flight);
  on.users.settle(whose.quiet());
  whispers work(on.users, whose.pair_up(on.users, usual_bytes), whisper_window);
  results_.add(case_name::whispers, whose.name(), measure(on.users, work, on.server, duration()));
}

// The same with a history, so that the writer's share shows.
void scenes::keep_whispers() {
  const test::scratch_directory folder;
  stage on(server_.start_keeping(cores_.server, folder.path()), server_.greets());
  on.users.join(options_.users, options_.in_flight);
  on.users.settle(server_.quiet());
  whispers work(on.users, server_.pair_up(on.users, usual_bytes), whisper_window);
  results_.add(case_name::kept_whispers, server_.name(), measure(on.users, work, on.server, duration()));
}

void scenes::sit_idle(const contestant& whose) {
  stage on(whose.start(cores_.server), whose.greets());
  on.users.join(first_users, first_users);
  const auto before = on.server.memory();
  on.users.join(idle_users - first_users, options_.in_flight);
  on.users.settle(whose.quiet());
  add_memory(results_, case_name::idle(idle_users), whose, idle_users, before, on.server.memory());
}

void scenes::gather(const contestant& whose, std::size_t number) {
  const bool largest = number == options_.crowds.back();
  stage on(whose.start(cores_.server), whose.greets());
  on.users.join(first_users, first_users);
  const auto before = on.server.memory();
  const arrivals rest = on.users.join(number - first_users, options_.in_flight);
  if (options_.cases.joining && largest) {
    const std::string name = case_name::joining(number);
    results_.add(name, whose.name(), figure::joins, static_cast<double>(number - first_users) / rest.seconds);
    results_.add(name, whose.name(), figure::wait, in_seconds(rest.worst_wait) * 1000);
  }
  if (!options_.cases.idle && !options_.cases.crowds) return;
  on.users.settle(whose.quiet());
  if (options_.cases.idle && largest)
    add_memory(results_, case_name::idle(number), whose, number, before, on.server.memory());
  if (options_.cases.crowds) {
    measure_fan_out(case_name::crowd(number), whose, on.server, on.users, usual_bytes, narrow_window);
  }
}

void scenes::share_cores(std::size_t threads) {
  stage on(server_.start(cores_.all, threads), server_.greets(), roomy);
  on.users.join(options_.users, options_.in_flight);
  on.users.settle(server_.quiet());
  cheap_fan_out work(on.users, options_.speakers, usual_bytes, wide_window);
  results_.add(case_name::threads(threads), server_.name(), measure(on.users, work, on.server, duration()));
}

}  // namespace confab::bench
