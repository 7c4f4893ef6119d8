#include "server/store/operation.hpp"

namespace confab::store {
namespace {

std::size_t text_bytes(const message& what) {
  return what.room.name.size() + what.from.size() + what.addr.size() + what.from_key.size() + what.to.size() +
         what.to_key.size() + what.text.size() + what.tag.size();
}

std::size_t text_bytes(const recall& what) {
  return what.by.size() + what.by_addr.size();
}

std::size_t text_bytes(const room_end& what) {
  return what.room.name.size();
}

}  // namespace

std::size_t bytes_of(const operation& what) {
  return sizeof(operation) + std::visit([](const auto& each) { return text_bytes(each); }, what);
}

std::size_t bytes_of(std::span<const operation> all) {
  std::size_t bytes = 0;
  for (const operation& each : all) bytes += bytes_of(each);
  return bytes;
}

bool is_owed(const operation& what) noexcept {
  return !std::holds_alternative<message>(what);
}

}  // namespace confab::store
