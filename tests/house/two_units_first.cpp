// SPDX-License-Identifier: BSL-1.0
// One of two units that include every public header. They link only if no header defines anything twice.
#include "everything.hpp"

int second_unit();

int main() { return second_unit(); }
