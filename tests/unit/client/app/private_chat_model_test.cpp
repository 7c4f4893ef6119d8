// Private chat against a world that comes, goes, changes names, loses its connection and is restarted at random: no
// line ever reaches somebody whom the person has not chosen. The world knows who everybody really is; what the client
// and the person know of it is only what they were told, in a slow model beside the client.

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "client/app/app.hpp"
#include "common/utf8.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/client/app/app_session.hpp"

using namespace confab::client;
using confab::utf8::split_word;

namespace {

/// Who somebody really is: never the same for two people. The numbers on the wire start anew with each restart.
using soul = int;
constexpr soul nobody = 0;

struct inhabitant {
  soul who = nobody;
  int number = 0;
  std::string addr;
  std::string name;
};

class world {
 public:
  world(std::uint32_t seed, bool numbers) : random_(seed), numbers_(numbers) {}

  std::string answer(const std::string& line) {
    auto [word, rest] = split_word(line);
    if (word == "/json") return up_ ? std::string() : welcome(false);
    if (word == "/resume") {
      if (restarted_) return "{\"type\":\"error\",\"code\":\"cannot-resume\",\"text\":\"no\"}\n";
      up_ = true;
      return welcome(true);
    }
    if (word == "/ping") return fmt::format("{{\"type\":\"pong\",\"token\":\"{}\"}}\n", rest);
    if (word != "/tag") return {};
    const auto [tag, command] = split_word(rest);
    return flush() + reply(std::string(tag), command);
  }

  // What happens. Events are told later, in order; what is crowded is not told at all.
  void arrive(bool told) {
    people_.push_back({++souls_, ++last_number_, fmt::format("10.0.0.{}:1", ++addresses_), {}});
    inhabitant& made = people_.back();
    souls_at_[made.addr] = made.who;
    made.name = made.addr;
    if (told) tell("joined", fmt::format(R"("name":"{0}","addr":"{0}",{1}"online":9)", made.addr, user(made)), made);
  }
  void rename_one() {
    if (people_.empty()) return;
    inhabitant& who = people_[pick(people_.size())];
    const std::vector<std::string> names{"bob", "david", "eve"};
    const std::string wanted = names[pick(names.size())];
    if (find(wanted) != nullptr) return;
    const std::string old = std::exchange(who.name, wanted);
    tell("renamed", fmt::format(R"("old":"{}","name":"{}","addr":"{}"{})", old, who.name, who.addr, last_user(who)),
         who);
  }
  void leave(bool told) {
    if (people_.empty()) return;
    const std::size_t index = pick(people_.size());
    const inhabitant gone = people_[index];
    people_.erase(people_.begin() + static_cast<std::ptrdiff_t>(index));
    if (told) {
      tell("left",
           fmt::format(R"("name":"{}","addr":"{}",{}"online":9,"reason":"eof")", gone.name, gone.addr, user(gone)),
           gone, true);
    } else {
      pending_.push_back({R"({"type":"crowd","joined":0,"left":1,"online":9})", nobody, {}, false});
    }
  }
  /// Nothing of what is pending is received; the place is held open.
  void cut() {
    pending_.clear();
    up_ = false;
  }
  void restart() {
    cut();
    restarted_ = true;
    people_.clear();
    tags_.clear();
    last_number_ = 0;
  }

  /// What has happened is never told: there is no connection.
  void keep_secret() { pending_.clear(); }

  /// The events that wait, to be sent; the person's knowledge follows.
  std::string flush() {
    std::string all;
    while (!pending_.empty()) all += next();
    return all;
  }
  std::string next() {
    if (pending_.empty()) return {};
    const news told = pending_.front();
    pending_.pop_front();
    learn(told);
    return told.line + "\n";
  }

  /// Who has that name as far as the person was told; told by the whole story, every time.
  soul known_as(const std::string& name) const {
    std::map<soul, std::string> names;
    for (const news& each : story_) {
      if (each.gone) {
        names.erase(each.who);
      } else {
        std::erase_if(names, [&](const auto& other) { return other.second == each.name; });
        names[each.who] = each.name;
      }
    }
    for (const auto& [who, called] : names) {
      if (called == name) return who;
    }
    return nobody;
  }

  /// Who is behind an address; nobody ever gets that of another.
  soul at(const std::string& address) const {
    const auto found = souls_at_.find(address);
    return found == souls_at_.end() ? nobody : found->second;
  }

  bool empty_handed() const { return pending_.empty(); }
  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }
  bool online() const { return up_; }

  std::map<std::string, std::vector<soul>> heard;  // each private line, and who got it

 private:
  struct news {
    std::string line;
    soul who = nobody;
    std::string name;
    bool gone = false;
  };

  std::string user(const inhabitant& who) const { return numbers_ ? fmt::format("\"user\":{},", who.number) : ""; }
  std::string last_user(const inhabitant& who) const { return numbers_ ? fmt::format(",\"user\":{}", who.number) : ""; }
  void tell(std::string_view type, const std::string& fields, const inhabitant& who, bool gone = false) {
    pending_.push_back({fmt::format("{{\"type\":\"{}\",{}}}", type, fields), who.who, who.name, gone});
  }
  void learn(const news& told) {
    if (told.who != nobody) story_.push_back(told);
  }
  inhabitant* find(std::string_view name) {
    const auto found = std::ranges::find(people_, name, &inhabitant::name);
    return found == people_.end() ? nullptr : &*found;
  }

  std::string welcome(bool resumed) {
    if (!resumed) {
      my_number_ = ++last_number_;
      my_name_ = "10.9.9.9:1";
      story_.clear();
    }
    up_ = true;
    restarted_ = false;
    return fmt::format(
               R"({{"type":"welcome","name":"{}","addr":"10.9.9.9:1",{}"online":9,"token":"secret","resumed":{}}})",
               my_name_, numbers_ ? fmt::format("\"user\":{},", my_number_) : "", resumed) +
           "\n";
  }

  std::string reply(const std::string& tag, std::string_view command) {
    const auto [verb, rest] = split_word(command);
    const auto event = [&](std::string_view type, const std::string& fields) {
      return fmt::format("{{\"type\":\"{}\",\"tag\":\"{}\"{}{}}}\n", type, tag, fields.empty() ? "" : ",", fields);
    };
    if (verb == "/rename") {
      const std::string old = std::exchange(my_name_, std::string(rest));
      return event("renamed", fmt::format(R"("old":"{}","name":"{}","addr":"10.9.9.9:1")", old, rest));
    }
    if (verb == "/who") {
      std::string list = fmt::format(R"({{"name":"{}",{}"addr":"10.9.9.9:1"}})", my_name_,
                                     numbers_ ? fmt::format("\"user\":{},", my_number_) : "");
      story_.clear();
      for (const inhabitant& each : people_) {
        list += fmt::format(R"(,{{"name":"{}",{}"addr":"{}"}})", each.name, user(each), each.addr);
        story_.push_back({{}, each.who, each.name, false});
      }
      return event("users", fmt::format(R"("users":[{}],"online":9,"end":true)", list));
    }
    if (verb == "/history") return event("history", R"("messages":0,"more":false)");
    if (verb == "/ping") return event("pong", R"("token":"")");
    if (verb != "/to") return event("ok", "");
    if (const auto known = tags_.find(tag); known != tags_.end()) return known->second;
    const auto [to, text] = split_word(rest);
    const inhabitant* receiver = nullptr;
    if (to.starts_with('@')) {
      const auto found = std::ranges::find(people_, std::stoi(std::string(to.substr(1))), &inhabitant::number);
      if (found != people_.end()) receiver = &*found;
    } else {
      receiver = find(to);
    }
    if (receiver == nullptr) return event("error", R"("code":"no-such-user","problem":"no-such-user","text":"nobody")");
    heard[std::string(text)].push_back(receiver->who);
    const std::string told =
        event("private", fmt::format(R"("id":{},"from":"{}",{}"to":"{}","text":"{}")", ++messages_, my_name_,
                                     numbers_ ? fmt::format("\"user\":{},", my_number_) : "", receiver->name, text));
    tags_[tag] = told;
    return told;
  }

  std::mt19937 random_;
  bool numbers_;
  bool up_ = false;
  bool restarted_ = false;
  soul souls_ = 0;
  int last_number_ = 0;
  int addresses_ = 0;
  int messages_ = 0;
  int my_number_ = 0;
  std::string my_name_;
  std::vector<inhabitant> people_;
  std::map<std::string, std::string> tags_;
  std::map<std::string, soul> souls_at_;
  std::deque<news> pending_;
  std::vector<news> story_;
};

/// The client between a person who types at random and the world.
class life {
 public:
  life(std::uint32_t seed, bool numbers)
      : world_(seed, numbers), numbers_(numbers), here_([this](const std::string& line) -> std::string {
          if (server_is_ == state::deaf) return {};
          std::string reply = world_.answer(line);
          trace_.push_back("> " + line);
          trace_.push_back("< " + reply);
          return server_is_ == state::mute ? std::string() : reply;
        }) {
    here_.interactive = true;
    here_.first_wait = std::chrono::milliseconds(1);
    here_.start();
    settle();
  }

  void step() {
    switch (world_.pick(16)) {
      case 0:
      case 1: world_.arrive(world_.pick(4) != 0); break;
      case 2:
      case 3:
      case 4: world_.rename_one(); break;
      case 5: world_.leave(true); break;
      case 6: world_.leave(world_.pick(2) != 0); break;
      case 7:
      case 8: deliver(1); break;
      case 9: open(); break;
      case 10:
        if (world_.pick(3) == 0) lose(world_.pick(2) == 0);
        break;
      default: talk(); break;
    }
    check();
  }

  std::size_t sent() const { return world_.heard.size(); }
  std::size_t asked() const { return asked_; }
  std::size_t held() const { return held_; }

 private:
  const std::string& prompt() { return here_.screen.prompts.back(); }
  void settle() {
    REQUIRE(here_.until([this] { return here_.screen.status.find("online") != std::string::npos; }));
    for (int idle = 0; idle < 3;) {
      if (here_.io.stopped()) here_.io.restart();
      idle = here_.io.poll() > 0 ? 0 : idle + 1;
    }
    read_question();
  }
  /// What the person reads of a question that has just been asked: a name and an address.
  void read_question() {
    const bool was_open = std::exchange(open_, prompt() == "y or n> ");
    bool found = was_open;
    for (; prompts_ < here_.screen.prompts.size(); ++prompts_) {
      const std::string& each = here_.screen.prompts[prompts_];
      if (each.starts_with(front)) partner_ = each.substr(front.size(), each.size() - front.size() - 2);
    }
    for (; seen_ < here_.screen.shown.size(); ++seen_) {
      const std::string& line = here_.screen.shown[seen_];
      const bool of_held = line.find("Send your lines that wait for them") != std::string::npos;
      if (!open_ || (found && !of_held)) continue;
      for (const std::string words : {" is somebody else now: ", " is at "}) {
        const std::size_t at = line.find(words);
        if (at == std::string::npos) continue;
        const std::size_t name = line.rfind(' ', at - 1) + 1;
        const std::size_t address = at + words.size();
        about_ = line.substr(name, at - name);
        address_ = line.substr(address, line.find_first_of(",;", address) - address);
        found = true;
        held_question_ = of_held;
      }
    }
    REQUIRE((!open_ || found));
  }
  void deliver(std::size_t most) {
    for (std::size_t i = 0; i < most && !world_.empty_handed(); ++i) {
      const std::string told = world_.next();
      trace_.push_back("< " + told);
      here_.server->send(told);
    }
    settle();
    note("delivered");
  }
  void type(const std::string& line) {
    here_.screen.type(line);
    settle();
    note("typed " + line);
  }

  void open() {
    if (!numbers_) deliver(100);  // without numbers nobody can tell who a name means that is changing hands
    const std::string name = world_.pick(2) == 0 ? "bob" : "david";
    if (prompt() == "y or n> ") return answer();
    const int unknown = here_.screen.count("Nobody online is called");
    type("/2 " + name);
    if (here_.screen.count("Nobody online is called") > unknown) return;
    // Opening asks for the list where it is not whole, and that tells the person, too.
    // The prompt may be that of a question about somebody else, which the list has led to.
    REQUIRE((prompt() == "y or n> " || prompt() == "private→" + name + "> "));
    partner_ = name;
    const soul wanted = world_.known_as(name);
    REQUIRE(wanted != nobody);
    chosen_ = {wanted};
  }

  void talk() {
    if (prompt() == "y or n> ") return answer();
    if (!prompt().starts_with("private→")) return open();
    if (!numbers_) deliver(100);
    const std::string text = fmt::format("line-{}", ++lines_);
    promise(text);
    const int waiting = here_.screen.count("waits up to");
    type(text);
    if (here_.screen.count("waits up to") > waiting) ++held_;
    if (prompt() == "y or n> ") ++asked_;
  }

  /// A yes chooses who is at the address that the question names.
  void answer() {
    if (!numbers_) deliver(100);
    if (prompt() != "y or n> ") return;
    if (world_.pick(3) == 0) return type("n");
    if (world_.pick(8) == 0) return type("what?");
    const std::string about = about_;
    const soul now = world_.at(address_);
    for (auto& [text, who] : allowed_) {
      if (names_[text] == about && !confirmed(text) && now != nobody) who.insert(now);
    }
    const bool held = held_question_;
    const bool of_partner = !held || partner_ == about;
    type("y");
    if (!held) chosen_.clear();
    if (of_partner && now != nobody) chosen_.insert(now);
  }

  bool confirmed(const std::string& text) const {
    return std::ranges::any_of(here_.screen.shown,
                               [end = ": " + text](const std::string& line) { return line.ends_with(end); });
  }

  void lose(bool restart) {
    if (world_.pick(2) == 0 && prompt().starts_with("private→")) {  // a line whose answer is lost
      deliver(100);
      const state all[] = {state::well, state::deaf, state::mute};
      server_is_ = all[world_.pick(3)];
      talk_into_the_dark();
      server_is_ = state::well;
    }
    note(restart ? "restart" : "cut");
    restart ? world_.restart() : world_.cut();
    here_.server->drop();
    const int before = here_.server->accepted();
    for (std::size_t i = world_.pick(4); i > 0; --i) world_.arrive(true);
    for (std::size_t i = world_.pick(6); i > 0; --i) world_.rename_one();
    if (world_.pick(2) == 0) world_.leave(true);
    world_.keep_secret();
    REQUIRE(here_.until([&] { return here_.server->accepted() > before && world_.online(); }));
    settle();
    if (restart || !numbers_) chosen_.clear();  // nobody can know who that is now
  }
  /// It is for whom the person has chosen, and waits under the name in the prompt.
  void promise(const std::string& text) {
    allowed_[text] = chosen_;
    names_[text] = partner_;
  }
  void talk_into_the_dark() {
    const std::string text = fmt::format("line-{}", ++lines_);
    promise(text);
    here_.screen.type(text);
    here_.until([&] { return here_.server->count(text) > 0; }, std::chrono::milliseconds(2));
  }

  /// What has happened lately, for the failure.
  std::string story() const {
    constexpr std::size_t most = 60;
    std::string all;
    for (std::size_t i = trace_.size() - std::min(trace_.size(), most); i < trace_.size(); ++i) all += trace_[i] + "\n";
    return all;
  }
  void note(std::string what) {
    trace_.push_back(std::move(what));
    for (; noted_ < here_.screen.shown.size(); ++noted_) trace_.push_back("  " + here_.screen.shown[noted_]);
    for (; errors_ < here_.screen.errors.size(); ++errors_) trace_.push_back("  ! " + here_.screen.errors[errors_]);
    if (!here_.screen.prompts.empty()) trace_.push_back("  " + prompt());
  }

  void check() {
    for (const auto& [text, receivers] : world_.heard) {
      for (const soul receiver : receivers) {
        INFO(text << ", for " << names_[text] << ", reached " << receiver << "; the question was about " << about_
                  << " at " << address_ << "\n"
                  << story());
        REQUIRE(allowed_[text].contains(receiver));
      }
    }
  }

  std::vector<std::string> trace_;
  std::size_t noted_ = 0;
  std::size_t errors_ = 0;
  world world_;
  bool numbers_;
  enum class state { well, deaf, mute } server_is_ = state::well;
  session here_;
  const std::string front = "private→";
  std::set<soul> chosen_;  // whom the typist means
  std::string partner_;    // the name in the prompt
  std::size_t prompts_ = 0;
  bool held_question_ = false;

  int lines_ = 0;
  std::size_t asked_ = 0;
  std::size_t held_ = 0;
  std::size_t seen_ = 0;  // of the lines on the screen
  bool open_ = false;     // there is a question, about
  std::string about_;
  std::string address_;
  std::map<std::string, std::set<soul>> allowed_;
  std::map<std::string, std::string> names_;
};

}  // namespace

TEST_CASE("private chat: no line reaches somebody who was not chosen, whatever happens", "[app][private]") {
  for (const bool numbers : {true, false}) {
    std::size_t sent = 0;
    std::size_t asked = 0;
    std::size_t held = 0;
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
      INFO("numbers " << numbers << ", seed " << seed);
      life one(seed, numbers);
      for (int i = 0; i < 250; ++i) one.step();
      sent += one.sent();
      asked += one.asked();
      held += one.held();
    }
    // It would be easy to be right by saying nothing.
    CHECK(sent > 100);
    CHECK(asked > 10);
    CHECK(held > 3);
  }
}
