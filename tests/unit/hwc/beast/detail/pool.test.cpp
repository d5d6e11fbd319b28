// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/detail/pool.hpp>

#include <hwc/beast/detail/connection.hpp>
#include <hwc/beast/detail/settings.hpp>
#include <hwc/beast/options.hpp>

#include "support/counting_allocator.hpp"

#include <doctest/doctest.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

#include <cstddef>
#include <list>
#include <memory>

namespace {

namespace asio = boost::asio;
using hwc::beast::detail::connection;
using hwc::beast::detail::idle_list;
using hwc::beast::detail::pool;
using hwc::beast::detail::pool_keeper;
using hwc::beast::detail::settings;

std::shared_ptr<const settings> default_settings() {
  return std::make_shared<const settings>(hwc::beast::transport_options{});
}

}  // namespace

TEST_SUITE_BEGIN("beast::detail::pool");

TEST_CASE("where many threads may run the context, each connection has a strand of its own; else it needs none") {
  asio::io_context context;
  const asio::any_io_executor plain = context.get_executor();
  const pool many{plain, default_settings(), 1, true};
  const auto one = many.make_executor(), other = many.make_executor();
  CHECK(one.target<asio::strand<asio::any_io_executor>>() != nullptr);
  CHECK(one != other);
  const pool single{plain, default_settings(), 1, false};
  CHECK(single.make_executor() == plain);
}

TEST_CASE("a list of connections at rest that was closed: what rested is gone, and what comes later is not kept") {
  asio::io_context context;
  const auto rest_in = [&](idle_list<std::shared_ptr<connection>>& all) {
    std::list<std::shared_ptr<connection>> one{
        std::make_shared<connection>(context.get_executor(), default_settings())};
    const std::weak_ptr<connection> seen = one.front();
    all.give_back(one, 8);
    return seen;
  };
  idle_list<std::shared_ptr<connection>> all;
  const auto rested = rest_in(all);
  CHECK_FALSE(rested.expired());
  all.close();
  CHECK(rested.expired());
  CHECK(rest_in(all).expired());
}

TEST_CASE("a pool that was closed lets go of its context's executor") {
  asio::io_context context;
  pool closed{context.get_executor(), default_settings(), 1, true};
  CHECK(closed.executor());
  closed.close();
  CHECK_FALSE(closed.executor());
}

TEST_CASE("a context does not keep the memory of the pools that it had") {
  support::counting_memory memory;
  asio::io_context context;
  for (int i = 0; i != 3; ++i) {
    pool_keeper::watch(std::allocate_shared<pool>(support::counting_allocator<pool>{memory}, context.get_executor(),
                                                  default_settings(), std::size_t{1}, true));
  }
  CHECK(memory.held == 1);  // of the last one, until the next is made
}

TEST_SUITE_END();
