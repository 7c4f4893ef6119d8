#include "server/page.hpp"

#include <array>

namespace confab {
namespace {

constexpr std::array files{
    net::web_file{"/", "text/html; charset=utf-8",
                  "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n<title>confab</title>\n"
                  "<p>This is a chat. Come in with <code>nc</code>, with the client <code>confab</code>, or with any "
                  "program that speaks WebSocket, at <code>/ws</code>.\n"
                  "<p lang=zh>这是一个聊天服务器：可用 <code>nc</code>、<code>confab</code> 客户端，"
                  "或任何支持 WebSocket 的程序（<code>/ws</code>）进入。\n",
                  "", "1"}};

}  // namespace

std::span<const net::web_file> page_files() noexcept {
  return files;
}

}  // namespace confab
