#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "server/net/network.hpp"

namespace confab::net {

/// How many connections from one address ask over HTTP, or are WebSocket and nobody yet. Users do not count. One for
/// all web listeners; any thread.
class web_places {
 public:
  static constexpr std::size_t of_one_address = 16;

  /// A place that is taken, until this goes. One that was moved from takes none.
  class taken {
   public:
    taken() = default;
    taken(taken&& other) noexcept : all_(std::move(other.all_)), whose_(other.whose_) {}
    taken& operator=(taken&& other) noexcept {
      std::swap(all_, other.all_);
      std::swap(whose_, other.whose_);
      return *this;
    }
    ~taken() { give_back(); }

    void give_back() noexcept {
      if (const auto all = std::exchange(all_, nullptr)) all->give_back(whose_);
    }
    explicit operator bool() const noexcept { return all_ != nullptr; }

   private:
    friend class web_places;
    taken(std::shared_ptr<web_places> all, const ip_bytes& whose) noexcept : all_(std::move(all)), whose_(whose) {}

    std::shared_ptr<web_places> all_;
    ip_bytes whose_{};
  };

  /// A place for that address, which may be the 0 of those who have none: these are not counted. Empty: it has as many
  /// as one may.
  static taken take(const std::shared_ptr<web_places>& from, const ip_bytes& whose);

 private:
  void give_back(const ip_bytes& whose) noexcept;

  std::mutex mutex_;
  std::map<ip_bytes, std::size_t> counts_;  // of those who have any
};

}  // namespace confab::net
