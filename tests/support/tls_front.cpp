#include "tests/support/tls_front.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <utility>

namespace confab::test {
namespace {

using ssl_ptr = std::unique_ptr<SSL, void (*)(SSL*)>;
using piece = std::array<char, 4096>;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

ssl_ptr make_session(const tls_manners& how) {
  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  const std::unique_ptr<BIO, int (*)(BIO*)> own(BIO_new_mem_buf(how.own.chain.c_str(), -1), BIO_free);
  const std::unique_ptr<BIO, int (*)(BIO*)> key_text(BIO_new_mem_buf(how.own.key.c_str(), -1), BIO_free);
  const std::unique_ptr<X509, void (*)(X509*)> leaf(PEM_read_bio_X509(own.get(), nullptr, nullptr, nullptr), X509_free);
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
      PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  SSL_CTX_set_max_proto_version(context.get(), how.newest);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_security_level(context.get(), 0);
  if (SSL_CTX_use_certificate(context.get(), leaf.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    throw std::runtime_error("OpenSSL does not take the front's certificate");
  }
  ssl_ptr session(SSL_new(context.get()), SSL_free);
  SSL_set_bio(session.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_accept_state(session.get());
  return session;
}

/// What can be read now; `ended`: nothing ever will.
std::string receive(const unique_fd& from, bool& ended) {
  piece bytes{};
  const ssize_t count = ::recv(from.get(), bytes.data(), bytes.size(), 0);
  ended = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
  return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::string();
}

/// Sends what goes, and removes it; false when the connection is broken.
bool send_some(const unique_fd& to, std::string& bytes, std::size_t at_a_time) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(to.get(), bytes.data(), std::min(bytes.size(), at_a_time), MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    bytes.erase(0, static_cast<std::size_t>(count));
  }
  return true;
}

unique_fd accept_from(const unique_fd& listener) {
  unique_fd fresh(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  const int on = 1;
  if (fresh) ::setsockopt(fresh.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fresh;
}

}  // namespace

struct tls_front::link {
  tls_manners how;
  unique_fd client;
  unique_fd server;
  ssl_ptr session{nullptr, SSL_free};
  std::string to_client{};
  std::string to_server{};
  bool agreed = false;        ///< the handshake is through
  bool client_ended = false;  ///< says nothing more
  bool server_ended = false;  ///< the same, and the client was told
  bool failed = false;        ///< ends when what waits has been written

  bool in_the_clear() const { return how.silent || !how.instead.empty(); }
};

tls_front::tls_front(endpoint server, tls_manners how)
    : server_(std::move(server)), how_(std::move(how)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  listener_ = unique_fd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = static_cast<sockaddr*>(static_cast<void*>(&address));
  if (!wake_ || !listener_ || ::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 128) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0)
    fail("a TLS front");
  at_ = {"127.0.0.1", ntohs(address.sin_port)};
  thread_ = std::thread([this] { run(); });
}

tls_front::~tls_front() {
  stop_ = true;
  ::eventfd_write(wake_.get(), 1);
  thread_.join();
}

void tls_front::behave(tls_manners how) {
  const std::lock_guard lock(guard_);
  how_ = std::move(how);
}

void tls_front::cut() {
  cut_ = true;
  ::eventfd_write(wake_.get(), 1);
}

std::string tls_front::asked_for() const {
  const std::lock_guard lock(guard_);
  return asked_for_;
}

void tls_front::run() {
  std::vector<pollfd> waiting;
  while (!stop_) {
    waiting.clear();
    waiting.push_back({wake_.get(), POLLIN, 0});
    waiting.push_back({listener_.get(), POLLIN, 0});
    const auto watch = [&](const unique_fd& one, bool reads, bool writes) {
      const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
      waiting.push_back({events == 0 ? -1 : one.get(), static_cast<short>(events), 0});
    };
    for (const auto& each : links_) {
      watch(each->client, !each->client_ended && each->to_server.empty(), !each->to_client.empty());
      watch(each->server, each->agreed && !each->server_ended && each->to_client.empty(), !each->to_server.empty());
    }
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
    eventfd_t ignored = 0;
    ::eventfd_read(wake_.get(), &ignored);
    if (cut_.exchange(false)) links_.clear();
    std::erase_if(links_, [this](const auto& each) { return !serve(*each); });
    if ((waiting[1].revents & POLLIN) != 0) accept_one();
  }
}

void tls_front::accept_one() {
  auto fresh = std::make_unique<link>();
  fresh->client = accept_from(listener_);
  if (!fresh->client) return;
  {
    const std::lock_guard lock(guard_);
    fresh->how = how_;
  }
  fresh->to_client = fresh->how.instead;
  if (!fresh->in_the_clear()) {
    fresh->session = make_session(fresh->how);
    fresh->server = start_connecting(server_);
  }
  links_.push_back(std::move(fresh));
  ++accepted_;
}

/// False when it is over.
bool tls_front::serve(link& served) {
  const std::string raw = served.client_ended ? std::string() : receive(served.client, served.client_ended);
  if (!served.in_the_clear()) {
    ERR_clear_error();
    BIO_write(SSL_get_rbio(served.session.get()), raw.data(), static_cast<int>(raw.size()));
    if (!served.agreed && !served.failed) shake_hands(served);
    if (served.agreed) {
      pass_up(served);
      pass_down(served);
    }
    piece bytes{};
    for (int count = 0; (count = BIO_read(SSL_get_wbio(served.session.get()), bytes.data(), bytes.size())) > 0;) {
      served.to_client.append(bytes.data(), static_cast<std::size_t>(count));
    }
  }
  const bool cut = served.to_client.size() >= served.how.cut_after;
  if (cut) served.to_client.resize(served.how.cut_after);
  const std::size_t before = served.to_client.size();
  const bool whole = send_some(served.client, served.to_client, served.how.byte_by_byte ? 1 : SIZE_MAX);
  served.how.cut_after -= std::min(served.how.cut_after, before - served.to_client.size());
  // Whoever says goodbye waits for that of the other.
  const bool over = cut || served.failed || served.client_ended || (served.server_ended && !served.how.says_goodbye);
  return whole && !(over && served.to_client.empty());
}

void tls_front::shake_hands(link& with) {
  const int done = SSL_do_handshake(with.session.get());
  with.agreed = done == 1;
  with.failed = !with.agreed && SSL_get_error(with.session.get(), done) != SSL_ERROR_WANT_READ;
  if (!with.agreed) return;
  const char* const host = SSL_get_servername(with.session.get(), TLSEXT_NAMETYPE_host_name);
  const std::lock_guard lock(guard_);
  asked_for_ = host == nullptr ? "" : host;
  ++handshakes_;
}

/// From the client to the server, to which its end is passed on as well.
void tls_front::pass_up(link& from) {
  piece bytes{};
  int count = 0;
  while ((count = SSL_read(from.session.get(), bytes.data(), bytes.size())) > 0) {
    from.to_server.append(bytes.data(), static_cast<std::size_t>(count));
  }
  if (!from.client_ended && SSL_get_error(from.session.get(), count) == SSL_ERROR_ZERO_RETURN) {
    from.client_ended = true;
    ++goodbyes_;
  }
  send_some(from.server, from.to_server, SIZE_MAX);
}

void tls_front::pass_down(link& to) {
  if (to.server_ended) return;
  const std::string bytes = receive(to.server, to.server_ended);
  if (!bytes.empty()) SSL_write(to.session.get(), bytes.data(), static_cast<int>(bytes.size()));
  if (to.server_ended && to.how.says_goodbye) SSL_shutdown(to.session.get());
}

}  // namespace confab::test
