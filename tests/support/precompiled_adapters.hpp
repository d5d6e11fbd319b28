// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_PRECOMPILED_ADAPTERS_HPP
#define HWC_TESTS_SUPPORT_PRECOMPILED_ADAPTERS_HPP

// What many tests of the adapters include, precompiled with HWC_TEST_PRECOMPILE.
#include <hwc/beast/async_transport.hpp>
#include <hwc/beast/multiplexer.hpp>
#include <hwc/beast/server.hpp>
#include <hwc/beast/transport.hpp>
#include <hwc/client.hpp>
#include <hwc/curl/multiplexed.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/fake/identity.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/send_all.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/refreshing.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <thread>

#endif  // HWC_TESTS_SUPPORT_PRECOMPILED_ADAPTERS_HPP
