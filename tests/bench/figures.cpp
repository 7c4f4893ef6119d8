#include "tests/bench/figures.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

namespace confab::bench {

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::string shown(std::optional<double> value, number_form form) {
  return value ? fmt::format("{:.{}f}{}", *value, form.decimals, form.unit) : "-";
}

std::optional<double> over(std::optional<double> a, std::optional<double> b) {
  if (!a || !b || *b == 0) return std::nullopt;
  return *a / *b;
}

void figures::add(const std::string& name, const std::string& whose, const std::string& figure, double value) {
  auto at = std::find_if(cases_.begin(), cases_.end(), [&](const auto& each) { return each.first == name; });
  if (at == cases_.end()) at = cases_.insert(cases_.end(), {name, {}});
  at->second[whose][figure].push_back(value);
}

void figures::add(const std::string& name, const std::string& whose, const measurement& measured) {
  add(name, whose, figure::rate, measured.deliveries_per_second);
  if (measured.cpu) add(name, whose, figure::cpu, *measured.cpu);
  add(name, whose, figure::p50, measured.p50 / 1000);
  add(name, whose, figure::p99, measured.p99 / 1000);
  add(name, whose, figure::driver, measured.driver_busy);
}

std::optional<double> figures::median(const std::string& name, const std::string& whose,
                                      const std::string& figure) const {
  for (const auto& [each, measured] : cases_) {
    if (each != name) continue;
    const auto one = measured.find(whose);
    if (one == measured.end()) return std::nullopt;
    const auto found = one->second.find(figure);
    if (found == one->second.end()) return std::nullopt;
    return median_of(found->second);
  }
  return std::nullopt;
}

std::optional<double> figures::ratio(const std::string& name, const std::string& figure) const {
  return over(median(name, who::server, figure), median(name, who::floor, figure));
}

}  // namespace confab::bench
