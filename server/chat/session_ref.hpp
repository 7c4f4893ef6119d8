#pragma once

#include <cstdint>

namespace confab::chat {

/// Which session, on which shard: all that the hub knows of a connection, and all that a shard needs to find it.
/// A slot is used again after its session has gone; the generation tells the two apart.
struct session_ref {
  std::uint32_t shard = 0;
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;

  friend bool operator==(const session_ref&, const session_ref&) = default;
};

}  // namespace confab::chat
