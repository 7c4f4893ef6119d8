#include "tests/unit/store/store_support.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <fcntl.h>
#include <future>
#include <signal.h>
#include <stdexcept>
#include <unistd.h>

#include "server/store/message_store.hpp"

namespace confab::store::testing {
namespace {

constexpr std::chrono::seconds patience{20};

template <class Answer>
Answer wait_for(std::future<Answer> coming, bool accepted) {
  Answer answer;
  if (!accepted) {
    answer.error = "refused";
  } else if (coming.wait_for(patience) != std::future_status::ready) {
    answer.error = "no answer";
  } else {
    answer = coming.get();
  }
  return answer;
}

std::string key_of(std::string_view name) {
  std::string key(name);
  for (char& c : key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return key;
}

}  // namespace

options scratch::history() const {
  options how;
  how.file = folder() / "history.db";
  how.retry_pause = std::chrono::milliseconds(20);
  how.prune_interval = std::chrono::milliseconds(5);
  how.busy_timeout = std::chrono::milliseconds(200);
  how.search_time = std::chrono::seconds(20);
  return how;
}

no_files::no_files() {
  ::getrlimit(RLIMIT_NOFILE, &before_);
  rlimit now = before_;
  now.rlim_cur = 200;
  ::setrlimit(RLIMIT_NOFILE, &now);
  for (int fd = 0; fd >= 0;) {
    fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd >= 0) taken_.push_back(fd);
  }
}

no_files::~no_files() {
  for (const int fd : taken_) ::close(fd);
  ::setrlimit(RLIMIT_NOFILE, &before_);
}

small_disk::small_disk(std::uintmax_t size) {
  ::getrlimit(RLIMIT_FSIZE, &before_);
  handler_ = ::signal(SIGXFSZ, SIG_IGN);
  rlimit now = before_;
  now.rlim_cur = static_cast<rlim_t>(size);
  ::setrlimit(RLIMIT_FSIZE, &now);
}

small_disk::~small_disk() {
  ::setrlimit(RLIMIT_FSIZE, &before_);
  ::signal(SIGXFSZ, handler_);
}

moment time_of(std::uint64_t id) {
  return moment(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)) + std::chrono::seconds(id);
}

message said(std::uint64_t id, std::string_view room, std::string_view text) {
  message what;
  what.id = id;
  what.time = time_of(id);
  what.room = std::string(room);
  what.from = "Ann";
  what.addr = "127.0.0.1:4000";
  what.from_key = "ann";
  what.text = text;
  return what;
}

message whispered(std::uint64_t id, std::string_view from, std::string_view to, std::string_view text) {
  message what = said(id, "", text);
  what.from = from;
  what.from_key = key_of(from);
  what.to = to;
  what.to_key = key_of(to);
  return what;
}

writer::events witness::events() {
  writer::events tell;
  tell.settled = [this](const verdict& what) {
    const std::lock_guard lock(mutex_);
    verdicts_.push_back(what);
    come_.notify_all();
  };
  tell.health = [this](bool works, const std::string& reason) {
    const std::lock_guard lock(mutex_);
    if (changes_.empty() || changes_.back() != works) changes_.push_back(works);
    if (!works) reason_ = reason;
    come_.notify_all();
  };
  return tell;
}

bool witness::settled(std::uint64_t number) {
  std::unique_lock lock(mutex_);
  return come_.wait_for(lock, patience, [&] { return !verdicts_.empty() && verdicts_.back().last >= number; });
}

bool witness::health(bool works) {
  std::unique_lock lock(mutex_);
  return come_.wait_for(lock, patience, [&] { return (changes_.empty() || changes_.back()) == works; });
}

std::vector<verdict> witness::verdicts() const {
  const std::lock_guard lock(mutex_);
  return verdicts_;
}

std::vector<bool> witness::health_changes() const {
  const std::lock_guard lock(mutex_);
  return changes_;
}

std::string witness::reason() const {
  const std::lock_guard lock(mutex_);
  return reason_;
}

void keep(const options& how, const std::vector<message>& messages) {
  message_store into(how);
  const std::vector<operation> all(messages.begin(), messages.end());
  into.commit(all, 0);
  while (into.index_due()) into.index_some(std::chrono::steady_clock::now() + std::chrono::seconds(1));
  into.note_highest(0);
}

page ask(reader& whom, const page_request& wanted) {
  const auto answer = std::make_shared<std::promise<page>>();
  const bool accepted = whom.read_page(wanted, [answer](page found) { answer->set_value(std::move(found)); });
  return wait_for(answer->get_future(), accepted);
}

page ask(reader& whom, const search_request& wanted) {
  const auto answer = std::make_shared<std::promise<page>>();
  const bool accepted = whom.search(wanted, [answer](page found) { answer->set_value(std::move(found)); });
  return wait_for(answer->get_future(), accepted);
}

room_list ask_rooms(reader& whom) {
  const auto answer = std::make_shared<std::promise<room_list>>();
  const bool accepted = whom.rooms([answer](room_list found) { answer->set_value(std::move(found)); });
  return wait_for(answer->get_future(), accepted);
}

std::vector<std::uint64_t> ids(const page& of) {
  std::vector<std::uint64_t> all;
  for (const message& each : of.messages) all.push_back(each.id);
  return all;
}

}  // namespace confab::store::testing
