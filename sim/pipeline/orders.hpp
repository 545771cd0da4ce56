#pragma once

#include "pipeline/schedule.hpp"

#include <vector>

namespace podsim::pipeline {

// The slots of one rank. `make_schedule` chooses among them.
std::vector<Slot> gpipe_order(const Shape& shape);
std::vector<Slot> one_f_one_b_order(const Shape& shape, int rank);
std::vector<Slot> interleaved_order(const Shape& shape, int rank);
std::vector<Slot> zb_h1_order(const Shape& shape, int rank);
std::vector<Slot> zb_v_order(const Shape& shape, int rank);
std::vector<Slot> dualpipe_order(const Shape& shape, int rank);

}  // namespace podsim::pipeline
