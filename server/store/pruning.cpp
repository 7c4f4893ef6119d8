#include "server/store/pruning.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "server/store/schema.hpp"

namespace confab::store {

pruning::pruning(database& in, const options& how)
    : database_(&in),
      options_(how),
      count_(static_cast<std::uint64_t>(in.integer("SELECT count(*) FROM messages"))),
      pages_(in.prepare("PRAGMA page_count")),
      free_pages_(in.prepare("PRAGMA freelist_count")),
      old_span_(in.prepare("SELECT span FROM spans WHERE oldest < ?1 LIMIT 1")),
      old_in_span_(in.prepare("SELECT id FROM messages WHERE id >= ?1 AND id < ?2 AND time < ?3 ORDER BY id LIMIT 1")),
      settle_span_(in.prepare("UPDATE spans SET oldest = coalesce((SELECT min(time) FROM messages WHERE id >= ?2 AND "
                              "id < ?3), oldest) WHERE span = ?1")),
      drop_span_(in.prepare("DELETE FROM spans WHERE span = ?1 AND NOT EXISTS (SELECT 1 FROM messages WHERE id >= ?2 "
                            "AND id < ?3)")),
      drop_spans_below_(in.prepare("DELETE FROM spans WHERE span < ?1")) {
  decide_on_quota();
}

void pruning::change(const options& how) {
  options_.change_to(how);
  remark_.clear();
  quota_ = excess_ = cut_at_ = 0;
  decide_on_quota();
}

void pruning::count(std::uint64_t come, std::uint64_t gone) noexcept {
  count_ += come - gone;
  excess_ -= std::min(excess_, gone);
}

// Nobody's messages go because of a limit that they never heard of.
void pruning::decide_on_quota() {
  if (options_.keep_bytes == 0) return;
  const bool known = database_->integer("SELECT count(*) FROM meta WHERE name = 'quota'") > 0;
  if (!known && !options_.keep_bytes_asked && used_bytes() > options_.keep_bytes) {
    remark_ = fmt::format(
        "the history has {} bytes, more than the {} that --keep-bytes has by default: nothing is removed for that "
        "until the option is given, with any number (0: no limit)",
        used_bytes(), options_.keep_bytes);
    return;
  }
  if (!known) database_->execute("INSERT INTO meta VALUES ('quota', 1)");
  quota_ = options_.keep_bytes;
}

// Of the file, less what is free in it. The log counts with its greatest length, and there is some space for an index
// that grows before it shrinks.
std::uint64_t pruning::used_bytes() {
  const auto ask = [](statement& which) {
    which.with();
    const std::uint64_t number = which.step() ? static_cast<std::uint64_t>(which.integer(0)) : 0;
    which.reset();
    return number;
  };
  const std::uint64_t pages = ask(pages_);
  return (pages - std::min(ask(free_pages_), pages)) * page_bytes + options_.keep_bytes / 6;
}

// Removing messages makes the index larger at first, and smaller when its pieces are merged. So as many go as are too
// much, by the average, and then it is looked again when the index is merged, or so large that it cannot wait.
void pruning::measure(bool index_settles) {
  if (quota_ == 0 || excess_ > 0 || count_ == 0) return;
  const std::uint64_t used = used_bytes();
  if (used <= quota_) {
    cut_at_ = 0;
    return;
  }
  if (cut_at_ > 0 && index_settles && used < cut_at_ + quota_ / 16) return;
  cut_at_ = used;
  // A little more, so that this happens now and then and not all the time.
  const std::uint64_t too_much = used - quota_ + quota_ / 32;
  const double share = static_cast<double>(count_) * static_cast<double>(too_much) / static_cast<double>(used);
  excess_ = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(share), 1, count_);
}

bool pruning::due(std::optional<moment> now, bool index_settles) {
  measure(index_settles);
  const bool aged = now && options_.keep_for.count() > 0;
  return too_many(0) || (aged && old_span(*now - options_.keep_for));
}

// `removed` have gone in this transaction already.
bool pruning::too_many(std::uint64_t removed) const noexcept {
  return removed < excess_ || (options_.keep_messages > 0 && count_ - removed > options_.keep_messages);
}

std::uint64_t pruning::remove_some(std::optional<moment> now, deadline until, message_rows& from,
                                   const remover& remove) {
  std::uint64_t removed = 0;
  if (now && options_.keep_for.count() > 0) removed = remove_old(*now - options_.keep_for, until, remove);
  while (too_many(removed) && (removed == 0 || std::chrono::steady_clock::now() < until)) {
    const auto oldest = from.oldest();
    if (!oldest || !remove(*oldest)) break;
    ++removed;
  }
  if (removed == 0) return 0;
  drop_spans_below_.run(from.oldest().value_or(INT64_MAX) / span_ids);
  from.forget_people(until);
  return removed;
}

std::uint64_t pruning::remove_old(moment before, deadline until, const remover& remove) {
  std::uint64_t removed = 0;
  for (bool more = true; more; more = std::chrono::steady_clock::now() < until) {
    const auto span = old_span(before);
    if (!span) break;
    removed += remove_from_span(*span, before, until, remove);
  }
  return removed;
}

// A span that may have messages from before `before`.
std::optional<std::int64_t> pruning::old_span(moment before) {
  std::optional<std::int64_t> found;
  old_span_.with(before.time_since_epoch().count());
  if (old_span_.step()) found = old_span_.integer(0);
  old_span_.reset();
  return found;
}

// Removes what is from before `before`; if it gets to the end, the span knows its oldest again. Returns how many.
std::uint64_t pruning::remove_from_span(std::int64_t span, moment before, deadline until, const remover& remove) {
  const auto first = span * static_cast<std::int64_t>(span_ids);
  const auto end = first + static_cast<std::int64_t>(span_ids);
  std::uint64_t removed = 0;
  for (std::int64_t next = first;;) {
    old_in_span_.with(next, end, before.time_since_epoch().count());
    if (!old_in_span_.step()) break;
    next = old_in_span_.integer(0) + 1;
    old_in_span_.reset();
    remove(static_cast<std::uint64_t>(next - 1));
    ++removed;
    if (std::chrono::steady_clock::now() >= until) return removed;
  }
  settle_span_.run(span, first, end);
  drop_span_.run(span, first, end);
  return removed;
}

}  // namespace confab::store
