#pragma once

#include <chrono>
#include <string>
#include <string_view>

/// What is answered over HTTP. Pure; any thread.
namespace confab::net {

struct http_answer {
  int status = 200;
  std::string body;
  std::string_view type = "text/plain; charset=utf-8";
};

/// What a status means, in a few words: of those that we answer with.
std::string_view words_of(int status) noexcept;

/// What an answer of that status must have in its head besides, each field with its end; mostly nothing.
std::string_view extra_fields(int status) noexcept;

/// An answer that says in words what the status means.
http_answer refusal_of(int status);

/// The answer on the wire; with `head_only` without its body. It is the last on its connection, and nobody keeps it.
std::string render(const http_answer& answer, bool head_only, std::chrono::system_clock::time_point now);

}  // namespace confab::net
