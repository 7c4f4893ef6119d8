#include "server/options.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "common/config_file.hpp"
#include "common/config_options.hpp"
#include "common/config_text.hpp"
#include "common/safe_text.hpp"
#include "server/command_line.hpp"
#include "server/net/address.hpp"
#include "server/net/admin_listener.hpp"
#include "server/net/entrance.hpp"

namespace confab {
namespace {

constexpr std::size_t max_threads = 8;

early_exit wrong_usage(const std::string& text) {
  return {2, "server: " + text + " (see --help)\n"};
}

early_exit wrong_file(const config_error& error, const std::string& file) {
  return {2, "server: " + explain(error, file, language::en) + "\n"};
}

// What the parser says to `arguments`, if anything.
std::optional<early_exit> parse_into(command_line& line, std::vector<std::string> arguments) try {
  line.parse(std::move(arguments));
  return std::nullopt;
} catch (const CLI::CallForHelp&) {
  return early_exit{0, line.app.help()};
} catch (const CLI::CallForVersion& e) {
  return early_exit{0, std::string(e.what()) + "\n"};
} catch (const CLI::ParseError& e) {
  return wrong_usage(e.what());
}

// What the command line says of a value, though it comes from a file: nothing, if it is right.
std::optional<config_error> check_argument(const config_argument& argument) {
  command_line alone;
  try {
    alone.parse(argument.words);
    return std::nullopt;
  } catch (const CLI::ParseError& e) {
    return config_error{config_fault::bad_value, argument.line, argument.key, e.what()};
  }
}

// What the file `name` says, each value checked by itself.
std::variant<std::vector<config_argument>, config_error> read_arguments(const std::string& name) {
  auto entries = read_config_file(name);
  if (auto* const wrong = std::get_if<config_error>(&entries)) return std::move(*wrong);
  command_line known;
  auto found = arguments_of(std::get<config_entries>(entries), known.app);
  if (const auto* const all = std::get_if<std::vector<config_argument>>(&found)) {
    for (const config_argument& each : *all) {
      if (auto wrong = check_argument(each)) return std::move(*wrong);
    }
  }
  return found;
}

net::typed_address typed(const std::string& ip) {
  return std::get<net::typed_address>(net::parse_address(ip));
}

// Leaves those that the command line does not overrule: it has the same option, or a port behind its address.
std::vector<config_argument> not_overruled(std::vector<config_argument> from, const command_line& given) {
  const bool port_given = given.has("--ip") && typed(given.options.ip).has_port;
  from.erase(std::remove_if(from.begin(), from.end(),
                            [&](const config_argument& each) {
                              return given.has("--" + each.key) || (port_given && each.key == "port");
                            }),
             from.end());
  return from;
}

/// Makes the options of what was parsed.
class settling {
 public:
  settling(command_line& parsed, std::string file, const std::vector<config_argument>& from_file)
      : line_(parsed), options_(parsed.options) {
    options_.config_file = std::move(file);
    for (const config_argument& each : from_file) options_.config_lines[each.key].push_back(each.line);
  }

  /// What is wrong with several options together, if anything.
  std::optional<early_exit> settle() {
    if (auto wrong = split_address()) return wrong;
    if (auto wrong = settle_places()) return wrong;
    for (const std::string& each : line_.web_hosts) options_.web.hosts.push_back(*net::read_host_name(each));
    for (const std::string& each : line_.web_origins) options_.web.origins.push_back(*net::read_origin(each));
    for (const std::string& each : line_.web_proxies) {
      options_.web_proxies.add(std::get<net::proxy_peers>(net::parse_proxy_peers(each)));
    }
    options_.store.keep_bytes_asked = line_.has("--keep-bytes");
    if (options_.threads == 0)
      options_.threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, max_threads);
    for (CLI::Option* const each : config_options(line_.app)) options_.values[long_name(*each)] = values_of(*each);
    return std::nullopt;
  }

  /// As --print-config has it.
  std::string text() const {
    std::vector<config_setting> all;
    for (CLI::Option* const each : config_options(line_.app)) all.push_back(setting_of(*each));
    return config_text(all);
  }

 private:
  // A fault of `key`: of its n-th value, counted from 0.
  early_exit wrong(const std::string& key, std::size_t number, const std::string& text) const {
    const auto found = options_.config_lines.find(key);
    if (found == options_.config_lines.end()) return wrong_usage(text);
    return wrong_file({config_fault::bad_value, found->second.at(number), key, text}, options_.config_file);
  }

  // --ip may have the port, too. A --port of the command line overrules that of a file's ip.
  std::optional<early_exit> split_address() {
    const net::typed_address address = typed(options_.ip);
    const bool port_given = line_.has("--port");
    if (address.has_port) {
      const bool overruled = port_given && !is_of_file("port") && is_of_file("ip");
      if (port_given && !overruled && options_.port != address.port) {
        return wrong("port", 0, fmt::format("--ip {} and --port {} are two ports", options_.ip, options_.port));
      }
      if (!overruled) options_.port = address.port;
      port_from_ip_ = !port_given;
    }
    options_.ip = address.ip;
    return std::nullopt;
  }

  // A chat that is listened for by --listen takes the place of what --ip and --port are without being given, and stands
  // beside what is given.
  std::optional<early_exit> settle_places() {
    if (line_.listen.size() > max_listens) {
      return wrong("listen", max_listens, fmt::format("--listen is given more than {} times", max_listens));
    }
    for (const std::string& each : line_.listen) {
      options_.listen.push_back(std::get<listen_place>(parse_listen(each)));
    }
    options_.listens_on_ip = line_.has("--ip") || line_.has("--port");
    options_.listens_on_ip = options_.listens_on_ip || !has_way_in(options_);
    const std::vector<listen_place> all = listen_places_of(options_);
    for (auto one = all.begin(); one != all.end(); ++one) {
      if (std::none_of(all.begin(), one, [&](const listen_place& each) { return is_same_place(each, *one); })) continue;
      const auto number = static_cast<std::size_t>(one - all.begin()) - (options_.listens_on_ip ? 1 : 0);
      return wrong("listen", number,
                   fmt::format("--listen {} names a place for the second time: leave it out", to_string(*one)));
    }
    return std::nullopt;
  }

  bool is_of_file(const std::string& key) const { return options_.config_lines.count(key) > 0; }

  config_setting setting_of(CLI::Option& option) const {
    config_setting out{long_name(option), config_type_of(option)};
    const bool port_from_ip = out.key == "port" && port_from_ip_;
    out.given = option.count() > 0 || port_from_ip;
    const std::string origin_key = port_from_ip ? "ip" : out.key;
    const std::vector<std::string> values = values_of(option);
    for (std::size_t i = 0; i < values.size(); ++i)
      out.values.push_back({values[i], origin_of(origin_key, i, out.given)});
    return out;
  }

  std::vector<std::string> values_of(CLI::Option& option) const {
    if (config_type_of(option) == config_type::texts) return option.results();
    return {value_of(option, long_name(option))};
  }

  // In force, which is not always what was given.
  std::string value_of(const CLI::Option& option, const std::string& key) const {
    if (key == "ip") return options_.ip;
    if (key == "port") return std::to_string(options_.port);
    if (key == "threads") return std::to_string(options_.threads);
    if (key == "lang") return options_.chat.lang == language::zh ? "zh" : "en";
    return option.count() > 0 ? option.results().back() : option.get_default_str();
  }

  std::string origin_of(const std::string& key, std::size_t number, bool given) const {
    if (!given) {
      const bool unused = !options_.listens_on_ip && (key == "ip" || key == "port");
      if (unused)
        return options_.listen.empty() ? "default, and not listened on: sockets were inherited"
                                       : "default, and not listened on: see listen";
      return "default";
    }
    const auto found = options_.config_lines.find(key);
    if (found == options_.config_lines.end()) return "command line";
    return fmt::format("{}:{}", options_.config_file, found->second.at(number));
  }

  command_line& line_;
  server_options& options_;
  bool port_from_ip_ = false;
};

}  // namespace

std::vector<listen_place> listen_places_of(const server_options& options) {
  std::vector<listen_place> out;
  if (options.listens_on_ip) out.push_back({listener_kind::line, options.ip, options.port});
  out.insert(out.end(), options.listen.begin(), options.listen.end());
  return out;
}

bool has_way_in(const server_options& options) {
  const inherited_counts& had = options.inherited;
  return options.listens_on_ip || had.lines + had.tls + had.web + had.webs > 0 ||
         std::any_of(options.listen.begin(), options.listen.end(),
                     [](const listen_place& each) { return is_for_chat(each.kind); });
}

std::size_t files_to_listen(const server_options& options) {
  // A connection to spare is one that is refused. The others are those of their thread: its epoll with its wake-up and
  // its timer, and the folder in which open files are counted.
  constexpr std::size_t each_admin = net::admin_limits().connections + 1;
  constexpr std::size_t all_admin = 4;
  const inherited_counts& had = options.inherited;
  std::size_t out = had.lines + had.tls + had.web + had.webs + had.admin * (1 + each_admin);
  bool has_admin = had.admin > 0;
  for (const listen_place& each : listen_places_of(options)) {
    out += each.file ? 2U : 1U;
    if (each.kind != listener_kind::admin) continue;
    out += each_admin;
    has_admin = true;
  }
  return has_admin ? out + all_admin : out;
}

std::size_t files_to_arrive(const server_options& options) {
  const std::vector<listen_place> places = listen_places_of(options);
  const inherited_counts& had = options.inherited;
  const bool asks = had.tls + had.web + had.webs > 0 || std::any_of(places.begin(), places.end(), asks_for_something);
  return asks ? options.threads * net::entrance::most : 0;
}

std::string where_given(const server_options& options, const std::string& key, std::size_t number) {
  const auto found = options.config_lines.find(key);
  if (found == options.config_lines.end() || number >= found->second.size()) return {};
  return make_safe(fmt::format("{}:{}: ", options.config_file, found->second[number]));
}

std::variant<server_options, early_exit> parse_server_options(std::span<const std::string> arguments,
                                                              inherited_counts inherited) {
  const std::vector<std::string> given(arguments.begin(), arguments.end());
  command_line flags;
  if (auto done = parse_into(flags, given)) return std::move(*done);
  std::vector<config_argument> from_file;
  if (!flags.config.empty()) {
    auto read = read_arguments(flags.config);
    if (const auto* const wrong = std::get_if<config_error>(&read)) return wrong_file(*wrong, flags.config);
    from_file = not_overruled(std::get<std::vector<config_argument>>(std::move(read)), flags);
  }
  std::vector<std::string> merged;
  for (const config_argument& each : from_file) merged.insert(merged.end(), each.words.begin(), each.words.end());
  merged.insert(merged.end(), given.begin(), given.end());
  command_line all;
  if (auto wrong = parse_into(all, std::move(merged))) return std::move(*wrong);
  all.options.inherited = inherited;
  settling result(all, flags.config, from_file);
  if (auto wrong = result.settle()) return std::move(*wrong);
  if (all.print_config) return early_exit{0, result.text()};
  all.options.arguments = given;
  return std::move(all.options);
}

}  // namespace confab
