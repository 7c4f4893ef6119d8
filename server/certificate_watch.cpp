#include "server/certificate_watch.hpp"

#include <system_error>
#include <utility>

#include <asio/post.hpp>

namespace confab {
namespace {

std::int64_t seconds_of(certificate_watch::clock::time_point when) {
  return std::chrono::floor<std::chrono::seconds>(when).time_since_epoch().count();
}

}  // namespace

certificate_watch::certificate_watch(asio::io_context& home, std::shared_ptr<spdlog::logger> log, tls_options options,
                                     tls_files first, std::atomic<std::int64_t>& expires,
                                     std::chrono::milliseconds period)
    : home_(home),
      log_(std::move(log)),
      options_(std::move(options)),
      keys_(std::make_shared<net::tls_keys>(first.context)),
      used_(first.stamps),
      seen_(first.stamps),
      expires_(expires),
      period_(period),
      timer_(home) {}

certificate_watch::~certificate_watch() {
  if (reader_.joinable()) reader_.join();
}

void certificate_watch::start() {
  if (!std::exchange(resting_, false)) return;
  expires_.store(seconds_of(keys_->get()->expires()), std::memory_order_relaxed);
  log_->info("the certificate in {} is valid until {}", options_.certificate, day_of(keys_->get()->expires()));
  if (clock::now() < keys_->get()->begins()) {
    log_->warn("the certificate in {} is not valid before {}: clients refuse it until then", options_.certificate,
               day_of(keys_->get()->begins()));
  }
  warn();
  if (!looking_) wait();
}

void certificate_watch::rest() {
  resting_ = true;
  timer_.cancel();
  expires_.store(0, std::memory_order_relaxed);
}

void certificate_watch::stop() {
  stopped_ = true;
  timer_.cancel();
  if (reader_.joinable()) reader_.join();
}

void certificate_watch::wait() {
  timer_.expires_after(period_);
  timer_.async_wait([this](const std::error_code& error) {
    if (!error && !stopped_ && !resting_) look();
  });
}

void certificate_watch::look() {
  warn();
  try {
    reader_ = std::thread([this, options = options_, seen = seen_, round = round_] {
      const tls_stamps stamps = stamps_of(options);
      auto what = std::make_shared<found>();
      if (stamps != seen) {
        std::visit([&](auto&& each) { *what = std::forward<decltype(each)>(each); }, read_tls_files(options));
      }
      asio::post(home_, [this, round, stamps, what] { done(round, stamps, std::move(*what)); });
    });
    looking_ = true;
  } catch (const std::system_error&) {
    wait();  // no thread to be had: next time
  }
}

void certificate_watch::done(std::uint64_t round, const tls_stamps& stamps, found what) {
  if (reader_.joinable()) reader_.join();  // its last step was to post this
  looking_ = false;
  if (stopped_ || resting_) return;
  wait();
  if (round != round_) return;  // a reload has read them meanwhile
  if (auto* const fault = std::get_if<tls_files_fault>(&what)) {
    seen_ = stamps;
    log_->error("the new certificate is not used, and the old one stays: {}", fault->why);
  } else if (auto* const fresh = std::get_if<tls_files>(&what)) {
    seen_ = fresh->stamps;
    const std::string why = why_not_instead(*fresh->context, *keys_->get(), clock::now());
    if (why.empty()) return use(std::move(*fresh));
    log_->error("the new certificate is not used, and the old one stays: {}: {}", options_.certificate, why);
  }
}

void certificate_watch::use(tls_files fresh) {
  keys_->set(fresh.context);
  used_ = fresh.stamps;
  if (resting_) return;  // start() says it
  expires_.store(seconds_of(fresh.context->expires()), std::memory_order_relaxed);
  log_->info("the certificate in {} is new, and valid until {}", options_.certificate,
             day_of(fresh.context->expires()));
  notice_.begin();
  warn();
}

bool certificate_watch::take(tls_options options, tls_files fresh) {
  const bool is_new = fresh.stamps != used_ || options != options_;
  ++round_;
  options_ = std::move(options);
  seen_ = fresh.stamps;
  if (is_new) use(std::move(fresh));
  return is_new;
}

void certificate_watch::warn() {
  const std::string text = notice_.look(clock::now(), keys_->get()->expires());
  if (!text.empty()) log_->warn("the certificate in {} {}", options_.certificate, text);
}

}  // namespace confab
