#include "server/reload.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <exception>
#include <stdexcept>
#include <sys/signalfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <asio/post.hpp>

#include "common/safe_text.hpp"

namespace confab {
namespace {

std::int64_t seconds_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
}

sigset_t only_hangups() {
  sigset_t out;
  ::sigemptyset(&out);
  ::sigaddset(&out, SIGHUP);
  return out;
}

void mask_hangups(int how) {
  const sigset_t hangup = only_hangups();
  ::pthread_sigmask(how, &hangup, nullptr);
}

int open_hangups() {
  const sigset_t hangup = only_hangups();
  const int out = ::signalfd(-1, &hangup, SFD_NONBLOCK | SFD_CLOEXEC);
  if (out < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  return out;
}

bool has(const std::vector<reload_asker>& all, const reload_asker& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

reload::reload(asio::io_context& home, std::shared_ptr<spdlog::logger> log, describe base, apply to_apply, events tell)
    : home_(home),
      log_(std::move(log)),
      base_(std::move(base)),
      apply_(std::move(to_apply)),
      tell_(std::move(tell)),
      hangups_(home, open_hangups()) {
  counts_.last_success = seconds_now();
}

reload::~reload() {
  if (reader_.joinable()) reader_.join();
}

void reload::stop() {
  end();
  stopped_ = true;
  hangups_.close();
  if (reader_.joinable()) reader_.join();
}

void reload::wait() {
  hangups_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const std::error_code& error) {
    if (error || stopped_) return;  // one that had come before stop() is told without an error
    take_hangups();
    wait();
  });
}

void reload::take_hangups() {
  signalfd_siginfo each{};
  while (::read(hangups_.native_handle(), &each, sizeof each) == static_cast<ssize_t>(sizeof each)) {
    if (each.ssi_code == SI_QUEUE) {
      const reload_asker one{each.ssi_ptr};
      if (has(askers_, one) || has(answering_, one)) continue;  // asks again, since it takes long
      if (askers_.size() < most_askers) askers_.push_back(one);
    }
    request();
  }
}

void reload::request() {
  if (ended_) return;
  if (busy_) {
    again_ = true;
    return;
  }
  begin();
}

void reload::begin() {
  busy_ = true;
  answering_ = std::exchange(askers_, {});
  if (tell_.begins) tell_.begins();
  try {
    reader_ = std::thread([this, base = base_()] { prepare(base); });
  } catch (const std::system_error& failed) {
    asio::post(home_, [this, why = std::string(failed.what())] { done(why); });
  }
}

// On the reader's thread.
void reload::prepare(const reload_base& base) {
  auto found = std::make_shared<result>(prepare_reload(base));
  asio::post(home_, [this, found] { done(std::move(*found)); });
}

void reload::done(result found) {
  if (reader_.joinable()) reader_.join();  // its last step was to post this
  if (!ended_) take(std::move(found));
  answering_.clear();
  busy_ = false;
  if (tell_.ends && !ended_) tell_.ends();
  if (std::exchange(again_, false)) request();
}

void reload::take(result found) {
  if (const auto* const why = std::get_if<std::string>(&found)) return fail(*why);
  reload_news news;
  try {
    news = apply_(std::move(std::get<reload_input>(found)));
  } catch (const std::runtime_error& failed) {
    return fail(make_safe(failed.what()));
  }
  succeed(news);
}

void reload::succeed(const reload_news& news) {
  counts_.succeeded.fetch_add(1, std::memory_order_relaxed);
  counts_.last_success.store(seconds_now(), std::memory_order_relaxed);
  std::string all = news.text;
  log_->info("{}", news.text);
  for (const std::string& each : news.warnings) {
    log_->warn("{}", each);
    all += '\n' + each;
  }
  for (const reload_asker& each : answering_) answer(each, true, all);
}

void reload::fail(const std::string& why) {
  counts_.failed.fetch_add(1, std::memory_order_relaxed);
  log_->error("not reloaded, nothing has changed: {}", why);
  for (const reload_asker& each : answering_) answer(each, false, why);
}

void block_hangups() {
  mask_hangups(SIG_BLOCK);
}

void unblock_hangups() {
  mask_hangups(SIG_UNBLOCK);
}

bool hangups_ignored() {
  struct sigaction now {};
  ::sigaction(SIGHUP, nullptr, &now);
  return now.sa_handler == SIG_IGN;
}

}  // namespace confab
