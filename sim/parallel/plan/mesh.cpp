#include "parallel/plan/mesh.hpp"

namespace podsim::parallel {

int Mesh::stage_stride() const {
  return degrees_.data_outer ? degrees_.stage_ranks() : degrees_.stage_ranks() * degrees_.data;
}

collective::Group Mesh::replicas() const {
  const bool apart = degrees_.data_outer && degrees_.pipeline > 1;
  if (!apart) return {.size = degrees_.replicas(), .stride = degrees_.tensor};
  // With context too the rules refuse that order: these ranks would be no group of one distance.
  return {.size = degrees_.data, .stride = degrees_.replica_ranks()};
}

collective::Group Mesh::shards(int size) const { return {.size = size, .stride = replicas().stride}; }

collective::Group Mesh::across_shards(int size) const {
  const collective::Group all = replicas();
  return {.size = all.size / size, .stride = all.stride * size};
}

collective::Group Mesh::expert_replicas() const {
  const int one = degrees_.expert_tensor * degrees_.expert;
  // The rules refuse other sizes with that order: copies on this and on other replicas are no group of one distance.
  if (degrees_.data_outer && degrees_.pipeline > 1 && one == degrees_.stage_ranks()) return replicas();
  return {.size = degrees_.tensor * degrees_.replicas() / one, .stride = one};
}

collective::Place Mesh::stage(int stage) const {
  if (degrees_.pipeline == 1) return {};
  const int stride = stage_stride();
  return {.first = stage * stride, .count = stride, .period = stride * degrees_.pipeline};
}

}  // namespace podsim::parallel
