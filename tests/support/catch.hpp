#pragma once

// The only file that includes Catch2: the tests know neither its version nor where it lives.
// The string makers let a failing CHECK show what an optional, a variant, a pair or a tuple holds.
#define CATCH_CONFIG_ENABLE_ALL_STRINGMAKERS
#include <catch2/catch.hpp>
