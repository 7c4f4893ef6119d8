#pragma once

#include <string>
#include <string_view>

namespace confab::test {

/// A record of TLS 1.3 with TLS_AES_128_GCM_SHA256 as a client sends it, with whatever in it: what no library would
/// write. `secret` is the client's traffic secret in hexadecimal, `number` counts the records that it has sent with it,
/// from 0 on; `type` is 22 for messages of a handshake, 23 for data.
std::string tls_record(const std::string& secret, unsigned char number, unsigned char type, std::string_view content);

}  // namespace confab::test
