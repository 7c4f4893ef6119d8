// Clients of the first release go on working: a session of theirs, answered by this server.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <signal.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/running_server.hpp"

using namespace confab::test;
using lines = std::vector<std::string>;

namespace {

std::vector<std::string> recorded_session() {
  std::ifstream in(std::filesystem::path(CONFAB_TEST_DATA) / "first_release.txt");
  if (!in) throw std::runtime_error("the recorded session is not there");
  lines out;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != '#') out.push_back(line);
  }
  return out;
}

/// Whether `wanted` are among `fields`, in that order.
bool in_order(const lines& wanted, const lines& fields) {
  auto at = fields.begin();
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& each) {
    at = std::find(at, fields.end(), each);
    return at != fields.end() && ++at != fields.begin();
  });
}

/// The client as it was recorded, its server, and the other user.
class replay {
 public:
  replay() { start(); }

  void step(const std::string& line) {
    if (line == "connect") return connect();
    if (line == "cut") return client_->reset();
    if (line == "restart") return restart();
    if (line == "bob comes") return bob_comes();
    if (line.starts_with("bob> ")) return bob_says(line.substr(5));
    if (line.starts_with("> ")) return send(line.substr(2));
    if (line.starts_with("< ")) return expect(line.substr(2));
    throw std::runtime_error("a line that means nothing: " + line);
  }

  std::size_t answers() const { return answers_; }

 private:
  /// Others are told of one who says nothing as soon as it is greeted.
  void bob_comes() {
    bob_.emplace(server_->at());
    bob_->line();
    bob_says("rename bob");
  }

  /// What others hear of it has been said by then.
  void bob_says(const std::string& line) {
    bob_->say(line);
    if (line != "/quit") bob_->heard();
  }

  void start() {
    server_setup setup{.arguments = {"--data-dir", data_.path(), "--replay", "20"}, .predictable = false};
    server_ = std::make_unique<running_server>(setup);
  }

  void restart() {
    server_->program().signal(SIGKILL);
    server_->program().wait();
    server_->expect_ended();
    bob_.reset();
    client_.reset();
    server_.reset();
    start();
    refused_ = true;
  }

  void connect() {
    client_.emplace(server_->at());
    greeted_ = false;
  }

  void send(std::string line) {
    const auto fill = [&line](const std::string& name, const std::string& value) {
      if (const auto place = line.find(name); place != std::string::npos) line.replace(place, name.size(), value);
    };
    fill("{token}", token_);
    fill("{last}", std::to_string(last_));
    client_->say(line);
  }

  /// Something of this type with these fields in this order comes next. What is new about the refusal of a /resume
  /// comes before and between what was recorded: the client passes over it.
  void expect(const std::string& what) {
    std::istringstream words(what);
    std::string type;
    words >> type;
    lines fields_wanted;
    for (std::string field; words >> field;) fields_wanted.push_back(field);
    json event = next();
    while (refused_ && event["type"] != type) {
      const bool passed_over = event.value("code", "") == "cannot-resume" || event["type"] == "welcome" ||
                               (event["type"] == "joined" && event["addr"] == client_->address());
      CAPTURE(event);
      REQUIRE(passed_over);
      event = next();
    }
    CAPTURE(event, what);
    REQUIRE(event["type"] == type);
    CHECK(in_order(fields_wanted, fields(event)));
    if (!event.contains("past")) CHECK_FALSE(std::count(fields_wanted.begin(), fields_wanted.end(), "past"));
    if (event.contains("token")) token_ = event["token"];
    if (event.contains("id")) last_ = std::max(last_, event["id"].get<std::uint64_t>());
    if (type == "renamed") refused_ = false;
    ++answers_;
  }

  /// Passes over what a newcomer is told in text, as the client does, and counts that nobody asked for.
  json next() {
    for (;;) {
      const std::string line = client_->line();
      if (!greeted_ && !line.starts_with('{')) continue;
      json event = json::parse(line);
      if (event["type"] == "count" && !event.contains("tag")) continue;
      greeted_ = greeted_ || event["type"] == "welcome";
      return event;
    }
  }

  scratch_directory data_;
  std::unique_ptr<running_server> server_;
  std::optional<peer> client_;
  std::optional<peer> bob_;
  std::string token_;
  std::uint64_t last_ = 0;
  bool greeted_ = false;  ///< with the welcome
  bool refused_ = false;  ///< a /resume, and the client has not taken its name again since
  std::size_t answers_ = 0;
};

}  // namespace

TEST_CASE("versions: a client of the first release is answered with all that it needs", "[versions]") {
  replay session;
  const lines recorded = recorded_session();
  for (const std::string& line : recorded) {
    CAPTURE(line);
    session.step(line);
  }
  CHECK(session.answers() > 40);
  CHECK(session.answers() ==
        std::size_t(std::count_if(recorded.begin(), recorded.end(), [](const auto& each) { return each[0] == '<'; })));
}
