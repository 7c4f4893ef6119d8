// Many users talk over connections that break all the time, and nothing is lost, said twice or out of order.

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <poll.h>
#include <random>
#include <string>
#include <sys/socket.h>
#include <vector>

#include "common/unique_fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;

namespace {

constexpr std::size_t users = 20;
constexpr std::size_t cuts = 500;  // with one thread, and as many with two
constexpr std::size_t window = 3;  // messages under way of each user

/// A message that its sender has seen accepted.
struct accepted {
  std::uint64_t id = 0;
  std::size_t from = 0;
  std::string room{};  ///< empty: the lobby
  std::string to{};    ///< of a whisper
  std::string text{};
};

/// A program such as anybody would write it: tags what it says, comes back when its connection breaks, and then says
/// again what it has seen no answer to. It keeps all it hears, and sorts out nothing.
class talker {
 public:
  talker(std::size_t number, endpoint where)
      : number_(number), name_("u" + std::to_string(number)), where_(std::move(where)), random_(1000 + number) {
    connect("/json on\n/tag name /rename " + name_ + "\n" + (in_tea() ? "/tag tea /join tea\n" : ""));
  }

  bool in_tea() const { return number_ % 2 == 0; }
  const std::string& name() const { return name_; }
  bool online() const { return online_; }
  bool idle() const { return online_ && pending_.empty(); }
  std::size_t reconnects() const { return reconnects_; }
  const std::vector<accepted>& said() const { return said_; }
  /// What others said: `id text`, in the order of hearing.
  const std::vector<std::string>& heard() const { return heard_; }
  const std::vector<std::string>& faults() const { return faults_; }

  void ask_for_end() { send("/tag end /ping\n"); }
  bool at_end() const { return at_end_; }

  int socket() const { return socket_.get(); }
  bool wants_to_write() const { return !unsent_.empty(); }

  /// Says more, as long as not too much is under way.
  void talk() {
    while (online_ && pending_.size() < window) say_something();
  }

  void write() {
    const ssize_t size = ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (size > 0) unsent_.erase(0, static_cast<std::size_t>(size));
    if (size < 0 && errno != EAGAIN) come_back();
  }

  void read() {
    std::array<char, 16384> piece{};
    const ssize_t size = ::recv(socket_.get(), piece.data(), piece.size(), 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return come_back();
    unread_.append(piece.data(), static_cast<std::size_t>(size));
    std::size_t start = 0;
    for (auto end = unread_.find('\n'); end != std::string::npos; end = unread_.find('\n', start)) {
      take(unread_.substr(start, end - start));
      start = end + 1;
    }
    unread_.erase(0, start);
  }

 private:
  struct unanswered {
    std::string tag;
    std::string command;
    accepted what;
  };

  void connect(const std::string& first) {
    socket_ = start_connecting(where_);
    unread_.clear();
    unsent_ = first;
    online_ = false;
  }

  void come_back() {
    if (token_.empty()) return fault("cut before it had a token");
    ++reconnects_;
    connect("/resume " + token_ + " " + std::to_string(last_id_) + "\n");
    // Some wait for the welcome, some don't.
    sent_again_ = random_() % 2 == 0;
    if (sent_again_) say_again();
  }

  void say_again() {
    for (const unanswered& each : pending_) send("/tag " + each.tag + " " + each.command + "\n");
  }

  void say_something() {
    unanswered fresh;
    fresh.tag = name_ + "-" + std::to_string(++last_number_);
    fresh.what.from = number_;
    fresh.what.text = fresh.tag + ":";
    for (auto length = random_() % 60; length > 0; --length) fresh.what.text += length % 3 == 0 ? "茶" : "x";
    fresh.command = fresh.what.text;
    if (random_() % 4 == 0) {
      fresh.what.to = "u" + std::to_string((number_ + 1 + random_() % (users - 1)) % users);
      fresh.command = "to " + fresh.what.to + " " + fresh.what.text;
    } else if (in_tea()) {
      fresh.what.room = "tea";
    }
    send("/tag " + fresh.tag + " " + fresh.command + "\n");
    pending_.push_back(std::move(fresh));
  }

  void send(const std::string& bytes) { unsent_ += bytes; }
  void fault(const std::string& what) { faults_.push_back(name_ + ": " + what); }

  void take(const std::string& line) {
    if (line.empty() || line[0] != '{') return;  // before the answer to /json on
    const json event = json::parse(line, nullptr, false);
    if (event.is_discarded()) return fault("not JSON: " + line);
    const std::string type = event["type"];
    const std::string tag = event.value("tag", "");
    if (type == "error") return fault(line);
    if (type == "welcome") {
      if (token_.empty()) {
        token_ = event["token"];
      } else {
        if (!event.value("resumed", false) || !event.value("complete", false)) fault(line);
        if (event["name"] != name_) fault(line);
        online_ = true;
        if (!sent_again_) say_again();
      }
    } else if (type == "renamed" && tag == "name" && !in_tea()) {
      online_ = true;
    } else if (type == "room" && tag == "tea") {
      online_ = true;
    } else if (type == "pong" && tag == "end") {
      at_end_ = true;
    } else if (type == "message" || type == "private") {
      const std::uint64_t id = event["id"];
      last_id_ = std::max(last_id_, id);
      if (event["from"] == name_) return take_answer(id, tag, event["text"]);
      heard_.push_back(std::to_string(id) + " " + event["text"].get<std::string>());
    }
  }

  void take_answer(std::uint64_t id, const std::string& tag, const std::string& text) {
    if (tag.empty()) return fault("its own words without their tag: " + text);
    if (const auto [known, fresh] = id_of_tag_.emplace(tag, id); !fresh && known->second != id)
      fault(tag + " was accepted twice");
    const auto found =
        std::find_if(pending_.begin(), pending_.end(), [&](const unanswered& each) { return each.tag == tag; });
    if (found == pending_.end()) return;  // answered before
    if (found != pending_.begin()) fault(tag + " was accepted before what was said earlier");
    if (found->what.text != text) fault("said '" + found->what.text + "', accepted '" + text + "'");
    found->what.id = id;
    said_.push_back(found->what);
    pending_.erase(found);
  }

  std::size_t number_;
  std::string name_;
  endpoint where_;
  std::mt19937 random_;
  confab::unique_fd socket_;
  std::string unread_;
  std::string unsent_;
  std::string token_;
  std::uint64_t last_id_ = 0;
  bool online_ = false;
  bool sent_again_ = false;
  bool at_end_ = false;
  std::size_t reconnects_ = 0;
  std::size_t last_number_ = 0;
  std::deque<unanswered> pending_;
  std::map<std::string, std::uint64_t> id_of_tag_;
  std::vector<accepted> said_;
  std::vector<std::string> heard_;
  std::vector<std::string> faults_;
};

using talkers = std::vector<std::unique_ptr<talker>>;

/// Lets all of them work until `done`; throws when that takes too long.
template <class Done>
void run(talkers& all, bool talking, Done done, deadline until) {
  std::vector<pollfd> waiting;
  while (!done()) {
    if (until.passed()) throw std::runtime_error("the talkers are not done in time");
    waiting.clear();
    for (const auto& each : all) {
      if (talking) each->talk();
      const int events = POLLIN | (each->wants_to_write() ? POLLOUT : 0);
      waiting.push_back({each->socket(), static_cast<short>(events), 0});
    }
    ::poll(waiting.data(), waiting.size(), 20);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const int before = all[i]->socket();
      if ((waiting[i].revents & POLLOUT) != 0) all[i]->write();
      if (all[i]->socket() == before && (waiting[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0) all[i]->read();
    }
  }
}

template <class Condition>
bool all_are(const talkers& all, Condition what) {
  return std::all_of(all.begin(), all.end(), what);
}

/// What a user must have heard of all that was said, in the order of ids.
std::vector<std::string> due(const std::vector<accepted>& all, const talker& to, std::size_t number) {
  std::vector<std::string> out;
  for (const accepted& each : all) {
    if (each.from == number) continue;
    if (!each.to.empty() ? each.to == to.name() : each.room.empty() || to.in_tea())
      out.push_back(std::to_string(each.id) + " " + each.text);
  }
  return out;
}

}  // namespace

TEST_CASE("cutting: over a thousand broken connections every message arrives once and in order", "[cutting]") {
  const std::string threads = GENERATE("1", "2");
  const char* const chosen = std::getenv("CONFAB_SEED");
  const auto seed = chosen != nullptr ? static_cast<std::uint32_t>(std::stoul(chosen)) : std::random_device()();
  INFO("CONFAB_SEED=" << seed);
  const scratch_directory data;
  running_server server({.arguments = {"--threads", threads, "--data-dir", data.path(), "--idle-timeout", "0"}});
  peer watcher = joined_as(server, "watcher");
  cutting_proxy proxy(server, seed);
  talkers all;
  for (std::size_t i = 0; i < users; ++i) all.push_back(std::make_unique<talker>(i, proxy.at()));
  run(
      all, false, [&] { return all_are(all, [](const auto& each) { return each->online(); }); }, deadline());
  for (const auto& line : watcher.lines(users)) CHECK(line.ends_with(": is online"));
  watcher.expect_quiet();
  watcher.json_on();

  proxy.start_cutting(cuts);
  const deadline until(std::chrono::seconds(sanitized ? 240 : 100));
  const auto faulty = [&] { return !all_are(all, [](const auto& each) { return each->faults().empty(); }); };
  run(
      all, true, [&] { return proxy.cuts() >= cuts || faulty(); }, until);
  run(
      all, false, [&] { return all_are(all, [](const auto& each) { return each->idle(); }) || faulty(); }, until);
  for (const auto& each : all) each->ask_for_end();
  run(
      all, false, [&] { return all_are(all, [](const auto& each) { return each->at_end(); }) || faulty(); }, until);
  for (const auto& each : all)
    for (const auto& fault : each->faults()) FAIL_CHECK(fault);
  if (faulty()) return;

  std::vector<accepted> said;
  std::size_t reconnects = 0;
  for (const auto& each : all) {
    said.insert(said.end(), each->said().begin(), each->said().end());
    reconnects += each->reconnects();
    CHECK(std::is_sorted(each->said().begin(), each->said().end(),
                         [](const auto& a, const auto& b) { return a.id < b.id; }));
  }
  std::sort(said.begin(), said.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  CHECK(said.size() > 500);
  CHECK(reconnects >= cuts - users);
  for (std::size_t i = 0; i < users; ++i) {
    INFO(all[i]->name());
    CHECK((all[i]->heard() == due(said, *all[i], i)));
  }

  // Nobody has seen any of them go or come: only connections that were cut in their first line were users for a moment.
  std::size_t seen = 0;
  for (const auto& line : watcher.heard()) {
    const json event = json::parse(line);
    const std::string type = event["type"];
    if (type == "message") ++seen;
    INFO(line);
    CHECK((type == "message" || event.value("name", "") == event.value("addr", "")));
  }
  CHECK(seen == static_cast<std::size_t>(std::count_if(
                    said.begin(), said.end(), [](const auto& each) { return each.room.empty() && each.to.empty(); })));

  const outcome exported = run_server({"--data-dir", data.path(), "--export", "-"});
  const auto kept = lines_of(exported.output);
  REQUIRE(kept.size() == said.size());
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const json message = json::parse(kept[i]);
    if (message["id"] != said[i].id || message["text"] != said[i].text) FAIL_CHECK(kept[i]);
  }
}
