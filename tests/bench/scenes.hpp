#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "tests/bench/attack.hpp"
#include "tests/bench/contestant.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/options.hpp"
#include "tests/bench/progress.hpp"
#include "tests/bench/subject.hpp"

namespace confab::bench {

/// Runs the chosen cases, server and floor in turn, round after round. A scene is what one server process is
/// started for: it may measure several cases on the same users. A scene that fails leaves a note and the next
/// one follows.
class scenes {
 public:
  scenes(const options& chosen, figures& results, progress& shown);

  /// False when a scene failed.
  bool run();

 private:
  using scene = void (scenes::*)(const contestant&);

  void round();
  void play(const std::string& title, scene one);
  void play_for(const contestant& whose, const std::string& title, const std::function<void()>& one);

  void talk(const contestant& whose);
  void stop_reading();
  void whisper(const contestant& whose);
  void keep_whispers();
  void sit_idle(const contestant& whose);
  void gather(const contestant& whose, std::size_t users);
  void share_cores(std::size_t threads);
  void keep_history(bool on);
  void scrape(const contestant& whose);
  void attack_with(const attack& what);
  void talk_over_tls(const contestant& whose);
  void sit_idle_over_tls(const contestant& whose);
  void join_over_tls();
  void talk_by_web(const contestant& whose);
  void sit_idle_by_web();

  void measure_fan_out(const std::string& name, const contestant& whose, const subject& server, crowd& users,
                       std::size_t bytes, std::size_t window);

  nanoseconds duration() const;

  const options& options_;
  figures& results_;
  progress& progress_;
  cores cores_;
  contestant server_;
  contestant floor_;
  contestant tls_floor_;
  std::size_t round_ = 0;
  bool failed_ = false;
};

}  // namespace confab::bench
