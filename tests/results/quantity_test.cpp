#include "results/quantity.hpp"

#include <catch2/catch.hpp>

using namespace podsim::results;

TEST_CASE("numbers keep three significant digits and group thousands") {
  CHECK(number(0) == "0");
  CHECK(number(0.012345) == "0.0123");
  CHECK(number(1) == "1.00");
  CHECK(number(9.996) == "10.0");
  CHECK(number(43.07) == "43.1");
  CHECK(number(999.4) == "999");
  CHECK(number(999.6) == "1,000");
  CHECK(number(2666.67) == "2,667");
  CHECK(number(-1234567) == "-1,234,567");
  CHECK(number(1e-9) == "1.00e-09");
  CHECK(number(1e15) == "1.00e+15");
}

TEST_CASE("counts group thousands") {
  CHECK(count(0) == "0");
  CHECK(count(999) == "999");
  CHECK(count(1048576) == "1,048,576");
  CHECK(count(-1000) == "-1,000");
  CHECK(count(1, "chip") == "1 chip");
  CHECK(count(1024, "chip") == "1,024 chips");
}

TEST_CASE("durations choose the unit that suits them") {
  CHECK(duration(0.0) == "0 ns");
  CHECK(duration(1e-6) == "1.00 us");
  CHECK(duration(0.31) == "310 ms");
  CHECK(duration(0.99999) == "1.00 s");
  CHECK(duration(119.0) == "119 s");
  CHECK(duration(120.0) == "2.00 min");
  CHECK(duration(7200.0) == "2.00 h");
  CHECK(duration(43.1 * 3600) == "43.1 h");
  CHECK(duration(96.0 * 3600) == "96.0 h");
  CHECK(duration(14.2 * 86400) == "14.2 d");
  CHECK(duration(3000.0 * 86400) == "3,000 d");
}

TEST_CASE("an interval is told in the unit of its value") {
  CHECK(duration({.value = 43.1 * 3600, .low = 34.8 * 3600, .high = 53.4 * 3600}) == "43.1 h (34.8 - 53.4)");
  CHECK(duration({.value = 0.9, .low = 0.85, .high = 1.25}) == "900 ms (850 - 1,250)");
}

TEST_CASE("dollars group thousands and keep cents below a hundred") {
  CHECK(dollars(0) == "$0.00");
  CHECK(dollars(0.00123) == "$0.00123");
  CHECK(dollars(0.5) == "$0.50");
  CHECK(dollars(99.994) == "$99.99");
  CHECK(dollars(99.996) == "$100");
  CHECK(dollars(827.4) == "$827");
  CHECK(dollars(2760.2) == "$2,760");
  CHECK(dollars(1e9) == "$1,000,000,000");
  CHECK(dollars(-12) == "-$12.00");
  CHECK(dollars(1e18) == "$1.00e+18");
}

TEST_CASE("bytes use binary units") {
  CHECK(bytes(0) == "0 B");
  CHECK(bytes(1000) == "1,000 B");
  CHECK(bytes(1024) == "1.00 KiB");
  CHECK(bytes(13.4 * 1024 * 1024 * 1024) == "13.4 GiB");
  CHECK(bytes(16e9) == "14.9 GiB");
}

TEST_CASE("shares are told in percent, large numbers with decimal prefixes") {
  CHECK(percent(0.6214) == "62.1 %");
  CHECK(percent(1) == "100.0 %");
  CHECK(metric(336226108, "") == "336 M");
  CHECK(metric(1.23e13, "FLOP") == "12.3 TFLOP");
  CHECK(metric(12, "") == "12.0");
  CHECK(metric(999999, "B") == "1.00 MB");
}
