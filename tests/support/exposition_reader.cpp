#include "tests/support/exposition_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <regex>
#include <set>
#include <stdexcept>

namespace confab::test {
namespace {

const std::regex meta(R"(# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+))");
const std::regex help(R"((?:[^\\]|\\[\\n])+)");
const std::regex sample(
    R"(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\[\\"n])*",?)+\})? (\S+))");
const std::regex bound(R"re(\{le="([^"]+)"\})re");
const std::set<std::string> types{"counter", "gauge", "histogram"};

double number_of(const std::string& text) {
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  std::size_t end = 0;
  const double value = std::stod(text, &end);
  if (end != text.size()) throw std::runtime_error("no number");
  return value;
}

class reader {
 public:
  scraped read(std::string_view text) {
    if (!text.ends_with('\n')) throw std::runtime_error("the last line has no end");
    while (!text.empty()) {
      const std::string line(text.substr(0, text.find('\n')));
      text.remove_prefix(line.size() + 1);
      try {
        take(line);
      } catch (const std::exception& wrong) {
        throw std::runtime_error(std::string(wrong.what()) + ": " + line);
      }
    }
    end_family();
    return std::move(out_);
  }

 private:
  void take(const std::string& line) {
    std::smatch parts;
    if (std::regex_match(line, parts, meta)) {
      parts[1] == "HELP" ? take_help(parts[2], parts[3]) : take_type(parts[2], parts[3]);
    } else if (std::regex_match(line, parts, sample)) {
      take_sample(parts[1], parts[2], number_of(parts[3]));
    } else {
      throw std::runtime_error("neither help, type nor sample");
    }
  }

  void take_help(const std::string& name, const std::string& text) {
    end_family();
    const auto same = [&](const scraped::family& each) { return each.name == name; };
    if (std::any_of(out_.families.begin(), out_.families.end(), same))
      throw std::runtime_error("help for the second time");
    if (!std::regex_match(text, help)) throw std::runtime_error("help with a wrong escape");
    out_.families.push_back({name, {}});
  }

  void take_type(const std::string& name, const std::string& type) {
    if (out_.families.empty() || family().name != name || !family().type.empty() || samples_ > 0) {
      throw std::runtime_error("a type that does not follow its help");
    }
    if (types.count(type) == 0) throw std::runtime_error("no type");
    if ((type == "counter") != name.ends_with("_total"))
      throw std::runtime_error("counters end with _total, and no others");
    family().type = type;
  }

  void take_sample(const std::string& name, const std::string& labels, double value) {
    if (out_.families.empty() || family().type.empty()) throw std::runtime_error("a sample without a type");
    if (!out_.samples.emplace(name + labels, value).second) throw std::runtime_error("a sample for the second time");
    ++samples_;
    if (family().type == "histogram") return take_part(name, labels, value);
    if (name != family().name) throw std::runtime_error("a sample of another family");
    if (family().type == "counter" && value < 0) throw std::runtime_error("a counter below 0");
  }

  // Buckets, rising to +Inf, then sum and count.
  void take_part(const std::string& name, const std::string& labels, double value) {
    const std::string part = name.starts_with(family().name) ? name.substr(family().name.size()) : "";
    std::smatch le;
    if (part == "_bucket" && !sum_ && std::regex_match(labels, le, bound)) {
      const double next = number_of(le[1]);
      if (last_bound_ && next <= *last_bound_) throw std::runtime_error("bounds that do not rise");
      if (value < count_) throw std::runtime_error("buckets that do not add up");
      last_bound_ = next;
      count_ = value;
    } else if (part == "_sum" && labels.empty() && last_bound_ && std::isinf(*last_bound_)) {
      sum_ = value;
    } else if (part == "_count" && labels.empty() && sum_) {
      if (value != count_) throw std::runtime_error("a count that is not the last bucket");
      complete_ = true;
    } else {
      throw std::runtime_error("no part of a histogram, or not its turn");
    }
  }

  void end_family() {
    if (!out_.families.empty()) {
      if (samples_ == 0) throw std::runtime_error("a family without samples: " + family().name);
      if (family().type == "histogram" && !complete_) throw std::runtime_error("half a histogram: " + family().name);
    }
    samples_ = 0;
    last_bound_.reset();
    sum_.reset();
    count_ = 0;
    complete_ = false;
  }

  scraped::family& family() { return out_.families.back(); }

  scraped out_;
  std::size_t samples_ = 0;  // of this family
  std::optional<double> last_bound_;
  std::optional<double> sum_;
  double count_ = 0;
  bool complete_ = false;
};

}  // namespace

scraped read_exposition(std::string_view text) {
  return reader().read(text);
}

}  // namespace confab::test
