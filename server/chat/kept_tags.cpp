#include "server/chat/kept_tags.hpp"

#include <algorithm>
#include <utility>

namespace confab::chat {

std::string kept_tags::key(std::uint64_t scope, std::string_view tag) {
  std::string out(reinterpret_cast<const char*>(&scope), sizeof scope);
  out.append(tag);
  return out;
}

void kept_tags::add(const store::message& kept, moment now, std::chrono::seconds window) {
  if (kept.scope == 0 || kept.tag.empty()) return;
  // The clock may have been set back since.
  const auto age = std::max(now.wall - kept.time, std::chrono::system_clock::duration(0));
  if (age > window) return;
  entry fresh{kept.id, kept.time, kept.room.name, kept.to, std::hash<std::string_view>()(kept.text), kept.kind, {}};
  fresh.until = now.steady + window - std::chrono::duration_cast<std::chrono::steady_clock::duration>(age);
  last_until_ = std::max(last_until_, fresh.until);
  entry& place = by_tag_[key(kept.scope, kept.tag)];
  if (place.id < fresh.id) place = std::move(fresh);
}

const kept_tags::entry* kept_tags::find(std::uint64_t scope, std::string_view tag,
                                        std::chrono::steady_clock::time_point now) const {
  if (by_tag_.empty() || scope == 0) return nullptr;
  const auto found = by_tag_.find(key(scope, tag));
  return found == by_tag_.end() || now > found->second.until ? nullptr : &found->second;
}

void kept_tags::forget(std::chrono::steady_clock::time_point now) {
  if (now > last_until_) std::unordered_map<std::string, entry>().swap(by_tag_);
}

}  // namespace confab::chat
