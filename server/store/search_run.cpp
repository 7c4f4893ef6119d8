#include "server/store/search_run.hpp"

#include <algorithm>
#include <utility>

namespace confab::store {
namespace {

bool may_see(const search_request& wanted, const message& what) {
  const view& who = wanted.who;
  if (!wanted.with.empty()) {
    return what.is_whisper() && ((what.from_key == who.person && what.to_key == wanted.with) ||
                                 (what.from_key == wanted.with && what.to_key == who.person));
  }
  if (!what.is_whisper()) return std::find(who.rooms.begin(), who.rooms.end(), what.room) != who.rooms.end();
  return !who.person.empty() && (what.from_key == who.person || what.to_key == who.person);
}

}  // namespace

search_run::search_run(search_request wanted)
    : wanted_(std::move(wanted)),
      words_(wanted_.words),
      before_(std::min<std::uint64_t>(wanted_.before, INT64_MAX)),
      over_(wanted_.with.empty() ? words_.empty() || (wanted_.who.rooms.empty() && wanted_.who.person.empty())
                                 : wanted_.who.person.empty()) {
  wanted_.limit = std::clamp<std::size_t>(wanted_.limit, 1, max_limit);
}

void search_run::resume(clock::time_point until, const std::atomic<bool>& stop) noexcept {
  until_ = until;
  stop_ = &stop;
}

bool search_run::consider(message candidate) {
  before_ = candidate.id;
  const bool early = !wanted_.before_time || candidate.time < *wanted_.before_time;
  if (early && may_see(wanted_, candidate) && words_.matches(candidate.text) && !add(std::move(candidate))) {
    return false;
  }
  return !*stop_ && clock::now() < until_;
}

// False when it finds no room, and that was enough.
bool search_run::add(message found) {
  const std::size_t bytes = told_bytes(found);
  const bool full =
      found_.messages.size() == wanted_.limit || (!found_.messages.empty() && bytes_ + bytes > wanted_.max_bytes);
  if (full) {
    found_.more = over_ = true;
    return false;
  }
  bytes_ += bytes;
  found_.messages.push_back(std::move(found));
  return true;
}

page search_run::take() {
  found_.complete = over_;
  std::reverse(found_.messages.begin(), found_.messages.end());
  return std::move(found_);
}

}  // namespace confab::store
