#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/problems.hpp"
#include "common/protocol/events.hpp"
#include "server/chat/asker.hpp"
#include "server/chat/dispatch.hpp"
#include "server/chat/moment.hpp"
#include "server/chat/rooms.hpp"
#include "server/chat/user.hpp"

namespace confab::chat {

/// Collects what the hub says during a turn, rendered at once, as one dispatch a shard. On the hub's thread.
class outbound {
 public:
  outbound(std::size_t shard_count, language lang);

  /// Starts a turn; what the one before said must have been taken or delivered. Memory is used again where nobody holds
  /// it.
  void begin(moment now);

  /// The dispatches of this turn, by shard. They may be moved from.
  std::span<dispatch> dispatches() noexcept { return dispatches_; }

  /// Gives up this turn's broadcast to those who have taken the dispatches, on whichever thread they are.
  void release_broadcast() noexcept { broadcast_.reset(); }

  /// How many bytes this turn has said so far: to all and to rooms in the longest format, and to single users together.
  /// Nobody hears more.
  std::size_t bytes() const noexcept;

  /// How many bytes shards have to write of that, to all users together.
  std::uint64_t deliveries() const noexcept;

  /// How many lines it has said since the start, each counted for every device that it was for. Of rooms about.
  std::uint64_t told() const noexcept { return told_; }
  /// How often it has answered with each problem since the start.
  const std::array<std::uint64_t, problem_count>& refused() const noexcept { return refused_; }

  /// To everybody.
  template <class Event>
  void to_all(const Event& what) {
    for (const wire_format as : all_formats) to_format(as, what);
  }

  /// To everybody who is spoken to in format `as`.
  template <class Event>
  void to_format(wire_format as, const Event& what) {
    if (listeners_[static_cast<std::size_t>(as)] == 0) return;
    render(as, lines(as), context(as), what);
    told_ += listeners_[static_cast<std::size_t>(as)];
  }

  /// To all but the devices of `who`.
  template <class Event>
  void to_others(const user& who, const Event& what) {
    const position before = here();
    to_all(what);
    who.for_each_device([&](const device& each) { skip(each, before); });
  }

  /// To all who get what is said in a room, but for one device (may be null): other devices of its user get it.
  template <class Event>
  void say_in(const room& where, const device* except, const Event& what) {
    if (where.number != rooms::lobby_number) return to_members(where, except, what);
    if (except == nullptr) return to_all(what);
    const position before = here();
    to_all(what);
    skip(*except, before);
  }

  /// An answer, with the tag of the command.
  template <class Event>
  void reply(const asker& to, const Event& what) {
    say_to(*to.on, tagged(to), what);
  }
  /// The same, and without the tag to the other devices of the asker.
  template <class Event>
  void reply_on_all(const asker& to, const Event& what) {
    reply(to, what);
    tell_others_of(to, what);
  }
  /// To the other devices of the asker.
  template <class Event>
  void tell_others_of(const asker& from, const Event& what) {
    from->for_each_device([&](const device& each) {
      if (&each != from.on) tell(each, what);
    });
  }
  /// The answer of a command that was not done.
  void reply_error(const asker& to, problem what, std::string_view detail = {}) {
    ++refused_[static_cast<std::size_t>(what)];
    reply(to, event::error{what, detail});
  }

  /// To one device, which did not ask for it.
  template <class Event>
  void tell(const device& to, const Event& what) {
    say_to(to, context(to.format), what);
  }
  /// To all devices of a user.
  template <class Event>
  void tell(const user& who, const Event& what) {
    who.for_each_device([&](const device& each) { tell(each, what); });
  }

  /// The same about something that happened at `time`.
  template <class Event>
  void reply_at(const asker& to, std::chrono::system_clock::time_point time, const Event& what) {
    const std::string words = to.on->format == wire_format::json ? format_time(time) : std::string();
    const std::string stamp = has_times(to.on->format) ? format_stamp(time) : std::string();
    render_context at = context_;
    at.tag = to.tag;
    at.time = words;
    at.stamp = stamp;
    say_to(*to.on, at, what);
  }

  /// From here on `who` gets what is said to all, and to its rooms; until exit or close.
  void enter(device& who);
  void exit(device& who);
  /// From here on `who` is spoken to in format `as`.
  void set_format(device& who, wire_format as);
  /// `who` gets nothing more, and its connection ends when all has been written.
  void close(device& who, farewell why = farewell::bye);
  /// Of which rooms `who` gets what is said there.
  void enter_room(const device& who, const room& where);
  void leave_room(const device& who, const room& where);
  void drop_room(const room& gone);
  /// Flow control around paged replies: see dispatch_item.
  void hold(const device& who) { push(who, dispatch_item::kind::hold, here(), 0, 0); }
  void drain(const device& who) { push(who, dispatch_item::kind::drain, here(), 0, 0); }
  void resume(const device& who) { push(who, dispatch_item::kind::resume, here(), 0, 0); }

  language lang() const noexcept { return context_.lang; }
  /// Of what is said from here on.
  void set_language(language lang) noexcept { context_.lang = lang; }

 private:
  template <class Event>
  void to_members(const room& where, const device* except, const Event& what) {
    room_stretch stretch{sizes(broadcast_->room_lines), {}};
    for (const wire_format as : all_formats) {
      if (listeners_[static_cast<std::size_t>(as)] == 0) continue;
      render(as, broadcast_->room_lines[static_cast<std::size_t>(as)], context(as), what);
    }
    stretch.end = sizes(broadcast_->room_lines);
    to_rooms_ += longest(stretch) * where.devices;
    told_ += where.devices - (except == nullptr ? 0 : 1);
    push_room(where, except, stretch);
  }
  template <class Event>
  void say_to(const device& who, const render_context& with, const Event& what) {
    if (who.detached) return;
    std::string& bytes = dispatches_[who.session.shard].direct;
    const std::size_t begin = bytes.size();
    render(who.format, bytes, with, what);
    if (bytes.size() > begin) ++told_;  // some things need no words
    push_direct(who, begin);
  }
  std::string& lines(wire_format as) noexcept { return broadcast_->lines[static_cast<std::size_t>(as)]; }
  render_context context(wire_format as);
  render_context tagged(const asker& to) {
    render_context with = context(to.on->format);
    with.tag = to.tag;
    return with;
  }
  static std::uint64_t longest(const room_stretch& stretch) noexcept;
  static position sizes(const std::array<std::string, format_count>& of) noexcept;
  position here() const noexcept { return sizes(broadcast_->lines); }
  // The line that was said to all since `before` is not for it.
  void skip(const device& who, const position& before) {
    if (!who.subscribed) return;
    --told_;
    push(who, dispatch_item::kind::skip, before, here()[static_cast<std::size_t>(who.format)], 0);
  }
  void push(const device& who, dispatch_item::kind what, const position& at, std::size_t begin, std::size_t size);
  void push_direct(const device& who, std::size_t begin);
  void push_room(const room& where, const device* except, const room_stretch& stretch);

  std::vector<dispatch> dispatches_;
  std::shared_ptr<broadcast> broadcast_;
  std::uint64_t to_rooms_ = 0;                         // bytes of this turn, to all members together, about
  std::array<std::size_t, format_count> listeners_{};  // a format that nobody hears is not rendered
  std::uint64_t told_ = 0;
  std::array<std::uint64_t, problem_count> refused_{};
  std::chrono::system_clock::time_point now_;
  std::string time_;
  std::string stamp_;  // of now; empty until somebody wants it
  render_context context_;
};

}  // namespace confab::chat
