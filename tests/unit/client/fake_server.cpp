#include "tests/unit/client/fake_server.hpp"

#include <algorithm>
#include <istream>

#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <fmt/format.h>

#include "common/utf8.hpp"

using asio::ip::tcp;

fake_server::fake_server(asio::io_context& io, answer reply, std::uint16_t port)
    : reply_(std::move(reply)),
      acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), port)),
      port_(acceptor_.local_endpoint().port()) {
  accept();
}

fake_server::~fake_server() {
  *alive_ = false;
  drop();
}

void fake_server::accept() {
  acceptor_.async_accept([this, alive = alive_](std::error_code failure, tcp::socket socket) {
    if (failure || !*alive) return;
    ++accepted_;
    std::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    peers_.push_back(std::make_shared<peer>(std::move(socket)));
    read(peers_.back());
    accept();
  });
}

void fake_server::read(const std::shared_ptr<peer>& from) {
  asio::async_read_until(from->socket, from->input, '\n',
                         [this, from, alive = alive_](std::error_code failure, std::size_t) {
                           if (!*alive) return;
                           if (failure) {
                             peers_.remove(from);
                             return;
                           }
                           std::istream stream(&from->input);
                           std::string line;
                           std::getline(stream, line);
                           lines_.push_back(line);
                           const std::string reply = reply_(line);
                           if (!reply.empty()) write(*from, reply);
                           if (line == "/quit") {
                             from->socket.close();
                             peers_.remove(from);
                             return;
                           }
                           read(from);
                         });
}

/// What the tests send fits into the socket's buffer.
void fake_server::write(peer& to, const std::string& bytes) {
  std::error_code ignored;
  asio::write(to.socket, asio::buffer(bytes), ignored);
}

void fake_server::send(const std::string& bytes) {
  for (const auto& each : peers_) write(*each, bytes);
}

void fake_server::drop() {
  std::error_code ignored;
  for (const auto& each : peers_) each->socket.close(ignored);
  peers_.clear();
}

std::size_t fake_server::count(std::string_view part) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(lines_, [part](const std::string& line) { return line.find(part) != std::string::npos; }));
}

std::string polite_welcome() {
  return R"({"type":"welcome","server":"fake","version":"1","name":"127.0.0.1:9","addr":"127.0.0.1:9","online":2,"limits":{"line":4096,"name":32,"idle":300}})"
         "\n";
}

std::string polite_answer(const std::string& line) {
  using confab::utf8::split_word;
  if (line == "/json on") return polite_welcome();
  auto [word, rest] = split_word(line);
  if (word == "/ping") return fmt::format("{{\"type\":\"pong\",\"token\":\"{}\"}}\n", rest);
  if (word == "/quit") return "{\"type\":\"bye\",\"reason\":\"quit\"}\n";
  if (word != "/tag") return {};
  const auto [tag, command] = split_word(rest);
  const auto [verb, argument] = split_word(command);
  const auto refuse = [tag = tag](std::string_view code) {
    return fmt::format(R"({{"type":"error","tag":"{}","code":"{}","problem":"{}","text":"refused"}})", tag, code,
                       code) +
           "\n";
  };
  std::string reply;
  if (verb == "/rename") {
    if (argument == "taken") return refuse("name-in-use");
    reply = fmt::format(R"("renamed","tag":"{}","old":"127.0.0.1:9","name":"{}")", tag, argument);
  } else if (verb == "/say") {
    reply = fmt::format(R"("message","id":1,"tag":"{}","from":"ann","text":"{}")", tag, argument);
  } else if (verb == "/who") {
    reply = fmt::format(R"("users","tag":"{}","users":[{{"name":"ann"}},{{"name":"bob"}}],"online":2,"end":true)", tag);
  } else if (verb == "/to" || verb == "to") {
    const auto [name, text] = split_word(argument);
    if (name != "bob") return refuse("no-such-user");
    reply = fmt::format(R"("private","id":2,"tag":"{}","from":"ann","to":"bob","text":"{}")", tag, text);
  } else if (verb == "/ping") {
    reply = fmt::format(R"("pong","tag":"{}","token":"{}")", tag, argument);
  } else {
    return refuse("unknown-command");
  }
  return "{\"type\":" + reply + "}\n";
}

bool run_until(asio::io_context& io, const std::function<bool()>& done, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) return false;
    if (io.stopped()) io.restart();
    io.run_one_for(std::min<std::chrono::steady_clock::duration>(deadline - now, std::chrono::milliseconds(50)));
  }
  return true;
}
