#include "server/reload_input.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "common/safe_text.hpp"
#include "server/file_limit.hpp"
#include "server/part_options.hpp"

namespace confab {
namespace {

// What a start would print, as a part of a line.
std::string sentence_of(const early_exit& refused) {
  std::string_view text = refused.text;
  constexpr std::string_view before = "server: ";
  if (text.starts_with(before)) text.remove_prefix(before.size());
  while (text.ends_with('\n')) text.remove_suffix(1);
  return std::string(text);
}

// Throws when today another certificate is no use in the place of the one that is in use.
void check_dates(const reload_input& fresh, const net::tls_context& now) {
  const std::string why = why_not_instead(*fresh.tls->context, now, std::chrono::system_clock::now());
  if (why.empty()) return;
  const server_options& options = fresh.plan.options;
  throw std::runtime_error(
      fmt::format("{}--tls-cert {}: {}", where_given(options, "tls-cert"), options.tls.certificate, why));
}

}  // namespace

std::variant<reload_input, std::string> prepare_reload(const reload_base& base) try {
  auto parsed = parse_server_options(base.now.arguments, base.now.inherited);
  if (const auto* const refused = std::get_if<early_exit>(&parsed)) return make_safe(sentence_of(*refused));
  reload_input out{plan_reload(base.now, std::move(std::get<server_options>(parsed))), {}, {}, {}};
  if (!has_way_in(out.plan.options)) {
    return make_safe(where_given(out.plan.options, "listen") +
                     "nobody could come in any more: name a line: place in listen, or restart for --ip and --port");
  }
  out.motd = motd_of(out.plan.options);
  out.tls = tls_of(out.plan.options);
  if (out.tls && base.certificate != nullptr) check_dates(out, *base.certificate);
  const std::string few_files = raise_file_limit(out.plan.options);
  if (!few_files.empty()) out.plan.kept.push_back(few_files);
  opened_places opened = open_places(out.plan.options, base.held);
  out.places = std::move(opened.open);
  std::move(opened.missed.begin(), opened.missed.end(), std::back_inserter(out.plan.kept));
  return out;
} catch (const std::exception& failed) {
  return make_safe(failed.what());
}

}  // namespace confab
