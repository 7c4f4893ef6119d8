#include "server/metrics/exposition.hpp"

#include <chrono>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace confab::metrics {
namespace {

constexpr std::string_view word(kind what) noexcept {
  switch (what) {
    case kind::counter: return "counter";
    case kind::gauge: return "gauge";
    case kind::histogram: return "histogram";
  }
  return "untyped";
}

// A quote is escaped in the value of a label only.
void append_escaped(std::string& to, std::string_view text, bool quoted) {
  for (const char c : text) {
    if (c == '\n') {
      to += "\\n";
      continue;
    }
    if (c == '\\' || (quoted && c == '"')) to += '\\';
    to += c;
  }
}

double in_seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

template <class Number>
void append_value(std::string& to, Number value) {
  fmt::format_to(std::back_inserter(to), " {}\n", value);
}

}  // namespace

void exposition::begin(std::string_view name, kind what, std::string_view help) {
  name_ = name;
  fmt::format_to(std::back_inserter(text_), "# HELP {} ", name);
  append_escaped(text_, help, false);
  fmt::format_to(std::back_inserter(text_), "\n# TYPE {} {}\n", name, word(what));
}

void exposition::begin_sample(std::string_view suffix, std::initializer_list<label> labels) {
  ++series_;
  text_.append(name_).append(suffix);
  char before = '{';
  for (const label& each : labels) {
    text_ += std::exchange(before, ',');
    text_.append(each.name).append("=\"");
    append_escaped(text_, each.value, true);
    text_ += '"';
  }
  if (labels.size() > 0) text_ += '}';
}

void exposition::sample(std::uint64_t value, std::initializer_list<label> labels) {
  begin_sample({}, labels);
  append_value(text_, value);
}

void exposition::sample(double value, std::initializer_list<label> labels) {
  begin_sample({}, labels);
  append_value(text_, value);
}

// The count is that of the last bucket, whatever is added meanwhile.
void exposition::samples(const histogram& of) {
  std::uint64_t sum_of_counts = 0;
  for (std::size_t i = 0; i <= of.bounds().size(); ++i) {
    sum_of_counts += of.count(i);
    const bool last = i == of.bounds().size();
    const std::string bound = last ? "+Inf" : fmt::format("{}", in_seconds(of.bounds()[i]));
    begin_sample("_bucket", {{"le", bound}});
    append_value(text_, sum_of_counts);
  }
  begin_sample("_sum", {});
  append_value(text_, static_cast<double>(of.sum()) / 1e9);
  begin_sample("_count", {});
  append_value(text_, sum_of_counts);
}

}  // namespace confab::metrics
